"""The shape of what people write about requests, in forms and in JSON alike."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import MAX_BODY_LENGTH
from marketplace.jobs.rules import Solution
from marketplace.jobs.terms import MAX_NOTE_LENGTH
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import InputSchema, MoneySchema
from marketplace.kernel.translate import _
from marketplace.matching.rules import (
    MAX_INCLUDES_LENGTH,
    MAX_REMARK_LENGTH,
    MAX_VALID_HOURS,
    MIN_VALID_HOURS,
    DeclineReason,
)
from marketplace.support_requests.rules import (
    DEFAULT_URGENCY_HOURS,
    MAX_DESCRIPTION_LENGTH,
    MAX_TITLE_LENGTH,
    MAX_URGENCY_HOURS,
    MIN_URGENCY_HOURS,
)
from providers.profiles.rules import Cefr
from providers.services.rules import MAX_CAP_MINUTES, MIN_CAP_MINUTES

MIN_PROMISE_MINUTES = 5
MAX_PROMISE_MINUTES = 14 * 24 * 60
DEFAULT_VALID_HOURS = 48
MAX_SOLUTION_LENGTH = 5000
MAX_REASON_LENGTH = 500
MAX_COMMENT_LENGTH = 2000
MAX_AMOUNT_LENGTH = 20  # Of an amount as it is typed.


def _check_some_time(minutes: int) -> None:
    if not minutes:
        raise ValidationError(_("Write at least one minute."))


class ListSchema(InputSchema):
    """Which page of a list."""

    cursor = fields.String(
        load_default=None, validate=validate.Length(1, 16), metadata={"description": "`next` of the page before"}
    )


class WholeMinutes(fields.Integer):
    """Minutes, which are paid for: a part of one is refused and not dropped."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class DraftSchema(InputSchema):
    """What a customer tells of a problem; the category's own questions are validated by the category."""

    title = fields.String(required=True, validate=validate.Length(1, MAX_TITLE_LENGTH))
    description = fields.String(required=True, validate=validate.Length(1, MAX_DESCRIPTION_LENGTH))
    language = fields.String(required=True, validate=validate.Length(2, 16))
    level = fields.Enum(Cefr, by_value=True, load_default=Cefr.B1)
    timezone = fields.String(validate=validate.Length(1, 64))
    starts_at = fields.String(
        validate=validate.Length(1, 40),
        metadata={
            "description": "Of a guided session: RFC 3339, or without an offset as the clocks of `timezone` show it",
            "example": "2026-11-30T15:00",
        },
    )
    release = fields.String(validate=validate.Length(1, 40))
    urgency_hours = fields.Integer(
        load_default=DEFAULT_URGENCY_HOURS, validate=validate.Range(MIN_URGENCY_HOURS, MAX_URGENCY_HOURS)
    )
    currency = fields.String(validate=validate.Length(3, 3))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        data_key="fields",
        load_default=dict,
        metadata={"description": "Answers to the questions of the category, by key"},
    )


class RequestInSchema(DraftSchema):
    """A new request by the API."""

    category = fields.String(required=True, validate=validate.Length(1, 64))
    budget = fields.Nested(MoneySchema)


class AcceptSchema(InputSchema):
    """When the first answer comes."""

    first_answer_minutes = fields.Integer(
        load_default=60, validate=validate.Range(MIN_PROMISE_MINUTES, MAX_PROMISE_MINUTES)
    )


class DeclineSchema(InputSchema):
    """Why a partner does not take an offer."""

    reason = fields.Enum(DeclineReason, by_value=True, required=True)
    note = fields.String(validate=validate.Length(1, MAX_REASON_LENGTH))


class QuoteSchema(InputSchema):
    """What a partner says of a quote beside its price."""

    includes = fields.String(
        required=True,
        validate=validate.Length(1, MAX_INCLUDES_LENGTH),
        metadata={"description": "What is done for the price"},
    )
    remark = fields.String(
        load_default=None,
        validate=validate.Length(1, MAX_REMARK_LENGTH),
        metadata={"description": "Anything else that helps the customer to choose"},
    )
    first_answer_minutes = fields.Integer(
        load_default=60,
        validate=validate.Range(MIN_PROMISE_MINUTES, MAX_PROMISE_MINUTES),
        metadata={"description": "So soon after the quote is chosen and paid the first answer comes"},
    )
    valid_hours = fields.Integer(
        load_default=DEFAULT_VALID_HOURS,
        validate=validate.Range(MIN_VALID_HOURS, MAX_VALID_HOURS),
        metadata={"description": "So long the customer may choose it; a session is quoted until it is too near"},
    )


