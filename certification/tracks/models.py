"""Tables of tracks."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.tracks.rules import MAX_LEVEL, MIN_LEVEL
from marketplace.catalogue.models import Niche, Product, Slug
from marketplace.kernel.database import Model


class Track(Model):
    """A certification: for a product, in a niche, at a level."""

    __table_args__ = (CheckConstraint(f"level BETWEEN {MIN_LEVEL} AND {MAX_LEVEL}", "level_in_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    names: Mapped[dict[str, str]]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    niche_id: Mapped[int] = mapped_column(ForeignKey("niche.id"))
    level: Mapped[int]

    product: Mapped[Product] = relationship(viewonly=True)
    niche: Mapped[Niche] = relationship(viewonly=True)
