"""The shape of what staff decide about providers."""

from marshmallow import fields, validate

from marketplace.kernel.schema import InputSchema
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import MAX_REASON_LENGTH


class LevelSchema(InputSchema):
    """To which level a provider comes, and why."""

    level = fields.Enum(PartnerLevel, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))


class ReasonSchema(InputSchema):
    """Why something is done; the provider may read it."""

    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))
