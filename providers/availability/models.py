"""Tables of working hours."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Model
from marketplace.kernel.schema import MAX_ADDRESS
from providers.availability.rules import (
    MAX_ADDRESS_LENGTH,
    MAX_CALENDAR_NAME,
    MAX_NOTE_LENGTH,
    MAX_NOTICE_HOURS,
    MAX_PAUSE_MINUTES,
    Interval,
    Weekly,
)
from providers.profiles.models import Member


class _Planned:
    """Hours on one day of each week, on the wall clock of the member's zone.

    An end beyond 1440 minutes runs into the next day.
    """

    weekday: Mapped[int]  # 0 is Monday.
    start_minute: Mapped[int]
    end_minute: Mapped[int]

    @property
    def weekly(self) -> Weekly:
        """The same as a value."""
        return Weekly(self.weekday, self.start_minute, self.end_minute)


def _planned_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("weekday BETWEEN 0 AND 6", "weekday_in_range"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439", "start_in_range"),
        CheckConstraint("end_minute > start_minute AND end_minute <= start_minute + 1440", "end_in_range"),
    )


class WeeklyInterval(_Planned, Model):
    """Hours that a member works in a usual week."""

    __table_args__ = (*_planned_checks(), UniqueConstraint("member_id", "weekday", "start_minute"))

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))


class Season(Model):
    """Days, both ends included, on which a member works other hours; `commands` see that no two of a member overlap."""

    __table_args__ = (
        CheckConstraint("last_day >= first_day", "days_in_order"),
        UniqueConstraint("member_id", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]

    intervals: Mapped[list["SeasonInterval"]] = relationship(
        order_by="(SeasonInterval.weekday, SeasonInterval.start_minute)", cascade="all, delete-orphan"
    )


class SeasonInterval(_Planned, Model):
    """Hours that a member works in each week of a season, in place of the usual ones."""

    __table_args__ = (*_planned_checks(), UniqueConstraint("season_id", "weekday", "start_minute"))

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"))


class HolidayChoice(Model):
    """Whose public holidays a member keeps; who has not chosen keeps those of the provider's country."""

    __table_args__ = (CheckConstraint("country IS NOT NULL OR region IS NULL", "region_of_a_country"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    country: Mapped[str | None] = mapped_column(String(2))  # None: no holidays at all.
    region: Mapped[str | None] = mapped_column(String(32))


class WorkedHoliday(Model):
    """A public holiday on which a member works all the same."""

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Absence(Model):
    """Days on which a member does not work, both ends included; `commands` see that no two of a member overlap."""

    __table_args__ = (
        CheckConstraint("last_day >= first_day", "days_in_order"),
        CheckConstraint("stand_in_id <> member_id", "somebody_else_stands_in"),
        UniqueConstraint("member_id", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(MAX_NOTE_LENGTH))  # For the colleagues only.
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)

    member: Mapped[Member] = relationship(foreign_keys=member_id, viewonly=True)
    stand_in: Mapped[Member | None] = relationship(foreign_keys=stand_in_id, viewonly=True)


class Booking(Model):
    """A session at a time, for which a member is taken.

    `commands.book` sees that no two of a member overlap, and that the pause of the later one is kept.
    """

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "moments_in_order"),
        CheckConstraint(f"pause_minutes BETWEEN 0 AND {MAX_PAUSE_MINUTES}", "pause_in_range"),
        Index("ix_booking_member", "member_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    pause_minutes: Mapped[int] = mapped_column(default=0)  # Kept free before and after it, when it was booked.

    @property
    def when(self) -> Interval:
        """From when to when it lasts."""
        return Interval(self.starts_at, self.ends_at)


class SessionSettings(Model):
    """How a member holds sessions; who has not said so keeps no pause, and needs no notice."""

    __table_args__ = (
        CheckConstraint(f"pause_minutes BETWEEN 0 AND {MAX_PAUSE_MINUTES}", "pause_in_range"),
        CheckConstraint(f"notice_hours BETWEEN 0 AND {MAX_NOTICE_HOURS}", "notice_in_range"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    pause_minutes: Mapped[int] = mapped_column(default=0)
    notice_hours: Mapped[int] = mapped_column(default=0)
    call_link: Mapped[str | None] = mapped_column(String(MAX_ADDRESS))  # To the call, unless a session has its own.


class CalendarFeed(Model):
    """Lets whoever knows a secret read a member's time with a calendar program; only the secret's digest is kept."""

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    with_hours: Mapped[bool]  # Working hours are shown, too.
    created_at: Mapped[datetime]


class OtherCalendar(Model):
    """A calendar that a member keeps elsewhere: sent as a file, or read at an address again and again.

    Of what stands in it only busy times are kept.
    """

    __table_args__ = (
        CheckConstraint("(address IS NULL) = (next_at IS NULL)", "addresses_are_read_again"),
        CheckConstraint("address IS NOT NULL OR read_at IS NOT NULL", "files_are_read_at_once"),
        CheckConstraint("failures >= 0 AND (failures > 0) = (problem IS NOT NULL)", "failures_have_a_problem"),
        UniqueConstraint("member_id", "name"),
        UniqueConstraint("id", "member_id"),
        Index("ix_other_calendar_next_at", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str] = mapped_column(String(MAX_CALENDAR_NAME))
    address: Mapped[str | None] = mapped_column(String(MAX_ADDRESS_LENGTH))  # Whoever knows it may read: not shown.
    added_at: Mapped[datetime]
    etag: Mapped[str | None] = mapped_column(String(200))
    last_modified: Mapped[str | None] = mapped_column(String(200))
    read_at: Mapped[datetime | None]  # When it was read last,
    known_until: Mapped[datetime | None]  # and until when busy times are known since.
    unread_entries: Mapped[int] = mapped_column(default=0)  # That nobody could make out,
    unread_line: Mapped[int | None]  # and where the first of them begins.
    next_at: Mapped[datetime | None]  # When it is read again.
    failures: Mapped[int] = mapped_column(default=0)  # Since it was read last,
    problem: Mapped[str | None] = mapped_column(String(20))  # and what went wrong,
    detail: Mapped[int | None]  # with the line or the status of the answer.


class BusyTime(Model):
    """A time at which a member is busy elsewhere; those of one calendar have gaps between."""

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "moments_in_order"),
        ForeignKeyConstraint(["calendar_id", "member_id"], ["other_calendar.id", "other_calendar.member_id"]),
        UniqueConstraint("calendar_id", "starts_at"),
        Index("ix_busy_time_member", "member_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