class QuoteTermsSchema(InputSchema):
    """What a quote asks."""

    kind = fields.Enum(
        ServiceKind, by_value=True, metadata={"description": "As the category has it if not given; or by the hour"}
    )
    price = fields.Nested(
        MoneySchema,
        required=True,
        metadata={"description": "For the request, for an hour or for a session, by `kind`; in the request's currency"},
    )
    cap_minutes = WholeMinutes(
        validate=validate.Range(MIN_CAP_MINUTES, MAX_CAP_MINUTES),
        metadata={"description": "So much time at most; of help by the hour, and only of that"},
    )


class QuoteCallSchema(QuoteSchema):
    """A quote by the API."""

    terms = fields.Nested(QuoteTermsSchema, required=True)


class QuoteFormSchema(QuoteSchema):
    """The same from a page, with the price as it is typed."""

    kind = fields.Enum(ServiceKind, by_value=True, required=True)
    price = fields.String(required=True, validate=validate.Length(1, MAX_AMOUNT_LENGTH))
    cap_minutes = WholeMinutes(validate=validate.Range(MIN_CAP_MINUTES, MAX_CAP_MINUTES))


class MessageSchema(InputSchema):
    """A message in the thread."""

    body = fields.String(required=True, validate=validate.Length(1, MAX_BODY_LENGTH))
    next_update_minutes = fields.Integer(validate=validate.Range(MIN_PROMISE_MINUTES, MAX_PROMISE_MINUTES))


class PromiseSchema(InputSchema):
    """When the next update comes."""

    next_update_minutes = fields.Integer(
        required=True, validate=validate.Range(MIN_PROMISE_MINUTES, MAX_PROMISE_MINUTES)
    )


class SolutionSchema(InputSchema):
    """What fixed it."""

    cause = fields.String(required=True, validate=validate.Length(1, MAX_SOLUTION_LENGTH))
    fix = fields.String(required=True, validate=validate.Length(1, MAX_SOLUTION_LENGTH))
    prevention = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, MAX_SOLUTION_LENGTH))

    @post_load
    def build(self, data: dict[str, Any], **_context: Any) -> Solution:
        """Make the value that the commands take."""
        return Solution(**data)


class ProposalSchema(InputSchema):
    """What a partner proposes to do beside what was agreed."""

    description = fields.String(
        required=True,
        validate=validate.Length(1, MAX_COMMENT_LENGTH),
        metadata={"description": "What is to be done beside what was agreed, and why"},
    )


class ExtraSchema(ProposalSchema):
    """Extra work, and its price."""

    price = fields.Nested(
        MoneySchema, required=True, metadata={"description": "What the customer pays, in the currency of the request"}
    )


class ExtraFormSchema(ProposalSchema):
    """The same from a page, with the price as it is typed."""

    price = fields.String(required=True, validate=validate.Length(1, MAX_AMOUNT_LENGTH))


class ReasonSchema(InputSchema):
    """Why something ends or begins again."""

    reason = fields.String(required=True, validate=validate.Length(1, MAX_REASON_LENGTH))


class CancelSchema(ReasonSchema):
    """Why a request is cancelled, and what it may cost if it is a session that is booked."""

    fee = fields.Nested(
        MoneySchema,
        load_default=None,
        metadata={"description": "The most that you are ready to pay for calling a session off; nothing if not given"},
    )


class CancelFormSchema(ReasonSchema):
    """The same from a page, which knows the fee that it has shown."""

    fee_minor = fields.Integer(load_default=0, validate=validate.Range(0, MAX_MINOR))


class TimeSchema(InputSchema):
    """Time that was worked, and what was done in it."""

    minutes = WholeMinutes(
        required=True,
        validate=[validate.Range(-MAX_CAP_MINUTES, MAX_CAP_MINUTES), _check_some_time],
        metadata={"description": "A negative number takes back what was too much"},
    )
    note = fields.String(required=True, validate=validate.Length(1, MAX_NOTE_LENGTH))


class RatingSchema(InputSchema):
    """How it was, in the words of one side."""

    stars = fields.Integer(required=True, validate=validate.Range(1, 5))
    comment = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, MAX_COMMENT_LENGTH))
