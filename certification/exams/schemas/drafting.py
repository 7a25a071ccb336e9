"""The shape of what staff decide about exams."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from certification.banks.rules import MAX_TOPIC_LENGTH, Difficulty, topic_of
from certification.exams.rules import MAX_QUESTIONS, Part, RetakeRules, Terms
from certification.exams.rules.drafts import MAX_PARTS, read_waits
from certification.exams.rules.tries import (
    MAX_MINUTES,
    MAX_PASS_PERCENT,
    MAX_TRIES,
    MAX_VALID_DAYS,
    MAX_WAIT_DAYS,
    MAX_WAITS,
    MAX_WINDOW_DAYS,
    MIN_MINUTES,
    MIN_PASS_PERCENT,
    MIN_VALID_DAYS,
)
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _


class NewDraftSchema(InputSchema):
    """How the next edition begins."""

    is_fresh = fields.Boolean(load_default=False)


class Waits(fields.String):
    """A list of days, as it is typed: 7, 30."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            return read_waits(text)
        except ValueError:
            wanted = _("Write at most %(n)d numbers of days up to %(most)d, with commas between them, such as 7, 30.")
            raise ValidationError(wanted % {"n": MAX_WAITS, "most": MAX_WAIT_DAYS}) from None


def _count(least: int, most: int, **options: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(least, most), **options)


class _TermsSchema(InputSchema):
    release_id = _count(1, MAX_ID, load_default=None)
    minutes = _count(MIN_MINUTES, MAX_MINUTES, required=True)
    pass_percent = _count(MIN_PASS_PERCENT, MAX_PASS_PERCENT, required=True)
    valid_days = _count(MIN_VALID_DAYS, MAX_VALID_DAYS, required=True)
    waits_days = Waits(load_default=())
    tries_max = _count(1, MAX_TRIES, required=True)
    window_days = _count(1, MAX_WINDOW_DAYS, required=True)
    trial_questions = _count(0, MAX_QUESTIONS, load_default=0)
    is_reviewed = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> Terms:
        """Gather the parts, which come in rows; one without a number is left out."""
        rows = (number for number in range(1, MAX_PARTS + 1) if f"questions_{number}" in data)
        parts = tuple(
            Part(topic_of(data.get(f"topic_{row}", "")), data.get(f"difficulty_{row}"), data[f"questions_{row}"])
            for row in rows
        )
        retakes = RetakeRules(data["waits_days"], data["tries_max"], data["window_days"])
        facts = ("release_id", "minutes", "pass_percent", "valid_days", "trial_questions", "is_reviewed")
        return Terms(parts=parts, retakes=retakes, **{name: data[name] for name in facts})


def _row(number: int) -> dict[str, fields.Field[Any]]:
    return {
        f"topic_{number}": fields.String(validate=validate.Length(max=MAX_TOPIC_LENGTH)),
        f"difficulty_{number}": fields.Enum(Difficulty, by_value=True),
        f"questions_{number}": _count(1, MAX_QUESTIONS),
    }


# A row of three fields for each part of the blueprint.
TermsSchema = _TermsSchema.from_dict(
    {name: field for number in range(1, MAX_PARTS + 1) for name, field in _row(number).items()}, name="TermsSchema"
)
