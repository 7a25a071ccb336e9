"""The shape of what candidates send; never what is right."""

from marshmallow import ValidationError, fields, validate

from certification.banks.kinds.base import MAX_PARTS
from certification.banks.kinds.essay import MAX_ESSAY_LENGTH
from certification.exams.rules import HONESTY_VERSION
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _

MAX_REFERENCE_LENGTH = 64
_LENGTH = validate.Length(max=MAX_ESSAY_LENGTH)
_NUMBER = validate.Length(max=MAX_PARTS)


def _check_honesty(version: str) -> None:
    if version != HONESTY_VERSION:
        raise ValidationError(_("Confirm the statement as it stands here before you begin."))


class StartSchema(InputSchema):
    """The statement of honesty, in the version that was read."""

    honesty = fields.String(
        required=True, validate=_check_honesty, metadata={"description": "The version of the statement that is made"}
    )


class AnswerCallSchema(InputSchema):
    """An answer: the ids of what was chosen or the words that were typed, or what belongs to each prompt."""

    answer = fields.List(fields.String(validate=_LENGTH), load_default=list, validate=_NUMBER)
    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=MAX_REFERENCE_LENGTH)),
        values=fields.String(validate=_LENGTH),
        load_default=dict,
        validate=_NUMBER,
        metadata={"description": "By the id of the prompt: the id of an option, or a place counted from 1"},
    )
    sequence = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "One more than that of the answer that is known"},
    )
