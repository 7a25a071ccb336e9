"""The shape of what is brought to be checked, of what people say about revocations, and of what the API answers."""

from marshmallow import fields, validate

from certification.credentials.rules import (
    MAX_APPEAL_LENGTH,
    MAX_BADGE_BYTES,
    MAX_REASON_LENGTH,
    AppealDecision,
    CredentialState,
    Outcome,
    Subject,
    Verdict,
)
from certification.exams.rules.doubts import MAX_ANSWER_LENGTH, DoubtDecision
from marketplace.kernel.schema import AnswerSchema, InputSchema

_TEXT = validate.Length(min=1, max=MAX_BADGE_BYTES)


class BadgeSchema(InputSchema):
    """A badge to check."""

    badge = fields.String(
        required=True,
        validate=_TEXT,
        metadata={"description": "A token, JSON, an SVG, or a PNG as data:image/png;base64,…"},
    )


class RevocationSchema(InputSchema):
    """Why a certificate is revoked; everybody may read it."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON_LENGTH))


class AppealSchema(InputSchema):
    """Why the holder sees it otherwise."""

    statement = fields.String(required=True, validate=validate.Length(min=1, max=MAX_APPEAL_LENGTH))


class DecisionSchema(InputSchema):
    """What comes of an appeal, and why; the holder reads it."""

    decision = fields.Enum(AppealDecision, by_value=True, required=True)
    answer = fields.String(required=True, validate=validate.Length(min=1, max=MAX_APPEAL_LENGTH))


class DoubtSchema(InputSchema):
    """What comes of a pass in doubt, and why; if the certificate is revoked, everybody may read it."""

    decision = fields.Enum(DoubtDecision, by_value=True, required=True)
    answer = fields.String(required=True, validate=validate.Length(min=1, max=MAX_ANSWER_LENGTH))


class CheckSchema(AnswerSchema):
    """One thing that was looked at."""

    name = fields.Enum(Subject, by_value=True, required=True, metadata={"description": "What was looked at"})
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    text = fields.String(required=True, metadata={"description": "In the caller's language"})


class VerifiedSchema(AnswerSchema):
    """What all checks of a badge come to."""

    verdict = fields.Enum(Verdict, by_value=True, required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)
    credential = fields.String(
        required=True, allow_none=True, metadata={"description": "Address of the certificate of ours that it is about"}
    )


class SignedCredentialSchema(AnswerSchema):
    """A certificate, as it stands now."""

    reference = fields.String(required=True)
    holder = fields.String(required=True)
    track = fields.String(required=True)
    level = fields.Integer(required=True)
    release = fields.String(
        required=True, allow_none=True, metadata={"description": "Version of the product, if it is for one by name"}
    )
    state = fields.Enum(CredentialState, by_value=True, required=True)
    issued_at = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    url = fields.String(required=True)
    jwt = fields.String(required=True, metadata={"description": "The signed credential, as Open Badges 3.0"})
