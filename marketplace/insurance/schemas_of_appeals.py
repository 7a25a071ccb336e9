"""The shape of what is typed about appeals."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from marketplace.insurance.rules import MAX_APPEAL_LENGTH, Obstacle
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _

CLAIM = "claim-"  # Before the id of a claim, where an obstacle may stand as well.
_TEXT = validate.Length(min=1, max=MAX_APPEAL_LENGTH)


def _check_about(about: str) -> None:
    number = about.removeprefix(CLAIM)
    is_claim = about != number and number.isascii() and number.isdecimal() and int(number[:20]) <= MAX_ID
    if not is_claim and about not in set(Obstacle):
        raise ValidationError(_("Choose one of the answers."))


class AppealSchema(InputSchema):
    """What it is about, and why the customer sees it otherwise."""

    about = fields.String(required=True, validate=_check_about)
    statement = fields.String(required=True, validate=_TEXT)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Tell claims and obstacles apart."""
        about, statement = data["about"], data["statement"]
        if about.startswith(CLAIM):
            return {"claim_id": int(about.removeprefix(CLAIM)), "statement": statement}
        return {"obstacle": Obstacle(about), "statement": statement}


class AnswerSchema(InputSchema):
    """What the vendor's people answer."""

    answer = fields.String(required=True, validate=_TEXT)
