"""The edge where input becomes values: marshmallow for every form and every JSON body."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load, validate
from werkzeug.datastructures import MultiDict

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import MAX_MINOR, Money, exponent, is_payable, smallest_step
from marketplace.kernel.translate import _, _l

HOUSEKEEPING = frozenset({"csrf_token", "form_key", "lang"})  # Fields of a form that are ours, not the person's.


class InputSchema(Schema):
    """Base of all input: unknown fields are refused."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE

    @pre_load
    def refuse_what_is_no_text(self, values: Any, **_options: Any) -> Any:
        """Refuse characters that no database keeps: NUL, and halves of characters."""
        found = values.items() if isinstance(values, Mapping) else ()
        errors = {name: [str(_NO_TEXT)] for name, value in found if isinstance(value, str) and _BROKEN.search(value)}
        if errors:
            raise ValidationError(errors)
        return values


class AnswerSchema(Schema):
    """Base of all answers: more may be added to them, so whoever reads one leaves alone what they do not know."""

    class Meta:
        """Settings of marshmallow."""

        unknown = EXCLUDE


class Verbatim(fields.String):
    """A text that is taken as it was typed, spaces at its ends included: a password."""


class SafeAddress(fields.String):
    """The address of a page that nobody can listen in to: https, and no more in it than an address has."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        address = super()._deserialize(value, attr, data, **options).strip()
        if len(address) > MAX_ADDRESS or not _ADDRESS.fullmatch(address):
            raise ValidationError(_("Write an address that begins with https://, such as https://meet.example/me."))
        return address


MAX_ADDRESS = 500
_NAME = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"https://{_NAME}([.]{_NAME})+(:[0-9]{{1,5}})?([/?#][!#-;=?-\[\]_a-zA-Z~]*)?")
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_NO_TEXT = _l("This has characters that can not be kept. Type it again.")


def _check_currency(code: str) -> None:
    if not re.fullmatch("[A-Z]{3}", code):
        raise ValidationError(_("Write a currency as three capital letters, such as EUR."))


class MoneySchema(InputSchema):
    """Money in JSON: minor units and ISO 4217 code."""

    amount = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MAX_MINOR),
        metadata={"description": "Minor units", "example": 4900},
    )
    currency = fields.String(
        required=True,
        validate=_check_currency,
        metadata={"description": "ISO 4217 code", "example": "EUR", "pattern": "^[A-Z]{3}$"},
    )

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> Money:
        """Make the value that the commands take."""
        return Money(data["amount"], data["currency"])


def amount_typed(text: str, currency: str, *, field: str) -> Money:
    """Read an amount as it is typed, in main units.

    Raises:
        InvalidInput: it is no amount that can be paid in this currency; names the field.
    """
    try:
        amount = Money.parse(text.replace(",", "."), currency)
    except ValueError:
        amount = Money.zero(currency)
    if is_payable(amount):
        return amount
    has_cents = smallest_step(currency) < 10 ** exponent(currency)
    example = {"example": "49.90" if has_cents else "60", "currency": currency}
    raise InvalidInput({field: [_("Write an amount that can be paid in %(currency)s, such as %(example)s.") % example]})


def money_json(amount: Money) -> dict[str, Any]:
    """Write money as the API does."""
    return {"amount": amount.minor, "currency": amount.currency}


def load_form(schema: Schema) -> Any:
    """Validate the submitted form.

    A field left empty counts as not given. Several values of one name stay together where the schema has a list.

    Raises:
        InvalidInput: with the messages by field, in the reader's language.
    """
    return load(schema, form_values(schema, request.form))


def form_values(schema: Schema, form: "MultiDict[str, str]") -> dict[str, Any]:
    """Give the plain values of a form, for a schema or to show the form again."""
    values: dict[str, Any] = {}
    for name in form:
        if name in HOUSEKEEPING:
            continue
        field = schema.fields.get(name)
        if isinstance(field, fields.List):
            values[name] = [value for value in form.getlist(name) if value.strip()]
        elif isinstance(field, Verbatim) and form[name]:
            values[name] = form[name]
        elif form[name].strip():
            values[name] = form[name].strip()
    return values


def query_values(schema: Schema, query: "MultiDict[str, str]") -> dict[str, Any]:
    """Give the plain values of a query string; what is left empty counts as not given.

    Raises:
        InvalidInput: a parameter that has one value is given several times.
    """
    repeated = [name for name in query if len(query.getlist(name)) > 1]
    several = {name: field for name, field in schema.fields.items() if isinstance(field, fields.List)}
    wrong = [name for name in repeated if name in schema.fields and name not in several]
    if wrong:
        raise InvalidInput({name: [_("Choose one of these, not several.")] for name in wrong})
    return form_values(schema, query)


def load(schema: Schema, values: Mapping[str, Any]) -> Any:
    """Validate plain values.

    Raises:
        InvalidInput: with the messages by field, in the reader's language.
    """
    try:
        return schema.load(values)
    except ValidationError as error:
        raise InvalidInput(flat(error.normalized_messages())) from None


# marshmallow's own texts, said so that they tell how to mend it.
_TEXTS = {
    "Missing data for required field.": _l("Please fill this in."),
    "Unknown field.": _l("This form has no such field."),
    "Not a valid integer.": _l("Write a whole number, such as 3."),
    "Not a valid string.": _l("Write some text."),
    "Not a valid email address.": _l("Write a full address, such as name@example.com."),
    "Not a valid boolean.": _l("Answer yes or no."),
    "Not a valid date.": _l("Write a date as year, month and day, such as 2026-11-30."),
    "Field may not be null.": _l("Please fill this in."),
    "Shorter than minimum length 1.": _l("Please fill this in."),
}


def flat(messages: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Give marshmallow's messages by field, in the reader's language; an inner field is `outer.inner`."""
    texts: dict[str, list[str]] = {}
    for name, found in messages.items():
        path = f"{prefix}{name}"
        if isinstance(found, Mapping):
            texts |= flat(found, f"{path}.")
        else:
            texts[path] = [_say(str(text)) for text in (found if isinstance(found, list) else [found])]
    return texts


def _say(text: str) -> str:
    for pattern, say in _PATTERNS.items():
        found = pattern.fullmatch(text)
        if found:
            return say(found)
    return str(_TEXTS.get(text, text))


def too_long(most: int) -> str:
    """Say that a text is too long."""
    return _("This is too long: at most %(n)d characters, please.") % {"n": most}


def _some_text(most: int) -> str:
    return _("Write at least one and at most %(n)d characters.") % {"n": most}


def _between(bounds: re.Match[str]) -> str:
    return _("Write a whole number from %(least)s to %(most)s.") % bounds.groupdict()


# The same for texts with figures in them.
_PATTERNS: Mapping[re.Pattern[str], Callable[[re.Match[str]], str]] = {
    re.compile(r"Longer than maximum length (\d+)\."): lambda found: too_long(int(found[1])),
    re.compile(r"Length must be between 1 and (\d+)\."): lambda found: _some_text(int(found[1])),
    re.compile(r"Must be greater than or equal to (?P<least>\d+) and less than or equal to (?P<most>\d+)\."): _between,
    re.compile(r"Must be one of: .*\."): lambda _found: _("Choose one of the answers."),
}
