"""Tables of tracks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.tracks.rules import MAX_LEVEL, MIN_LEVEL
from marketplace.catalogue.models import Niche, Product, Release, Slug
from marketplace.kernel.database import Model


class Track(Model):
    """A certification: for a product, in a niche, at a level."""

    __table_args__ = (
        CheckConstraint(f"level BETWEEN {MIN_LEVEL} AND {MAX_LEVEL}", "level_in_range"),
        CheckConstraint("(release_id IS NULL) = (certifies_since IS NULL)", "release_with_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    names: Mapped[dict[str, str]]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    niche_id: Mapped[int] = mapped_column(ForeignKey("niche.id"))
    level: Mapped[int]
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank.id"))  # Several may share one.

    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))  # None: for none by name.
    certifies_since: Mapped[datetime | None]

    product: Mapped[Product] = relationship(viewonly=True)
    release: Mapped[Release | None] = relationship(viewonly=True)
    niche: Mapped[Niche] = relationship(viewonly=True)
