"""Tables of requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Category, Release
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.kernel.storage import StoredFile
from marketplace.support_requests.rules import Mode, Responsible, Status, Triage, triage
from providers.profiles.models import Provider
from providers.profiles.rules import Cefr


class SupportRequest(Model):
    """What a customer needs solved."""

    __table_args__ = (
        CheckConstraint("urgency_hours BETWEEN 1 AND 168", "urgency_in_range"),
        CheckConstraint("ceiling_minor > 0", "ceiling_positive"),
        CheckConstraint("status IN ('draft', 'cancelled') OR mode IS NOT NULL", "mode_when_submitted"),
        CheckConstraint("(mode = 'chosen') = (chosen_provider_id IS NOT NULL)", "chosen_has_provider"),
        CheckConstraint(
            "status NOT IN ('in_progress', 'resolved', 'disputed', 'closed') OR provider_id IS NOT NULL",
            "provider_when_accepted",
        ),
        Index("ix_support_request_status", "status", "submitted_at"),
        Index("ix_support_request_provider", "provider_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]]  # Answers to the category's own questions, by key.
    starts_at: Mapped[datetime | None]  # The start that is wished for, of a guided session.
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    language: Mapped[str] = mapped_column(String(16))
    level: Mapped[Cefr]  # At which the partner is to speak it, or better.
    zone: Mapped[str] = mapped_column(String(64))
    urgency_hours: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency)
    mode: Mapped[Mode | None]
    ceiling_minor: Mapped[int | None]  # The price of the chosen partner, or the limit for the best fit.
    chosen_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    may_fall_back: Mapped[bool] = mapped_column(default=True)  # Ask the next best if the chosen one can't.
    pays_with_cover: Mapped[bool] = mapped_column(default=False)  # Then we ask nobody who does not take that.
    status: Mapped[Status] = mapped_column(default=Status.DRAFT)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))  # Who accepted.
    cancel_reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)  # Grows with every change that a reader should see.
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    customer: Mapped[Person] = relationship(viewonly=True)
    category: Mapped[Category] = relationship(viewonly=True)
    release: Mapped[Release | None] = relationship(viewonly=True)
    provider: Mapped[Provider | None] = relationship(viewonly=True, foreign_keys=[provider_id])
    chosen_provider: Mapped[Provider | None] = relationship(viewonly=True, foreign_keys=[chosen_provider_id])

    @property
    def layer(self) -> Layer:
        """What the request is about."""
        return self.category.layer

    @property
    def triage(self) -> Triage:
        """Whose job it is, and why."""
        return triage(self.category.layer, is_defect=self.category.is_defect)

    @property
    def is_vendors(self) -> bool:
        """Tell whether the vendor does it, free of charge."""
        return self.triage.responsible is Responsible.VENDOR

    @property
    def service_kind(self) -> ServiceKind:
        """How help with it is sold."""
        return self.category.service_kind

    @property
    def ceiling(self) -> Money | None:
        """The most that the customer pays."""
        return None if self.ceiling_minor is None else Money(self.ceiling_minor, self.currency)


class RequestFile(Model):
    """A file that came with the request itself."""

    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)

    file: Mapped[StoredFile] = relationship(viewonly=True)
