"""The shape of what is typed about papers."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from marketplace.accounts.choices import country_codes
from marketplace.accounts.rules import MAX_NAME_LENGTH, is_one_line
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import AnswerSchema, InputSchema
from marketplace.kernel.translate import _, _l
from marketplace.papers.models import MAX_ADDRESS_LENGTH
from marketplace.papers.rules import PaperKind, Sold

MAX_ADDRESS_LINES = 6
NAME_NEEDED: dict[str, Any] = {"required": _l("Write the name of the person or the business.")}
ADDRESS_NEEDED: dict[str, Any] = {"required": _l("Write the address.")}
COUNTRY_NEEDED: dict[str, Any] = {"required": _l("Choose a country.")}


def _check_line(text: str) -> None:
    if not is_one_line(text):
        raise ValidationError(_("Write it in one line, without special characters."))


def _check_lines(text: str) -> None:
    lines = text.splitlines()
    if len(lines) > MAX_ADDRESS_LINES:
        raise ValidationError(_("Write at most %(n)d lines.") % {"n": MAX_ADDRESS_LINES})
    for line in lines:
        if line:
            _check_line(line)


def _check_country(code: str) -> None:
    if code not in country_codes():
        raise ValidationError(_("This country is not known. Choose another one."))


class PaperFilterSchema(InputSchema):
    """Which papers are looked for."""

    q = fields.String(attribute="text", validate=validate.Length(max=MAX_ADDRESS_LENGTH))
    kind = fields.Enum(PaperKind, by_value=True)
    since = fields.Date()
    until = fields.Date()
    before = fields.Integer(attribute="before_id", validate=validate.Range(1, MAX_ID))

    @validates_schema
    def check_order(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse an end before its beginning."""
        if data.get("since", date.min) > data.get("until", date.max):
            raise ValidationError(_("This is before the first day."), "until")


class BillingSchema(InputSchema):
    """Whom the papers are for."""

    billing_name = fields.String(
        required=True,
        attribute="name",
        validate=[validate.Length(max=MAX_NAME_LENGTH), _check_line],
        error_messages=NAME_NEEDED,
    )
    address = fields.String(
        required=True,
        validate=[validate.Length(max=MAX_ADDRESS_LENGTH), _check_lines],
        error_messages=ADDRESS_NEEDED,
    )
    country = fields.String(required=True, validate=_check_country, error_messages=COUNTRY_NEEDED)
    vat_number = fields.String(load_default=None, validate=validate.Length(max=MAX_ADDRESS_LENGTH))


class PapersQuery(InputSchema):
    """Which part of a list is wanted."""

    before = fields.Integer(
        validate=validate.Range(1, MAX_ID), metadata={"description": "`next` of the part before, for the one after it"}
    )


class AmountAnswer(AnswerSchema):
    """An amount of money; less than nothing where it goes back."""

    amount = fields.Integer(required=True, metadata={"description": "Minor units", "example": -1210})
    currency = fields.String(required=True, metadata={"description": "ISO 4217 code", "example": "EUR"})


class TaxAnswer(AnswerSchema):
    """What was sold at one rate of tax."""

    rate = fields.Integer(required=True, metadata={"description": "Hundredths of a percent", "example": 2100})
    net = fields.Nested(AmountAnswer, required=True)
    tax = fields.Nested(AmountAnswer, required=True)


class PaperFactsAnswer(AnswerSchema):
    """A paper: a receipt, an invoice, a credit note or a statement."""

    number = fields.String(required=True, metadata={"example": "I-2026-000042"})
    kind = fields.Enum(PaperKind, by_value=True, required=True)
    sold = fields.Enum(
        Sold,
        by_value=True,
        required=True,
        metadata={"description": "What the vendor sold by it, or takes back: a partner's work, cover, or mediation"},
    )
    issued_at = fields.AwareDateTime(required=True)
    language = fields.String(required=True, metadata={"description": "BCP 47 code of what stands on it"})
    net = fields.Nested(AmountAnswer, required=True)
    tax = fields.Nested(AmountAnswer, required=True)
    total = fields.Nested(AmountAnswer, required=True)
    taxes = fields.List(fields.Nested(TaxAnswer), required=True)
    corrects = fields.String(
        required=True, allow_none=True, metadata={"description": "Number of the paper that a credit note is about"}
    )
    supersedes = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the receipt for the same payment whose place an invoice has taken"},
    )
    month = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a statement", "example": "2026-03"}
    )
    closing = fields.Nested(
        AmountAnswer, required=True, allow_none=True, metadata={"description": "Owed to the partner after a statement"}
    )
    url = fields.String(required=True, metadata={"description": "Its page, for whoever is signed in"})
    pdf_url = fields.String(required=True, metadata={"description": "The same as a PDF"})


class PapersAnswer(AnswerSchema):
    """A part of a list of papers."""

    items = fields.List(fields.Nested(PaperFactsAnswer), required=True)
    next = fields.String(required=True, allow_none=True, metadata={"description": "`before` of the next part, if any"})


class PaperAnswer(PaperFactsAnswer):
    """A paper with all that stands on it."""

    content = fields.Dict(required=True, metadata={"description": "Its words, as on the page and in the PDF"})
