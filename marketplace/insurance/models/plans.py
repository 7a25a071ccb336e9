"""Plans: what is on sale, and every version of what it promised."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.catalogue.rules import Layer
from marketplace.insurance.rules import PlanTerms
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import Interval


class Plan(Model):
    """A plan, whatever it promises at the moment."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    is_on_sale: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]

    versions: Mapped[list["PlanVersion"]] = relationship(viewonly=True, order_by="PlanVersion.number")


class PlanVersion(Model):
    """What a plan promises from some day on; triggers refuse to change it, since policies run by it."""

    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number > 0", "number_counted"),
        CheckConstraint("price_minor > 0 AND limit_minor > 0", "amounts_positive"),
        CheckConstraint("deductible_minor >= 0", "deductible_not_negative"),
        CheckConstraint("claim_limit_minor > 0 AND claim_limit_minor <= limit_minor", "claim_limit_within_limit"),
        CheckConstraint("limit_minutes > 0", "time_positive"),
        CheckConstraint("waiting_days BETWEEN 0 AND 365", "waiting_in_range"),
        CheckConstraint("grace_days BETWEEN 0 AND 60", "grace_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    number: Mapped[int]
    names: Mapped[dict[str, str]]  # By language.
    terms_texts: Mapped[dict[str, str]]  # By language: the terms in full.
    currency: Mapped[str] = mapped_column(Currency)
    price_minor: Mapped[int]  # Of one interval, tax included.
    interval: Mapped[Interval]
    limit_minor: Mapped[int]  # Of a policy year.
    limit_minutes: Mapped[int | None]
    deductible_minor: Mapped[int]
    claim_limit_minor: Mapped[int | None]
    waiting_days: Mapped[int]
    grace_days: Mapped[int]
    layers: Mapped[list[Any]]  # Words of `Layer`.
    categories: Mapped[list[Any]]  # Slugs; all categories if there are none.
    needs_licence: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    plan: Mapped[Plan] = relationship(viewonly=True)
    author: Mapped[Person] = relationship(viewonly=True)

    @property
    def terms(self) -> PlanTerms:
        """What it promises."""
        claim_limit = None if self.claim_limit_minor is None else Money(self.claim_limit_minor, self.currency)
        return PlanTerms(
            price=Money(self.price_minor, self.currency),
            interval=self.interval,
            limit=Money(self.limit_minor, self.currency),
            deductible=Money(self.deductible_minor, self.currency),
            claim_limit=claim_limit,
            limit_minutes=self.limit_minutes,
            waiting_days=self.waiting_days,
            grace_days=self.grace_days,
            layers=frozenset(Layer(layer) for layer in self.layers),
            categories=frozenset(self.categories) or None,
            needs_licence=self.needs_licence,
        )
