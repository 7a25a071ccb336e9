"""The shape of what staff allow."""

from marshmallow import fields, validate

from certification.exams.rules.tries import MAX_EXTRA_PERCENT, MAX_REASON_LENGTH
from marketplace.accounts.rules import MAX_EMAIL_LENGTH
from marketplace.kernel.schema import InputSchema

MAX_OFFSET = 1_000_000


class PageSchema(InputSchema):
    """Which part of a list is wanted."""

    offset = fields.Integer(validate=validate.Range(0, MAX_OFFSET), load_default=0)


class FindPersonSchema(InputSchema):
    """Whom somebody looks for."""

    email = fields.String(required=True, validate=validate.Length(min=1, max=MAX_EMAIL_LENGTH))


class ReasonSchema(InputSchema):
    """Why something is decided, for those who look at it later."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))


class AllowSchema(ReasonSchema):
    """What somebody is allowed; what is left empty stays as it is."""

    track = fields.String(required=True, validate=validate.Length(max=64))
    extra_percent = fields.Integer(validate=validate.Range(0, MAX_EXTRA_PERCENT), load_default=None)
    may_try = fields.Boolean(load_default=False)
    try_from = fields.Date(load_default=None)
