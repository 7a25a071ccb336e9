"""The shape of what staff decide about providers."""

from marshmallow import fields, validate

from marketplace.kernel.schema import InputSchema
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import MAX_REASON_LENGTH
from providers.profiles.rules.reviews import DECISIONS, MAX_ANSWER_LENGTH, ReportStatus


class LevelSchema(InputSchema):
    """To which level a provider comes, and why."""

    level = fields.Enum(PartnerLevel, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))


class ReasonSchema(InputSchema):
    """Why something is done; the provider may read it."""

    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))


class ReviewAnswerSchema(InputSchema):
    """What a business answers to a review."""

    answer = fields.String(required=True, validate=validate.Length(max=MAX_ANSWER_LENGTH))


class ReportDecisionSchema(InputSchema):
    """Whether a review that was reported stays, and why; both sides read the reason."""

    status = fields.Enum(ReportStatus, by_value=True, required=True, validate=validate.OneOf(DECISIONS))
    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))
