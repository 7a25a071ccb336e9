"""Tables of providers, their members, and what customers said of them."""

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, Text, UniqueConstraint, text
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
    WORKING,
    Cefr,
    Figures,
    MemberRole,
    ProviderStatus,
)
from providers.profiles.rules.reviews import ReviewSubject
from providers.profiles.rules.speech import MAX_PROOF_LENGTH, Medium, Speech, proven_level, together

_IS_DESK = text("is_vendor_desk")
_IS_OWNER = text("role = 'owner'")
_IS_HERE = text("left_at IS NULL")
_OF_CUSTOMER = text("customer_id IS NOT NULL")
_IS_BLIND = text("blind_until IS NOT NULL")


def _level_of(medium: Medium) -> Enum:
    """Give the type of a column with a level: two in one table need CHECKs with names of their own."""
    return Enum(
        Cefr,
        name=f"{medium}_cefr",
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda kind: [one.value for one in kind],
    )


class Provider(Model):
    """A partner business listed in the directory; a freelancer is one with a single member.

    Its figures are plain counters, so that a share or an average always comes with its sample.
    """

    __table_args__ = (
        CheckConstraint("(status = 'suspended') = (suspended_reason IS NOT NULL)", "suspended_with_reason"),
        CheckConstraint("capacity > 0", "capacity_positive"),
        CheckConstraint("daily_capacity > 0", "daily_capacity_positive"),
        CheckConstraint("NOT is_vendor_desk OR break_until IS NULL", "desk_takes_no_break"),
        CheckConstraint("NOT is_vendor_desk OR level_check_at IS NULL", "desk_is_not_checked"),
        CheckConstraint("level_warned_at IS NULL OR level <> 'new'", "warned_above_the_lowest_level"),
        CheckConstraint(
            "level_warned_at IS NULL OR (level_check_at IS NOT NULL AND level_check_at > level_warned_at)",
            "warned_before_the_check",
        ),
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
    level_check_at: Mapped[datetime | None]  # When it is checked next; None until somebody has said so.
    level_warned_at: Mapped[datetime | None]  # What it has to show was not enough; the next check lowers the level.
    currency: Mapped[str] = mapped_column(Currency)  # In which it is paid out.
    capacity: Mapped[int]  # So many jobs at once,
    daily_capacity: Mapped[int | None]  # and so many new ones within 24 hours; None for as many as come.
    accepts_cover: Mapped[bool] = mapped_column(default=True)  # It takes requests that support cover pays for.
    break_until: Mapped[datetime | None]  # It takes no jobs before; a moment that is past says nothing.
    photo_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]

    promises_due: Mapped[int] = mapped_column(default=0)
    promises_kept: Mapped[int] = mapped_column(default=0)
    jobs_done: Mapped[int] = mapped_column(default=0)
    ratings: Mapped[int] = mapped_column(default=0)
    stars_sum: Mapped[int] = mapped_column(default=0)
    first_answers: Mapped[int] = mapped_column(default=0)
    first_answer_minutes_sum: Mapped[int] = mapped_column(default=0)

    members: Mapped[list["Member"]] = relationship(  # Those who have left are still named where they have worked.
        primaryjoin="and_(Provider.id == Member.provider_id, Member.left_at.is_(None))",
        order_by="Member.id",
        back_populates="provider",
    )
    business: Mapped["BusinessDetails | None"] = relationship(viewonly=True)

    @property
    def workers(self) -> list["Member"]:
        """Those of its members who take jobs."""
        return [one for one in self.members if one.takes_jobs]

    @property
    def first_name(self) -> str:
        """Whom a customer asks: a person by the first name, a business in which several work by its own."""
        return self.workers[0].person.name.split()[0] if len(self.workers) == 1 else self.name

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

    def on_break_until(self, now: datetime) -> datetime | None:
        """Until when it takes no jobs; None if it takes them."""
        return self.break_until if self.break_until is not None and now < self.break_until else None

    @property
    def figures(self) -> Figures:
        """What was counted of its work."""
        return Figures(**{one.name: getattr(self, one.name) for one in fields(Figures)})

    @property
    def languages(self) -> dict[str, Speech]:
        """The languages that its members speak or write, each at the best level among them, the best first."""
        return together(member.speech for member in self.workers)


class BusinessDetails(Model):
    """What papers say of a provider: who it is by law, where, and under which number it pays tax."""

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    legal_name: Mapped[str] = mapped_column(String(MAX_LEGAL_NAME_LENGTH))
    address: Mapped[str] = mapped_column(String(MAX_ADDRESS_LENGTH))  # Of several lines, as on an envelope.
    country: Mapped[str] = mapped_column(String(2))
    vat_number: Mapped[str | None] = mapped_column(String(MAX_LENGTH))  # As `vat_numbers` writes it.
    updated_at: Mapped[datetime]


