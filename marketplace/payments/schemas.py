"""The shape of what is typed about money."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _
from marketplace.payments.rules import AccountKind, BookFilter, Fact

MAX_EVIDENCE_LENGTH = 20_000  # As much text as Stripe passes on.
MAX_REASON_LENGTH = 500


class PaidByHandSchema(InputSchema):
    """What the vendor's bank statement says of a payment by hand."""

    reference = fields.String(required=True, validate=validate.Length(min=1, max=120))


class EvidenceSchema(InputSchema):
    """What the vendor answers a bank."""

    evidence = fields.String(required=True, validate=validate.Length(min=1, max=MAX_EVIDENCE_LENGTH))


class WriteOffSchema(InputSchema):
    """Why a debt is given up."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))


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
