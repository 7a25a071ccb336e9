"""The shape of what the API tells of those who work for a business."""

from marshmallow import fields

from marketplace.kernel.schema import AnswerSchema
from providers.profiles.rules import GIVEN, MemberRole


class MemberAnswer(AnswerSchema):
    """Somebody who works for a business."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = fields.Enum(MemberRole, by_value=True, required=True)
    zone = fields.String(required=True, metadata={"description": "IANA name", "example": "Europe/Madrid"})


class MembersAnswer(AnswerSchema):
    """All who work for a business."""

    items = fields.List(fields.Nested(MemberAnswer), required=True)


class InvitationAnswer(AnswerSchema):
    """A letter with which somebody can join."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    role = fields.Enum(
        MemberRole, by_value=True, required=True, metadata={"description": f"In which they join: {' or '.join(GIVEN)}"}
    )
    expires_at = fields.AwareDateTime(required=True)


class InvitationsAnswer(AnswerSchema):
    """All letters with which somebody can still join."""

    items = fields.List(fields.Nested(InvitationAnswer), required=True)
