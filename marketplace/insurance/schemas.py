"""The shape of what is typed about plans and policies."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from marketplace.catalogue.rules import Layer
from marketplace.insurance.rules import (
    MAX_GRACE_DAYS,
    MAX_LICENCE_LENGTH,
    MAX_LIMIT_HOURS,
    MAX_NAME_LENGTH,
    MAX_TERMS_LENGTH,
    MAX_WAITING_DAYS,
    PlanTerms,
)
from marketplace.kernel.database import MAX_ID
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import MAX_MINOR, Money
from marketplace.kernel.schema import InputSchema, amount_typed
from marketplace.kernel.translate import SOURCE_LANGUAGE, _, languages
from marketplace.payments.rules import Interval

NAME, TERMS = "name_", "terms_"  # Before the language of a name, and of the terms in full.
MAX_SLUG_LENGTH = 60
FORM = "new"  # The last part of the address at which a plan is made.
MAX_AMOUNT_LENGTH = 20
MAX_CATEGORIES = 200


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


class Step(StrEnum):
    """What is to be done with a plan that was typed."""

    PREVIEW = "preview"
    EDIT = "edit"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """A version of a plan as it was typed.

    Attributes:
        terms: what it promises.
        names: by language.
        texts: the terms in full, by language.
        step: what is to be done with it.
        seen: the number of the version that it was compared with.
        slug: the short name of a new plan.
    """

    terms: PlanTerms
    names: dict[str, str]
    texts: dict[str, str]
    step: Step
    seen: int = 0
    slug: str = ""


def _chosen_from(known: frozenset[str]) -> Callable[[list[str]], None]:
    def check(values: list[str]) -> None:
        if not values:
            raise ValidationError(_("Choose at least one of the answers."))
        if not known.issuperset(values):
            raise ValidationError(_("Choose one of the answers."))

    return check


class _VersionSchema(InputSchema):
    currency = fields.String(required=True, validate=validate.Length(max=3))
    interval = fields.Enum(Interval, by_value=True, required=True)
    price = fields.String(required=True, validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    limit = fields.String(required=True, validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    limit_hours = fields.Integer(load_default=None, validate=validate.Range(1, MAX_LIMIT_HOURS))
    deductible = fields.String(required=True, validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    claim_limit = fields.String(load_default=None, validate=validate.Length(max=MAX_AMOUNT_LENGTH))
    waiting_days = fields.Integer(required=True, validate=validate.Range(0, MAX_WAITING_DAYS))
    grace_days = fields.Integer(required=True, validate=validate.Range(0, MAX_GRACE_DAYS))
    layers = fields.List(fields.String(), required=True, validate=_chosen_from(frozenset(Layer)))
    categories = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MAX_CATEGORIES))
    needs_licence = fields.Boolean(load_default=False)
    step = fields.Enum(Step, by_value=True, load_default=Step.PREVIEW)
    seen = fields.Integer(load_default=0, validate=validate.Range(0, MAX_ID))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> PlanOrder:
        """Read the amounts, and put together what the commands take."""
        kept = {name: data[name] for name in ("interval", "waiting_days", "grace_days", "needs_licence")}
        facts: dict[str, Any] = {**_amounts(data), **kept}
        terms = PlanTerms(
            **facts,
            limit_minutes=None if data["limit_hours"] is None else 60 * data["limit_hours"],
            layers=frozenset(map(Layer, data["layers"])),
            categories=frozenset(data["categories"]) or None,
        )
        named = {"seen": data["seen"], "slug": data.get("slug", "")}
        return PlanOrder(terms, _by_language(data, NAME), _by_language(data, TERMS), data["step"], **named)


def _by_language(data: dict[str, Any], prefix: str) -> dict[str, str]:
    """Gather texts by language, with line breaks as they are kept; browsers send others."""
    found = {name.removeprefix(prefix): text for name, text in data.items() if name.startswith(prefix)}
    return {language: text.replace("\r\n", "\n") for language, text in sorted(found.items())}


def _amounts(data: dict[str, Any]) -> dict[str, Money]:
    """Read all amounts, or say of all what is wrong."""
    amounts: dict[str, Money] = {}
    errors: dict[str, Any] = {}
    for name in ("price", "limit", "deductible", "claim_limit"):
        try:
            if data[name] is not None:
                amounts[name] = _amount(data[name], data["currency"], name)
        except InvalidInput as error:
            errors |= dict(error.fields)
    if errors:
        raise ValidationError(errors)
    return amounts


def _amount(text: str, currency: str, name: str) -> Money:
    """Read an amount; only a deductible may be nothing."""
    if name == "deductible" and not text.strip("0., "):
        return Money.zero(currency)
    return amount_typed(text, currency, field=name)


def _text(most: int, *, language: str) -> fields.String:
    """Make a field for a text, which the language that others fall back to cannot do without."""
    return fields.String(required=language == SOURCE_LANGUAGE, validate=validate.Length(max=most))


# One field for the name, and one for the terms, in each language of the site.
VersionSchema = _VersionSchema.from_dict(
    {
        **{f"{NAME}{code}": _text(MAX_NAME_LENGTH, language=code) for code in languages()},
        **{f"{TERMS}{code}": _text(MAX_TERMS_LENGTH, language=code) for code in languages()},
    },
    name="VersionSchema",
)


def _check_slug(slug: str) -> None:
    if slug == FORM or not (slug.isascii() and slug.replace("-", "").isalnum() and slug == slug.lower()):
        raise ValidationError(_("Write small letters, digits and hyphens, such as careful-yearly."))


PlanSchema = VersionSchema.from_dict(
    {"slug": fields.String(required=True, validate=[validate.Length(max=MAX_SLUG_LENGTH), _check_slug])},
    name="PlanSchema",
)


class SaleSchema(InputSchema):
    """Whether a plan is sold."""

    is_on_sale = fields.Boolean(required=True)


class PlaceSchema(InputSchema):
    """Whether a plan is to stand earlier, or else later."""

    is_earlier = fields.Boolean(required=True)


class UseSchema(InputSchema):
    """Which policies are looked at, and where in their list."""

    plan = fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH))
    offset = fields.Integer(validate=validate.Range(0, MAX_ID))
