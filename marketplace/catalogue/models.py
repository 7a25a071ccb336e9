"""Tables of what is supported. Names and hints are the vendor's own, by language: `{"en": …, "es": …}`."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.rules import FieldKind, Layer, ServiceKind
from marketplace.kernel.database import Currency, Model

MAX_ANSWER_LENGTH = 20_000

Slug = String(64)


class Product(Model):
    """A piece of software that the vendor makes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    name: Mapped[str] = mapped_column(String(120))


class Release(Model):
    """A version of a product."""

    __table_args__ = (UniqueConstraint("product_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    version: Mapped[str] = mapped_column(String(40))
    released_on: Mapped[date]

    product: Mapped[Product] = relationship()

    @property
    def key(self) -> str:
        """How it is written in an address: a version alone may be one of several products."""
        return f"{self.product.slug}:{self.version}"

    @property
    def name(self) -> str:
        """The product and the version, as people say it."""
        return f"{self.product.name} {self.version}"


class Niche(Model):
    """A kind of work, such as upgrades or hosting."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    names: Mapped[dict[str, str]]
    position: Mapped[int]


class Category(Model):
    """A kind of problem, which leads to a layer and a niche and asks its own questions."""

    __table_args__ = (CheckConstraint("NOT is_defect OR service_kind = 'incident'", "defects_are_incidents"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    names: Mapped[dict[str, str]]
    hints: Mapped[dict[str, str]]
    layer: Mapped[Layer]
    niche_id: Mapped[int] = mapped_column(ForeignKey("niche.id"))
    is_defect: Mapped[bool]  # Of the product: the vendor's to mend.
    service_kind: Mapped[ServiceKind] = mapped_column(default=ServiceKind.INCIDENT)  # How help with it is sold.
    position: Mapped[int]

    niche: Mapped[Niche] = relationship()
    fields: Mapped[list["CategoryField"]] = relationship(
        order_by="CategoryField.position", cascade="all, delete-orphan", back_populates="category"
    )


class CategoryField(Model):
    """A question that a category asks."""

    __table_args__ = (
        UniqueConstraint("category_id", "key"),
        CheckConstraint(f"max_length BETWEEN 1 AND {MAX_ANSWER_LENGTH}", "max_length_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    key: Mapped[str] = mapped_column(String(40))
    labels: Mapped[dict[str, str]]
    hints: Mapped[dict[str, str]]
    kind: Mapped[FieldKind]
    choices: Mapped[list[Any]]  # [{"value": …, "labels": {…}}, …]; empty unless it is a choice.
    is_required: Mapped[bool]
    max_length: Mapped[int]
    position: Mapped[int]

    category: Mapped[Category] = relationship(back_populates="fields")


class ExchangeRate(Model):
    """What one main unit of the base currency is in another; the base currency itself has a million micros."""

    __table_args__ = (CheckConstraint("micros_per_base > 0", "micros_positive"),)

    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    micros_per_base: Mapped[int] = mapped_column(BigInteger)
