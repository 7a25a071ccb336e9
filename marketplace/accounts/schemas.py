"""The shape of what people type about themselves, and of what the API tells them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from marketplace.accounts.addresses import read_address
from marketplace.accounts.choices import country_codes
from marketplace.accounts.names import is_name, tidy
from marketplace.accounts.rules import (
    MAX_NAME_LENGTH,
    MAX_PASSWORD_LENGTH,
    is_one_line,
)
from marketplace.kernel.access import Role
from marketplace.kernel.schema import AnswerSchema, InputSchema, Verbatim
from marketplace.kernel.translate import _, _l, is_zone, languages

# Said where an answer is missing, at the field and in the summary above the form.
NAME_NEEDED: dict[str, Any] = {"required": _l("Write your name.")}
PASSWORD_NEEDED: dict[str, Any] = {"required": _l("Write your password.")}
NEW_PASSWORD_NEEDED: dict[str, Any] = {"required": _l("Choose a password.")}
LANGUAGE_NEEDED: dict[str, Any] = {"required": _l("Choose a language.")}
ZONE_NEEDED: dict[str, Any] = {"required": _l("Choose a time zone.")}
CURRENCY_NEEDED: dict[str, Any] = {"required": _l("Choose a currency.")}
TOKEN_NAME_NEEDED: dict[str, Any] = {"required": _l("Write what the token is for.")}


class Email(fields.String):
    """An address to which a letter could be sent."""

    default_error_messages: dict[str, Any] = {"required": _l("Write your e-mail address.")}  # noqa: RUF012 - as marshmallow declares it

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        try:
            return read_address(text)
        except ValueError:
            raise ValidationError(_("Write a full address, such as name@example.com.")) from None


def _check_line(text: str) -> None:
    if not is_one_line(text):
        raise ValidationError(_("Write it in one line, without special characters."))


def _check_name(text: str) -> None:
    if not is_name(text):
        raise ValidationError(_("Write it in one line, without special characters."))


def _check_language(code: str) -> None:
    if code not in languages():
        raise ValidationError(_("This language is not offered. Choose another one."))


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("This time zone is not known. Choose another one."))


def _check_country(code: str) -> None:
    if code not in country_codes():
        raise ValidationError(_("This country is not known. Choose another one."))


class SettingsSchema(InputSchema):
    """How a person is addressed, and in which language, hours and currency."""

    name = fields.String(
        required=True,
        validate=[validate.Length(max=MAX_NAME_LENGTH), _check_name],
        post_load=tidy,
        error_messages=NAME_NEEDED,
    )
    language = fields.String(required=True, validate=_check_language, error_messages=LANGUAGE_NEEDED)
    zone = fields.String(required=True, validate=_check_zone, error_messages=ZONE_NEEDED)
    country = fields.String(load_default=None, validate=_check_country)
    currency = fields.String(required=True, validate=validate.Length(max=3), error_messages=CURRENCY_NEEDED)


class SignUpSchema(InputSchema):
    """A new account."""

    name = fields.String(
        required=True,
        validate=[validate.Length(max=MAX_NAME_LENGTH), _check_name],
        post_load=tidy,
        error_messages=NAME_NEEDED,
    )
    email = Email(required=True)
    password = Verbatim(
        required=True, validate=validate.Length(max=MAX_PASSWORD_LENGTH), error_messages=NEW_PASSWORD_NEEDED
    )
    language = fields.String(required=True, validate=_check_language, error_messages=LANGUAGE_NEEDED)
    zone = fields.String(required=True, validate=_check_zone, error_messages=ZONE_NEEDED)
    currency = fields.String(required=True, validate=validate.Length(max=3), error_messages=CURRENCY_NEEDED)


class SignInSchema(InputSchema):
    """Who comes, and where they were going."""

    email = Email(required=True)
    password = Verbatim(
        required=True, validate=validate.Length(max=MAX_PASSWORD_LENGTH), error_messages=PASSWORD_NEEDED
    )
    next = fields.String(load_default="/")


class LetterSchema(InputSchema):
    """Where to send a letter."""

    email = Email(required=True)


class NewPasswordSchema(InputSchema):
    """A password chosen by a link from a letter."""

    password = Verbatim(
        required=True, validate=validate.Length(max=MAX_PASSWORD_LENGTH), error_messages=NEW_PASSWORD_NEEDED
    )


class PasswordSchema(NewPasswordSchema):
    """A password that takes the place of the current one."""

    current_password = Verbatim(
        required=True, validate=validate.Length(max=MAX_PASSWORD_LENGTH), error_messages=PASSWORD_NEEDED
    )


class TokenSchema(InputSchema):
    """What a token is for."""

    token_name = fields.String(
        required=True, validate=[validate.Length(max=MAX_NAME_LENGTH), _check_line], error_messages=TOKEN_NAME_NEEDED
    )


class MeSchema(AnswerSchema):
    """The person for whom a program acts."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    language = fields.String(required=True, metadata={"description": "BCP 47 code", "example": "es"})
    zone = fields.String(required=True, metadata={"description": "IANA name", "example": "America/Santiago"})
    currency = fields.String(required=True, metadata={"description": "ISO 4217 code", "example": "EUR"})
    roles = fields.List(fields.Enum(Role, by_value=True), required=True)
