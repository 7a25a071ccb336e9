"""The shape of what customers say when they agree to a price: who is to help, and how they pay."""

from marshmallow import fields, validate

from marketplace.jobs.schemas import MAX_AMOUNT_LENGTH
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema, MoneySchema
from marketplace.support_requests.rules import Mode


class PayingSchema(InputSchema):
    """How the customer pays: with a saved card in one step, or on the payment page."""

    card = fields.Integer(
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "Id of a saved card that pays in one step; without it there is a page to pay on"},
    )


class ChoiceSchema(PayingSchema):
    """How the customer wants to come together with a partner; nothing given means the best fit."""

    mode = fields.Enum(Mode, by_value=True)
    provider = fields.String(validate=validate.Length(1, 64), metadata={"description": "Slug of the chosen partner"})
    ceiling = fields.Nested(
        MoneySchema, metadata={"description": "The most to pay, in the currency of the request, whoever takes it"}
    )
    fall_back = fields.Boolean(
        load_default=True, metadata={"description": "Ask the next best if the chosen partner does not take it"}
    )


class ChoiceFormSchema(PayingSchema):
    """The same from a page, with the ceiling as it is typed."""

    mode = fields.Enum(Mode, by_value=True, required=True)
    provider = fields.String(validate=validate.Length(1, 64))
    ceiling = fields.String(validate=validate.Length(1, MAX_AMOUNT_LENGTH))
    fall_back = fields.Boolean(load_default=False)


class ChooseSchema(PayingSchema):
    """Which quote the customer takes; a quote that was revised has another id."""

    quote = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))
