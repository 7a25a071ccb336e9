"""The shape of what people write in disputes, in forms and in JSON alike."""

from typing import Any

from marshmallow import fields, post_load, validate

from marketplace.jobs.disputes import Complaint, DisputeReason
from marketplace.jobs.schemas import MAX_AMOUNT_LENGTH, MAX_COMMENT_LENGTH
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import InputSchema, MoneySchema


class StatementSchema(InputSchema):
    """What the customer says."""

    statement = fields.String(
        required=True,
        validate=validate.Length(1, MAX_COMMENT_LENGTH),
        metadata={"description": "What happened; the partner and the vendor read it"},
    )


class DisputeSchema(StatementSchema):
    """Why a customer wants money back, and how much."""

    reason = fields.Enum(DisputeReason, by_value=True, required=True)
    asked = fields.Nested(
        MoneySchema, required=True, metadata={"description": "What should go back, in the currency of the request"}
    )

    @post_load
    def build(self, data: dict[str, Any], **_context: Any) -> Complaint:
        """Make the value that the commands take."""
        return Complaint(**data)


class DisputeFormSchema(StatementSchema):
    """The same from a page, with the amount as it is typed."""

    why = fields.Enum(DisputeReason, by_value=True, required=True)  # A page has another form that asks for a reason.
    asked = fields.String(required=True, validate=validate.Length(1, MAX_AMOUNT_LENGTH))


class AnswerSchema(InputSchema):
    """What a partner says to a dispute."""

    answer = fields.String(required=True, validate=validate.Length(1, MAX_COMMENT_LENGTH))


class ConcedeSchema(InputSchema):
    """How far a partner gives way."""

    everything = fields.Boolean(
        load_default=False, metadata={"description": "All that is at stake, and not only what is asked"}
    )


class VerdictBaseSchema(InputSchema):
    """Why it is decided so."""

    verdict = fields.String(
        required=True,
        validate=validate.Length(1, MAX_COMMENT_LENGTH),
        metadata={"description": "Why; both sides read it"},
    )


class VerdictSchema(VerdictBaseSchema):
    """A decision: what goes back to the customer; the rest is shared by the frozen terms."""

    back = fields.Nested(MoneySchema, required=True)


class VerdictFormSchema(VerdictBaseSchema):
    """The same from a page, which knows what was at stake when it was looked at."""

    back = fields.String(required=True, validate=validate.Length(1, MAX_AMOUNT_LENGTH))
    seen_minor = fields.Integer(load_default=None, validate=validate.Range(0, MAX_MINOR))
    step = fields.String(load_default="look", validate=validate.OneOf(["look", "change", "decide"]))


class SplitSchema(InputSchema):
    """What could go back."""

    back = fields.Integer(
        load_default=None,
        validate=validate.Range(0, MAX_MINOR),
        metadata={"description": "Minor units, in the currency of the request; without it what the customer asks for"},
    )
