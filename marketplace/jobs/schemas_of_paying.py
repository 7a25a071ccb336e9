"""The shape of what customers say when they agree to a price: who is to help, and how they pay."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from marketplace.jobs.covering import CoverChoice, CoveredPrice
from marketplace.jobs.schemas import MAX_AMOUNT_LENGTH
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.money import MAX_MINOR, Money
from marketplace.kernel.schema import InputSchema, MoneySchema
from marketplace.kernel.translate import _
from marketplace.support_requests.rules import Mode


def cover_answer(one: CoveredPrice) -> str:
    """Write as the value of a field which cover is used, and what the page shows of it."""
    return f"{one.way.policy.reference}:{one.way.event_id or ''}:{one.covered.minor}:{one.covered.currency}"


_COVER_ANSWER = re.compile(r"([0-9a-z]{1,16}):(\d{0,18}):(\d{1,12}):([A-Z]{3})")


class CoverField(fields.String):
    """The answer to which cover is used: what `cover_answer` has written, or nothing."""

    def _deserialize(self, value: Any, *given: Any, **more: Any) -> Any:
        text = super()._deserialize(value, *given, **more)
        found = _COVER_ANSWER.fullmatch(text)
        if found is None or int(found[3]) > MAX_MINOR or int(found[2] or 0) > MAX_ID:
            raise ValidationError(_("Choose one of the answers."))
        return CoverChoice(found[1], int(found[2]) if found[2] else None, Money(int(found[3]), found[4]))


class PayingSchema(InputSchema):
    """How the customer pays: by cover, with a saved card in one step, or on the payment page."""

    policy = fields.String(
        validate=validate.Length(1, 16),
        metadata={"description": "Id of a policy that is to cover it as far as it does; without it nothing is covered"},
    )
    cover_seen = fields.Nested(
        MoneySchema,
        metadata={"description": "What you expect it to cover: if it is something else by now, nothing is done"},
    )
    same_cause_as = fields.Integer(
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "Id of the claim about the same event: its own part is borne once, its limit shared"},
    )
    card = fields.Integer(
        validate=validate.Range(1, MAX_ID),
        metadata={"description": "Id of a saved card that pays in one step; without it there is a page to pay on"},
    )

    @validates_schema
    def check_policy(self, data: Mapping[str, Any], **_options: Any) -> None:
        """Raise `ValidationError` if something is said of cover, but not by whom."""
        if "policy" not in data and data.keys() & {"cover_seen", "same_cause_as"}:
            raise ValidationError({"policy": [_("Say which policy is to cover it.")]})


class PayingFormSchema(InputSchema):
    """How the customer pays, as a page asks it."""

    cover = CoverField()
    card = fields.Integer(validate=validate.Range(1, MAX_ID))


def cover_of(typed: Mapping[str, Any]) -> CoverChoice | None:
    """Tell which cover was chosen, on a page or by a call."""
    if "policy" not in typed:
        return typed.get("cover")
    return CoverChoice(typed["policy"], typed.get("same_cause_as"), typed.get("cover_seen"))


def paying_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give how the customer pays as commands take it."""
    return {"card_id": typed.get("card"), "cover": cover_of(typed)}


class ChoiceSchema(PayingSchema):
    """How the customer wants to come together with a partner; nothing given means the best fit."""

    mode = fields.Enum(Mode, by_value=True)
    provider = fields.String(validate=validate.Length(1, 64), metadata={"description": "Slug of the chosen partner"})
    ceiling = fields.Nested(
        MoneySchema, metadata={"description": "The most to pay, in the currency of the request, whoever takes it"}
    )
    fall_back = fields.Boolean(
        load_default=True, metadata={"description": "Ask the next best if the chosen partner does not take it"}
    )


class ChoiceFormSchema(PayingFormSchema):
    """The same from a page, with the ceiling as it is typed."""

    mode = fields.Enum(Mode, by_value=True, required=True)
    provider = fields.String(validate=validate.Length(1, 64))
    ceiling = fields.String(validate=validate.Length(1, MAX_AMOUNT_LENGTH))
    fall_back = fields.Boolean(load_default=False)


class ChooseSchema(PayingSchema):
    """Which quote the customer takes; a quote that was revised has another id."""

    quote = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))


class ChooseFormSchema(PayingFormSchema):
    """The same from a page."""

    quote = fields.Integer(required=True, validate=validate.Range(1, MAX_ID))
