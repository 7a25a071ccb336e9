"""Tables of providers, their members, and what customers said of them."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.accounts.rules import MAX_NAME_LENGTH
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.vat_numbers import MAX_LENGTH
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import (
    MAX_ADDRESS_LENGTH,
    MAX_LEGAL_NAME_LENGTH,
    MAX_REASON_LENGTH,
    MAX_STARS,
    MIN_STARS,
    Cefr,
    Figures,
    MemberRole,
    ProviderStatus,
)

_IS_DESK = text("is_vendor_desk")


class Provider(Model):
    """A partner business listed in the directory; a freelancer is one with a single member.

    Its figures are plain counters, so that a share or an average always comes with its sample.
    """

    __table_args__ = (
        CheckConstraint("(status = 'suspended') = (suspended_reason IS NOT NULL)", "suspended_with_reason"),
        CheckConstraint("capacity > 0", "capacity_positive"),
        CheckConstraint("promises_kept BETWEEN 0 AND promises_due", "promises_kept_in_range"),
        CheckConstraint("jobs_done >= 0", "jobs_counted"),
        CheckConstraint("ratings >= 0", "ratings_counted"),
        CheckConstraint(f"stars_sum BETWEEN {MIN_STARS} * ratings AND {MAX_STARS} * ratings", "stars_in_range"),
        CheckConstraint("first_answers >= 0", "first_answers_counted"),
        CheckConstraint("first_answer_minutes_sum >= 0", "first_answer_minutes_counted"),
        CheckConstraint("first_answers > 0 OR first_answer_minutes_sum = 0", "first_answer_minutes_of_answers"),
        Index(
            "uq_provider_vendor_desk", "is_vendor_desk", unique=True, sqlite_where=_IS_DESK, postgresql_where=_IS_DESK
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    country: Mapped[str] = mapped_column(String(2))
    abouts: Mapped[dict[str, str]]  # What it says of itself, by language.
    status: Mapped[ProviderStatus] = mapped_column(default=ProviderStatus.LISTED, index=True)
    suspended_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))
    is_vendor_desk: Mapped[bool] = mapped_column(default=False)  # The vendor itself: price 0, never listed.
    level: Mapped[PartnerLevel] = mapped_column(default=PartnerLevel.NEW)
    currency: Mapped[str] = mapped_column(Currency)  # In which it is paid out.
    capacity: Mapped[int]  # So many jobs at once.
    photo_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]

    promises_due: Mapped[int] = mapped_column(default=0)
    promises_kept: Mapped[int] = mapped_column(default=0)
    jobs_done: Mapped[int] = mapped_column(default=0)
    ratings: Mapped[int] = mapped_column(default=0)
    stars_sum: Mapped[int] = mapped_column(default=0)
    first_answers: Mapped[int] = mapped_column(default=0)
    first_answer_minutes_sum: Mapped[int] = mapped_column(default=0)

    members: Mapped[list["Member"]] = relationship(order_by="Member.id", back_populates="provider")
    business: Mapped["BusinessDetails | None"] = relationship(viewonly=True)

    @property
    def first_name(self) -> str:
        """Whom a customer asks: a person by the first name, a business with several members by its own."""
        return self.members[0].person.name.split()[0] if len(self.members) == 1 else self.name

    @property
    def tax_country(self) -> str:
        """Where its business is at home."""
        return self.business.country if self.business else self.country

    @property
    def vat_number(self) -> str | None:
        """Under which it pays tax, if it has said so."""
        return self.business.vat_number if self.business else None

    @property
    def is_listed(self) -> bool:
        """Tell whether customers can find it."""
        return self.status is ProviderStatus.LISTED and not self.is_vendor_desk

    @property
    def figures(self) -> Figures:
        """What was counted of its work."""
        return Figures(**{one.name: getattr(self, one.name) for one in fields(Figures)})

    @property
    def languages(self) -> dict[str, Cefr]:
        """The languages that its members speak, each at the best level among them, the best first."""
        spoken = sorted((one.level, one.language) for member in self.members for one in member.languages)
        best = {language: level for level, language in spoken}
        return dict(sorted(best.items(), key=lambda one: (-list(Cefr).index(one[1]), one[0])))


class BusinessDetails(Model):
    """What papers say of a provider: who it is by law, where, and under which number it pays tax."""

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    legal_name: Mapped[str] = mapped_column(String(MAX_LEGAL_NAME_LENGTH))
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS_LENGTH))  # Of several lines, as on an envelope.
    country: Mapped[str] = mapped_column(String(2))
    vat_number: Mapped[str | None] = mapped_column(String(MAX_LENGTH))  # As `vat_numbers` writes it.
    updated_at: Mapped[datetime]


class Member(Model):
    """A person who works for a provider; one person works for one provider."""

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    role: Mapped[MemberRole]
    zone: Mapped[str] = mapped_column(String(64))  # In which the hours of work are meant.
    joined_at: Mapped[datetime]

    provider: Mapped[Provider] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(viewonly=True)
    languages: Mapped[list["MemberLanguage"]] = relationship(
        order_by="MemberLanguage.language", cascade="all, delete-orphan", back_populates="member"
    )

    def speaks(self, language: str, level: Cefr) -> bool:
        """Tell whether this person speaks a language at a level or better."""
        return any(one.language == language and one.level >= level for one in self.languages)


class MemberLanguage(Model):
    """A language that a member speaks."""

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[Cefr]

    member: Mapped[Member] = relationship(back_populates="languages")


class Review(Model):
    """What a customer said when the work was done; one request, one review."""

    __table_args__ = (
        CheckConstraint(f"stars BETWEEN {MIN_STARS} AND {MAX_STARS}", "stars_in_range"),
        Index("ix_review_provider", "provider_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), unique=True)
    author_name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    stars: Mapped[int]
    body: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]

    @property
    def author_first_name(self) -> str:
        """What the public reads of the author's name."""
        return self.author_name.split()[0] if self.author_name.split() else self.author_name
