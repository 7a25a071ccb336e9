"""The shape of what those send who look at attempts."""

from marshmallow import fields, validate

from certification.exams.rules.tries import MAX_REASON_LENGTH
from marketplace.kernel.schema import InputSchema


class VoidSchema(InputSchema):
    """Why an attempt counts for nothing; the candidate reads it."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))
