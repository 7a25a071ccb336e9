"""Tables of working hours."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model


class WeeklyInterval(Model):
    """Hours that a member works each week, on the wall clock of the member's zone.

    An end beyond 1440 minutes runs into the next day.
    """

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", "weekday_in_range"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439", "start_in_range"),
        CheckConstraint("end_minute > start_minute AND end_minute <= start_minute + 1440", "end_in_range"),
        UniqueConstraint("member_id", "weekday", "start_minute"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    weekday: Mapped[int]  # 0 is Monday.
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class Absence(Model):
    """Days on which a member does not work, both ends included."""

    __table_args__ = (CheckConstraint("last_day >= first_day", "days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]


class Booking(Model):
    """A session at a time, for which a member is taken; `commands.book` sees that no two of a member overlap."""

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "moments_in_order"),
        Index("ix_booking_member", "member_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
