"""The shape of what is decided about those who work for a provider."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _
from providers.profiles.rules import GIVEN, MemberRole


class HandOnSchema(InputSchema):
    """Which colleague goes on with a job."""

    to = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))


class RoleSchema(InputSchema):
    """Another role; the business itself is handed over."""

    role = fields.Enum(MemberRole, by_value=True, required=True, validate=validate.OneOf(GIVEN))


class HandOverSchema(InputSchema):
    """That the business is really to belong to somebody else."""

    sure = fields.Boolean(required=True)

    @validates_schema(skip_on_field_errors=True)
    def check_sure(self, data: dict[str, Any], **_options: Any) -> None:
        """Take a yes only."""
        if not data["sure"]:
            raise ValidationError({"sure": [_("Say that you are sure, or leave it as it is.")]})
