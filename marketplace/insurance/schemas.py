"""The shape of what is typed about policies."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from marketplace.insurance.rules import MAX_LICENCE_LENGTH
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _


class BuySchema(InputSchema):
    """Which version of a plan is bought, for which licence."""

    version = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))
    licence = fields.String(load_default="", validate=validate.Length(max=MAX_LICENCE_LENGTH))

    def __init__(self, *, needs_licence: bool = False, **options: Any) -> None:
        """Ask for a licence if the plan is for one."""
        super().__init__(**options)
        self.fields["licence"].required = needs_licence


class CancelSchema(InputSchema):
    """When a policy ends; `seen_minor` is what was shown to go back if it ends at once."""

    when = fields.String(required=True, validate=validate.OneOf(["end", "now"]))
    seen_minor = fields.Integer(load_default=None, validate=validate.Range(0, MAX_MINOR))

    @validates_schema
    def check_seen(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse to give back what nobody has seen."""
        if data.get("when") == "now" and data.get("seen_minor") is None:
            raise ValidationError(_("Look first at what goes back."), "when")


class ChangeSchema(InputSchema):
    """To which version of a plan a policy goes over, and to which moment the difference was worked out."""

    version = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))
    prorated_at = fields.AwareDateTime(load_default=None)
