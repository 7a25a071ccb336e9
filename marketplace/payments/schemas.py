"""The shape of what is typed about money."""

from marshmallow import fields, validate

from marketplace.kernel.schema import InputSchema


class PaidByHandSchema(InputSchema):
    """What the vendor's bank statement says of a payment by hand."""

    reference = fields.String(required=True, validate=validate.Length(min=1, max=120))
