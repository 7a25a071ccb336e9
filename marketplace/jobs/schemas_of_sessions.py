"""The shape of what people write about the times of sessions, in forms, addresses and JSON alike."""

from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate

from marketplace.kernel.schema import AnswerSchema, InputSchema, SafeAddress
from marketplace.kernel.translate import _, is_zone
from marketplace.support_requests.starts import WrongStart, read_moment
from providers.applications.spoken import is_language
from providers.profiles.rules import Cefr

MAX_DAYS = 14
MAX_SLUG_LENGTH = 64
MAX_ZONE_LENGTH = 64
UTC_ZONE = ZoneInfo("UTC")


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("Choose a time zone, such as Europe/Madrid."))


def _check_language(code: str) -> None:
    if not is_language(code):
        raise ValidationError(_("This language is not known. Write its code, such as es or pt-BR."))


class Start(fields.String):
    """When a session starts, with its offset from UTC; inside, a moment."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            return read_moment(text.strip(), UTC_ZONE)
        except WrongStart as error:
            raise ValidationError(str(error)) from None


class DaySchema(InputSchema):
    """Which day is looked at, and what was said of the partner already."""

    day = fields.Date(load_default=None)
    provider = fields.String(load_default="")
    ceiling = fields.String(load_default="")


class StartSchema(InputSchema):
    """Which of the free times is chosen."""

    starts_at = Start(required=True, metadata={"description": "RFC 3339", "example": "2026-11-30T15:00Z"})


class SessionMoveSchema(StartSchema):
    """At which of the free times the session is to be held instead."""


class CallLinkSchema(InputSchema):
    """A link to the call of one session; none for the usual one."""

    call_link = SafeAddress(load_default=None)


class DaysSchema(InputSchema):
    """The free times of which days are wanted."""

    timezone = fields.String(
        required=True,
        validate=[validate.Length(1, MAX_ZONE_LENGTH), _check_zone],
        metadata={"description": "By whose calendar the days are", "example": "America/Santiago"},
    )
    first_day = fields.Date(
        load_default=None,
        data_key="from",
        metadata={"description": "Today if not given; days that are over are left out"},
    )
    days = fields.Integer(load_default=7, validate=validate.Range(1, MAX_DAYS))


class SlotsSchema(DaysSchema):
    """Of what kind a session is to be, in which language, and on which days."""

    category = fields.String(required=True, validate=validate.Length(1, MAX_SLUG_LENGTH))
    language = fields.String(
        required=True,
        validate=[validate.Length(2, 16), _check_language],
        metadata={"description": "BCP 47 code", "example": "es"},
    )
    level = fields.Enum(Cefr, by_value=True, load_default=Cefr.B1)


class SlotAnswer(AnswerSchema):
    """A time at which a session can begin."""

    starts_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    local = fields.String(
        required=True,
        metadata={
            "description": "As the clocks of the time zone show it, with their offset",
            "example": "2026-11-30T12:00-03:00",
        },
    )


class SlotDayAnswer(AnswerSchema):
    """A day of that calendar, with its free times."""

    day = fields.Date(required=True)
    slots = fields.List(fields.Nested(SlotAnswer), required=True)


class SlotsAnswer(AnswerSchema):
    """When a partner is free for a session."""

    provider = fields.String(required=True)
    timezone = fields.String(required=True)
    days = fields.List(fields.Nested(SlotDayAnswer), required=True)
