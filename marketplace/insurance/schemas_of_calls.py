"""The shape of what programs say about policies."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from marketplace.insurance.rules import MAX_LICENCE_LENGTH
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema, MoneySchema
from marketplace.kernel.translate import _


class BuyCallSchema(InputSchema):
    """Which plan a program buys, and for which licence."""

    plan = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Its slug"})
    version = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "The version that was seen: another one is not bought instead, 409"},
    )
    licence = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_LICENCE_LENGTH),
        metadata={"description": "Number of the licence, if the plan needs one"},
    )


class CancelCallSchema(InputSchema):
    """When a program ends a policy."""

    when = fields.String(
        required=True,
        validate=validate.OneOf(["end", "now"]),
        metadata={"description": "`end`: with the period that is paid; `now`: at once"},
    )
    refund = fields.Nested(
        MoneySchema, load_default=None, metadata={"description": "What goes back, as it was seen; needed with `now`"}
    )

    @validates_schema
    def check_refund(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse to give back what nobody has seen."""
        if data.get("when") == "now" and data.get("refund") is None:
            raise ValidationError(_("Look first at what goes back."), "refund")