class Member(Model):
    """A person who works for a provider, or has: one person works for one provider, and a provider has one owner.

    Whoever leaves stays in the table, because jobs, time and solutions name them; who comes back gets another row.
    """

    __table_args__ = (
        CheckConstraint("left_at IS NULL OR role <> 'owner'", "owner_stays"),
        CheckConstraint("left_at >= joined_at", "left_after_joining"),
        Index("uq_member_owner", "provider_id", unique=True, sqlite_where=_IS_OWNER, postgresql_where=_IS_OWNER),
        Index("uq_member_person", "person_id", unique=True, sqlite_where=_IS_HERE, postgresql_where=_IS_HERE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[MemberRole]
    zone: Mapped[str] = mapped_column(String(64))  # In which the hours of work are meant.
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    provider: Mapped[Provider] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(viewonly=True)
    languages: Mapped[list["MemberLanguage"]] = relationship(
        order_by="MemberLanguage.language", cascade="all, delete-orphan", back_populates="member"
    )

    proofs: Mapped[list["LanguageProof"]] = relationship(order_by="LanguageProof.language", viewonly=True)

    @property
    def takes_jobs(self) -> bool:
        """Tell whether work can be given to this person."""
        return self.left_at is None and self.role in WORKING

    @property
    def speech(self) -> dict[str, Speech]:
        """How well this person speaks and writes each language, and what of it is proven."""
        proven = {(one.language, one.medium): one.level for one in self.proofs}
        return {
            one.language: Speech(
                one.spoken,
                one.written,
                proven_level(one.spoken, proven.get((one.language, Medium.SPOKEN))),
                proven_level(one.written, proven.get((one.language, Medium.WRITTEN))),
            )
            for one in self.languages
        }

    def masters(self, language: str, level: Cefr, medium: Medium) -> bool:
        """Tell whether this person speaks, or writes, a language at a level or better."""
        known = [getattr(one, medium) for one in self.languages if one.language == language]
        return any(one is not None and one >= level for one in known)


class MemberLanguage(Model):
    """A language that a member speaks, writes, or both."""

    __table_args__ = (CheckConstraint("spoken IS NOT NULL OR written IS NOT NULL", "spoken_or_written"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    spoken: Mapped[Cefr | None] = mapped_column(_level_of(Medium.SPOKEN))  # As they say themselves.
    written: Mapped[Cefr | None] = mapped_column(_level_of(Medium.WRITTEN))

    member: Mapped[Member] = relationship(back_populates="languages")


class LanguageProof(Model):
    """What has shown the vendor's people how well a member speaks or writes a language.

    It holds for the level that it names, and for those below: whoever says to have become better says so themselves.
    """

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    medium: Mapped[Medium] = mapped_column(primary_key=True)
    level: Mapped[Cefr]
    what: Mapped[str] = mapped_column(String(MAX_PROOF_LENGTH))
    proven_on: Mapped[date]
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]


class Review(Model):
    """What one side of a request says of the other when the work is done; each says it once.

    It is public, and counted, if it is about the provider and is shown.
    """

    __table_args__ = (
        CheckConstraint(f"stars BETWEEN {MIN_STARS} AND {MAX_STARS}", "stars_in_range"),
        CheckConstraint("(about = 'customer') = (customer_id IS NOT NULL)", "names_the_customer_it_is_about"),
        CheckConstraint("blind_until > at", "blind_for_a_while"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", "answered_at_a_moment"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", "answered_by_somebody"),
        CheckConstraint("answer IS NULL OR about = 'provider'", "partners_answer"),
        CheckConstraint("answer IS NULL OR blind_until IS NULL", "answered_once_shown"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_reason IS NULL)", "hidden_with_reason"),
        CheckConstraint("hidden_at IS NULL OR blind_until IS NULL", "hidden_once_shown"),
        UniqueConstraint("request_id", "about"),
        Index("ix_review_provider", "provider_id", "at"),
        Index("ix_review_customer", "customer_id", "at", sqlite_where=_OF_CUSTOMER, postgresql_where=_OF_CUSTOMER),
        Index("ix_review_blind", "blind_until", sqlite_where=_IS_BLIND, postgresql_where=_IS_BLIND),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"))
    about: Mapped[ReviewSubject] = mapped_column(default=ReviewSubject.PROVIDER)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # If it is about the customer.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: from the time before this column.
    author_name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    stars: Mapped[int]
    body: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    blind_until: Mapped[datetime | None]  # Until then only its author and staff know it; None: it is shown.
    answer: Mapped[str | None] = mapped_column(Text)  # Of the provider it is about: one, public.
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_at: Mapped[datetime | None]  # By staff: it is neither shown nor counted any more.
    hidden_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))

    provider: Mapped[Provider] = relationship(viewonly=True)

    @property
    def is_shown(self) -> bool:
        """Tell whether others than its author may read it."""
        return self.blind_until is None and self.hidden_at is None

    @property
    def author_first_name(self) -> str:
        """What the public reads of the author's name."""
        return self.author_name.split()[0] if self.author_name.split() else self.author_name
