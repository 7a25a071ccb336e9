"""The shape of what is typed about money."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from marketplace.kernel.database import MAX_ID
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import AnswerSchema, InputSchema, MoneySchema
from marketplace.kernel.translate import _
from marketplace.payments.rules import AccountKind, Bearer, BookFilter, Fact

MAX_EVIDENCE_LENGTH = 20_000  # As much text as Stripe passes on.
MAX_REASON_LENGTH = 500
MAX_AMOUNT_LENGTH = 20  # Of an amount as it is typed.


class PaidByHandSchema(InputSchema):
    """What the vendor's bank statement says of a payment by hand."""

    reference = fields.String(required=True, validate=validate.Length(min=1, max=120))


class EvidenceSchema(InputSchema):
    """What the vendor answers a bank."""

    evidence = fields.String(required=True, validate=validate.Length(min=1, max=MAX_EVIDENCE_LENGTH))


class ReasonSchema(InputSchema):
    """Why something is decided."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))


class GoodwillSchema(InputSchema):
    """What is given back out of goodwill; `seen_minor` is what was left on the page that asks for the last word."""

    amount = fields.String(required=True, validate=validate.Length(min=1, max=MAX_AMOUNT_LENGTH))
    bearer = fields.Enum(Bearer, by_value=True, load_default=Bearer.SHARED)
    note = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))
    seen_minor = fields.Integer(load_default=None, validate=validate.Range(0, MAX_MINOR))
    step = fields.String(load_default="look", validate=validate.OneOf(["look", "change", "give"]))


class BookFilterSchema(InputSchema):
    """Which bookings are looked for."""

    since = fields.Date()
    until = fields.Date()
    account = fields.Enum(AccountKind, by_value=True)
    fact = fields.Enum(Fact, by_value=True)
    currency = fields.String(validate=validate.Regexp("[A-Z]{3}$"))
    payee = fields.Integer(validate=validate.Range(1, MAX_ID))
    stripe_id = fields.String(validate=validate.Length(max=255))
    before = fields.Integer(attribute="before_id", validate=validate.Range(1, MAX_ID))

    @validates_schema
    def check_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse an end before its beginning."""
        if data.get("since", date.min) > data.get("until", date.max):
            raise ValidationError(_("This is before the first day."), "until")

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> BookFilter:
        """Make the value that the queries take."""
        return BookFilter(**data)


class AllowSchema(InputSchema):
    """Whether a saved card may be used for renewals."""

    allowed = fields.Boolean(required=True)


def _told(description: str, **more: Any) -> dict[str, Any]:
    """Describe a field of an answer."""
    return {"required": True, "metadata": {"description": description, **more}}


class ListAnswer(AnswerSchema):
    """What lists have beside their items; these are short, and have one page."""

    next = fields.String(allow_none=True, **_told("`cursor` of the next page; null on the last one"))
    total = fields.Integer(**_told("How many there are on all pages"))


class CardAnswer(AnswerSchema):
    """A saved card, as its owner knows it."""

    id = fields.Integer(**_told("By which it is chosen to pay with"))
    brand = fields.String(**_told("Stripe's word for it", example="visa"))
    last4 = fields.String(**_told("The last digits of its number", example="4242"))
    exp_month = fields.Integer(**_told("Last month in which it is good", example=12))
    exp_year = fields.Integer(required=True)
    expired = fields.Boolean(**_told("It can't be paid with any more"))
    allowed = fields.Boolean(**_told("It may be used for renewals while its owner is away"))
    saved_at = fields.AwareDateTime(**_told("In UTC"))


class CardsAnswer(ListAnswer):
    """A list of saved cards."""

    items = fields.List(fields.Nested(CardAnswer), required=True)


class RenewalAnswer(AnswerSchema):
    """An amount that is to be set aside once more."""

    description = fields.String(**_told("What it is for"))
    page = fields.String(**_told("Path of the page of what it is for", example="/requests/k7m2xq9wtb"))
    amount = fields.Nested(MoneySchema, required=True)
    answer_by = fields.AwareDateTime(**_told("Until when it can be done, in UTC"))
    checkout_url = fields.String(allow_none=True, **_told("Page on which to do it; null while that is being made"))


class RenewalsAnswer(ListAnswer):
    """A list of amounts that are to be set aside once more."""

    items = fields.List(fields.Nested(RenewalAnswer), required=True)
