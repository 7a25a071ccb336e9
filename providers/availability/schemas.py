"""The shape of what members type about their time."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from marketplace.kernel.database import MAX_ID
from marketplace.kernel.outside import NotRead, check_address
from marketplace.kernel.schema import InputSchema, SafeAddress
from marketplace.kernel.translate import _, is_zone
from providers.availability import public_holidays
from providers.availability.rules import (
    DAY_MINUTES,
    FIRST_DAY,
    LAST_DAY,
    MAX_ADDRESS_LENGTH,
    MAX_CALENDAR_NAME,
    MAX_INTERVALS_A_DAY,
    MAX_NOTE_LENGTH,
    MAX_NOTICE_HOURS,
    MAX_PAUSE_MINUTES,
    PlannedAbsence,
    SeasonHours,
    Weekly,
    overlapping,
)
from providers.availability.wording import weekday_name

MAX_HOLIDAYS = 100  # More than any country has in a year.
WEEK = [(day, turn) for day in range(7) for turn in range(1, MAX_INTERVALS_A_DAY + 1)]


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("This time zone is not known. Choose another one."))


def _check_day(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("Write a day of this century."))


class WallClock(fields.String):
    """A time of day, such as 09:00; inside, minutes since midnight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", text)
        if found is None:
            raise ValidationError(_("Write a time, such as 09:00."))
        return 60 * int(found[1]) + int(found[2])


_TIMES: dict[str, Any] = {f"{end}_{day}_{turn}": WallClock() for day, turn in WEEK for end in ("from", "to")}


def _week(data: Mapping[str, Any]) -> list[Weekly]:
    """Put the hours of a week together; an end at or before the start is on the next day.

    Raises:
        ValidationError: a time is missing, or some hours begin before others are over.
    """
    errors: dict[str, list[str]] = {}
    named: list[tuple[str, Weekly]] = []
    for day, turn in WEEK:
        name = f"from_{day}_{turn}"
        start, end = data.get(name), data.get(f"to_{day}_{turn}")
        if start is not None and end is not None:
            named.append((name, Weekly(day, start, end if end > start else end + DAY_MINUTES)))
        elif start is not None or end is not None:
            missing = name if start is None else f"to_{day}_{turn}"
            errors[missing] = [_("%(day)s: write the other time, too.") % {"day": weekday_name(day)}]
    late = overlapping([one for _name, one in named])
    for name, one in named:
        if one in late:
            told = _("%(day)s: this begins before other hours are over.") % {"day": weekday_name(one.weekday)}
            errors[name] = [told]
    if errors:
        raise ValidationError(errors)
    return [one for _name, one in named]


class _WeekSchema(InputSchema):
    zone = fields.String(required=True, validate=_check_zone)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Make the values that the command takes."""
        return {"zone": data["zone"], "weekly": _week(data)}


class _DaysSchema(InputSchema):
    first_day = fields.Date(required=True, validate=_check_day)
    last_day = fields.Date(required=True, validate=_check_day)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse an end before its beginning."""
        if data.get("last_day", date.max) < data.get("first_day", date.min):
            raise ValidationError(_("This is before the first day."), "last_day")


class AbsenceSchema(_DaysSchema):
    """When a member is away, and who stands in."""

    note = fields.String(load_default=None, validate=validate.Length(max=MAX_NOTE_LENGTH))
    stand_in = fields.Integer(load_default=None, validate=validate.Range(1, MAX_ID))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> PlannedAbsence:
        """Make the value that the commands take."""
        return PlannedAbsence(data["first_day"], data["last_day"], data["note"], data["stand_in"])


class _SeasonSchema(_DaysSchema):
    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> SeasonHours:
        """Make the value that the commands take; who does not work at all is absent."""
        weekly = _week(data)
        if not weekly:
            raise ValidationError(
                {"from_0_1": [_("Write some hours. For days on which you do not work, add an absence.")]}
            )
        return SeasonHours(data["first_day"], data["last_day"], tuple(weekly))


WeekSchema = _WeekSchema.from_dict(_TIMES, name="WeekSchema")
SeasonSchema = _SeasonSchema.from_dict(_TIMES, name="SeasonSchema")


NO_COUNTRY = "none"


def _check_country(code: str) -> None:
    if code != NO_COUNTRY and code not in public_holidays.countries():
        raise ValidationError(_("Choose one of the answers."))


class WhySchema(InputSchema):
    """A moment of which somebody wonders whether they work then; what is left out is as now."""

    member = fields.Integer(load_default=None, validate=validate.Range(1, MAX_ID))
    day = fields.Date(load_default=None, validate=_check_day)
    time = WallClock(load_default=None)
    second = fields.String(load_default=None, validate=validate.OneOf(["yes"]))  # Of two such times.


class HolidaysSchema(InputSchema):
    """Whose public holidays a member keeps: the code of a country, or none."""

    country = fields.String(required=True, validate=_check_country)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> str | None:
        """Make the value that the command takes."""
        return None if data["country"] == NO_COUNTRY else str(data["country"])


class RegionSchema(InputSchema):
    """The region of that country; left empty for those of the whole country only."""

    region = fields.String(load_default=None)


class WorkedHolidaysSchema(InputSchema):
    """On which public holidays a member works; on none if none is given."""

    days = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MAX_HOLIDAYS))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> list[date]:
        """Make the value that the command takes."""
        try:
            return [date.fromisoformat(one) for one in data["days"]]
        except ValueError:
            raise ValidationError(_("Choose one of the answers."), "days") from None


class SessionsSchema(InputSchema):
    """How a member holds sessions: the pause around them, how long ahead they are asked for, and where the call is."""

    pause_minutes = fields.Integer(required=True, validate=validate.Range(0, MAX_PAUSE_MINUTES))
    notice_hours = fields.Integer(required=True, validate=validate.Range(0, MAX_NOTICE_HOURS))
    call_link = SafeAddress(load_default=None)


class FeedSchema(InputSchema):
    """What a private calendar shows besides sessions and absences."""

    with_hours = fields.Boolean(load_default=False)


def _check_address(address: str) -> None:
    try:
        check_address(address)
    except NotRead:
        raise ValidationError(
            _("Write an address that begins with https:// or webcal://, without a password.")
        ) from None


class CalendarFileSchema(InputSchema):
    """What a member calls another calendar; its file comes beside this."""

    name = fields.String(required=True, validate=validate.Length(max=MAX_CALENDAR_NAME))


class CalendarAddressSchema(CalendarFileSchema):
    """The same with where it is read."""

    address = fields.String(required=True, validate=[validate.Length(max=MAX_ADDRESS_LENGTH), _check_address])
