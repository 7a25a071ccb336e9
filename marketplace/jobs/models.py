"""Tables of jobs: the frozen terms of what was agreed, what was added to it, and what fixed it."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs.disputes import OPEN_DISPUTES, DisputeReason, DisputeStatus
from marketplace.jobs.moving import MoveStatus
from marketplace.jobs.rules import EXTRA_OPEN, ExtraStatus, ReminderKind
from marketplace.jobs.terms import MAX_NOTE_LENGTH
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.kernel.schema import MAX_ADDRESS
from marketplace.payments.rules import Shares, Terms, share_out
from marketplace.support_requests.models import SupportRequest
from marketplace.tariffs.rules import ANY_COUNTRY, Tax
from providers.availability.rules import Interval
from providers.profiles.models import Member, Provider
from providers.services.models import FrozenTerms, frozen_terms_checks
from providers.services.rules import MAX_CAP_MINUTES

_OPEN = text("status IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(EXTRA_OPEN))))
_UNANSWERED = text(f"status = '{MoveStatus.PROPOSED.value}'")
_UNDECIDED = text("status IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(OPEN_DISPUTES))))


class WorkTime(Model):
    """Minutes worked on a job by the hour. A row is never changed; a negative one takes back what was too much.

    Triggers refuse to change or delete rows.
    """

    __table_args__ = (
        CheckConstraint(f"minutes BETWEEN -{MAX_CAP_MINUTES} AND {MAX_CAP_MINUTES}", "minutes_in_range"),
        CheckConstraint("minutes <> 0", "minutes_not_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(MAX_NOTE_LENGTH))  # What was done.
    at: Mapped[datetime]


class Job(FrozenTerms, Model):
    """An accepted request, from the provider's side; its terms never change."""

    __table_args__ = (
        CheckConstraint("commission_percent BETWEEN 0 AND 100", "commission_in_range"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", "tax_in_range"),
        CheckConstraint("commission_tax_rate BETWEEN 0 AND 10000", "commission_tax_in_range"),
        CheckConstraint("NOT is_reverse_charge OR commission_tax_rate = 0", "no_tax_when_reversed"),
        CheckConstraint("(kind = 'session') = (starts_at IS NOT NULL)", "start_when_session"),
        *frozen_terms_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), unique=True)
    commission_percent: Mapped[int]
    tax_rate: Mapped[int] = mapped_column(default=0)  # In hundredths of a percent, as in `payments.rules.Terms`.
    tax_names: Mapped[dict[str, str]] = mapped_column(default=dict)  # By language.
    tax_country: Mapped[str] = mapped_column(String(2), default=ANY_COUNTRY)
    commission_tax_rate: Mapped[int] = mapped_column(default=0)
    commission_tax_names: Mapped[dict[str, str]] = mapped_column(default=dict)
    commission_tax_country: Mapped[str] = mapped_column(String(2), default=ANY_COUNTRY)
    is_reverse_charge: Mapped[bool] = mapped_column(default=False)  # The partner owes the tax on the commission itself.
    starts_at: Mapped[datetime | None]  # Of a session.
    call_link: Mapped[str | None] = mapped_column(String(MAX_ADDRESS))  # Of this session; none: the member's usual one.
    sequence: Mapped[int] = mapped_column(default=0)  # Grows whenever calendars are to learn of a change.
    accepted_at: Mapped[datetime]
    first_answer_at: Mapped[datetime | None]

    minutes_worked: Mapped[int] = column_property(  # As they were when the job was read.
        select(func.coalesce(func.sum(WorkTime.minutes), 0))
        .where(WorkTime.job_id == id)  # noqa: A003 - the column above
        .correlate_except(WorkTime)
        .scalar_subquery()
    )

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)
    member: Mapped[Member] = relationship(viewonly=True)

    @property
    def when(self) -> Interval | None:
        """From when to when a session lasts."""
        if self.starts_at is None or self.session_minutes is None:
            return None
        return Interval(self.starts_at, self.starts_at + timedelta(minutes=self.session_minutes))

    @property
    def due(self) -> Money:
        """What the customer owes for it as it stands: the price, or by the hour the part of it that was worked."""
        return self.price if self.kind is not ServiceKind.HOURLY else self.agreed.cost_of_work(self.minutes_worked)

    @property
    def tax(self) -> Tax:
        """What the customer's price includes."""
        return Tax(self.tax_names, self.tax_rate, self.tax_country)

    @property
    def commission_tax(self) -> Tax:
        """What is added to the vendor's commission."""
        return Tax(
            self.commission_tax_names, self.commission_tax_rate, self.commission_tax_country, self.is_reverse_charge
        )

    @property
    def terms(self) -> Terms:
        """By what the price is shared."""
        return Terms(self.commission_percent, self.tax_rate, self.commission_tax_rate)

    @property
    def shares(self) -> Shares:
        """What is due, shared."""
        return share_out(self.due, self.terms)


