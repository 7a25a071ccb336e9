"""The shape of what judges say about questions."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from certification.exams.rules.angoff import MAX_PERCENT
from marketplace.kernel.schema import InputSchema

_PERCENT = validate.Range(0, MAX_PERCENT)


class TakeCutSchema(InputSchema):
    """The pass mark that was seen."""

    seen = fields.Integer(required=True, validate=validate.Range(1, MAX_PERCENT))


def field_of(question_id: int) -> str:
    """Name the field of a question."""
    return f"percent-{question_id}"


def estimates_schema(question_ids: Iterable[int]) -> Schema:
    """Give the shape of what is said about some questions; what is left empty is not estimated."""
    percents: dict[str, fields.Field[Any]] = {
        field_of(one): fields.Integer(load_default=None, validate=_PERCENT) for one in question_ids
    }
    return InputSchema.from_dict(percents, name="EstimatesSchema")()
