"""The shape of what the vendor asks and types."""

from marshmallow import fields, validate

from marketplace.kernel.schema import InputSchema

MAX_AMOUNT_LENGTH = 20
MAX_REASON_LENGTH = 500


class CoverSchema(InputSchema):
    """Which figures of cover are wanted."""

    currency = fields.String(validate=validate.Regexp("[A-Z]{3}$"))


class WhatIfSchema(InputSchema):
    """Other terms for the past year, as they are typed; what is left empty stays as it was."""

    premium = fields.String(validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    limit = fields.String(validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    deductible = fields.String(validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    claim_limit = fields.String(validate=validate.Length(max=MAX_AMOUNT_LENGTH))


class DropSchema(InputSchema):
    """Why a message is not needed any more."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))