class ExtraWork(Model):
    """Work that a partner proposes beside what was agreed, for a price of its own; one proposal is open at a time."""

    __table_args__ = (
        CheckConstraint("part > 1", "part_after_the_first"),
        CheckConstraint("price_minor > 0", "price_positive"),
        CheckConstraint("(status = 'proposed') = (answered_at IS NULL)", "answered_when_not_proposed"),
        UniqueConstraint("job_id", "part"),
        Index("uq_extra_work_open", "job_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    part: Mapped[int]  # Of what the customer pays: the hold for it has the same number.
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))  # Who proposed it.
    description: Mapped[str] = mapped_column(Text)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency)
    status: Mapped[ExtraStatus] = mapped_column(default=ExtraStatus.PROPOSED)
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # When it was last decided about.

    job: Mapped[Job] = relationship(viewonly=True)

    @property
    def price(self) -> Money:
        """What the customer pays for it."""
        return Money(self.price_minor, self.currency)


class Dispute(Model):
    """A customer wants money back; the partner answers, and somebody decides. One is open at a time."""

    __table_args__ = (
        CheckConstraint("asked_minor > 0", "asked_positive"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", "answer_dated"),
        CheckConstraint("status <> 'answered' OR answer IS NOT NULL", "answer_when_answered"),
        CheckConstraint("(status IN ('open', 'answered')) = (ended_at IS NULL)", "ended_when_over"),
        CheckConstraint("(status IN ('conceded', 'decided')) = (back_minor IS NOT NULL)", "split_when_final"),
        CheckConstraint("(back_minor IS NULL) = (stake_minor IS NULL)", "split_of_something"),
        CheckConstraint("back_minor >= 0 AND back_minor <= stake_minor", "back_within_stake"),
        CheckConstraint("(status = 'decided') = (verdict IS NOT NULL)", "verdict_when_decided"),
        CheckConstraint("status <> 'decided' OR by_person_id IS NOT NULL", "somebody_decides"),
        Index("ix_dispute_status", "status", "opened_at"),
        Index("uq_dispute_open", "job_id", unique=True, sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    reason: Mapped[DisputeReason]
    statement: Mapped[str] = mapped_column(Text)  # The customer's.
    asked_minor: Mapped[int]  # What the customer wants back.
    currency: Mapped[str] = mapped_column(Currency)
    was_resolved: Mapped[bool]  # A solution waited to be confirmed: there it goes back to.
    status: Mapped[DisputeStatus] = mapped_column(default=DisputeStatus.OPEN)
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime]  # Until when the partner may answer before anybody decides.
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    stake_minor: Mapped[int | None]  # What there was to split in the end,
    back_minor: Mapped[int | None]  # and what of it went back.
    verdict: Mapped[str | None] = mapped_column(Text)  # Why it was decided so; both sides read it.
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # Who ended it.
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    job: Mapped[Job] = relationship(viewonly=True)

    @property
    def asked(self) -> Money:
        """What the customer wants back."""
        return Money(self.asked_minor, self.currency)

    @property
    def back(self) -> Money:
        """What went back; nothing as long as that is open."""
        return Money(self.back_minor or 0, self.currency)

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer or a decision."""
        return self.status in OPEN_DISPUTES

    def may_be_decided(self, now: datetime) -> bool:
        """Tell whether the other side was heard, or had its time."""
        return self.status is DisputeStatus.ANSWERED or now >= self.answer_by


class Reminder(Model):
    """Somebody was reminded of something: of each thing once."""

    kind: Mapped[ReminderKind] = mapped_column(primary_key=True)
    about_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # A quote, or a dispute.
    at: Mapped[datetime]


class SessionReminder(Model):
    """Both sides were told that a session is near, of each start once; or it was agreed so late that they know."""

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    hours_before: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class SessionMove(Model):
    """A session was moved by its customer, or one side has proposed another time; one proposal is open at a time."""

    __table_args__ = (
        CheckConstraint("side IN ('customer', 'provider')", "side_of_the_session"),
        CheckConstraint("from_at <> to_at", "another_time"),
        CheckConstraint("(status = 'proposed') = (answered_at IS NULL)", "answered_when_not_proposed"),
        CheckConstraint("NOT is_free OR (side = 'customer' AND status = 'moved')", "free_for_customers"),
        UniqueConstraint("job_id", "number"),
        Index("uq_session_move_open", "job_id", unique=True, sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    number: Mapped[int]  # Of this session, from 1.
    side: Mapped[Side]  # Whose wish it is.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_free: Mapped[bool]  # Nobody was asked.
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    status: Mapped[MoveStatus]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship(viewonly=True)

    @property
    def answer_by(self) -> datetime:
        """Until when there is something to agree to: the earlier of the two times."""
        return min(self.from_at, self.to_at)


class Resolution(Model):
    """What fixed it; a request that is reopened gets another."""

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    cause: Mapped[str] = mapped_column(Text)
    fix: Mapped[str] = mapped_column(Text)
    prevention: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
