"""The shape of what partners tell of their business: who it is on papers, and where it is paid by hand."""

from typing import Any

from marshmallow import fields, post_load, validate

from marketplace.kernel.schema import InputSchema
from marketplace.kernel.vat_numbers import MAX_LENGTH
from marketplace.payments.rules import MAX_BANK_ACCOUNT_LENGTH, MAX_HOLDER_LENGTH, BankAccount
from providers.profiles.rules import MAX_ADDRESS_LENGTH, MAX_LEGAL_NAME_LENGTH, Business


class BankAccountSchema(InputSchema):
    """Where a partner is paid by hand."""

    holder = fields.String(required=True, validate=validate.Length(min=1, max=MAX_HOLDER_LENGTH))
    number = fields.String(required=True, validate=validate.Length(min=1, max=MAX_BANK_ACCOUNT_LENGTH))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> BankAccount:
        """Make the value that the command takes."""
        return BankAccount(**data)


class BusinessSchema(InputSchema):
    """What papers say of a partner's business."""

    legal_name = fields.String(required=True, validate=validate.Length(min=1, max=MAX_LEGAL_NAME_LENGTH))
    address = fields.String(required=True, validate=validate.Length(min=1, max=MAX_ADDRESS_LENGTH))
    country = fields.String(required=True, validate=validate.Length(max=2))
    vat_number = fields.String(load_default=None, validate=validate.Length(max=2 * MAX_LENGTH))  # With spaces.

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> Business:
        """Make the value that the command takes."""
        lines = [line.strip() for line in data.pop("address").splitlines()]
        return Business(**data, address="\n".join(line for line in lines if line))
