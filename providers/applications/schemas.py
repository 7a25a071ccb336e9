"""The shape of what is typed by those who apply, and by those who decide."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from marketplace.accounts.addresses import read_address
from marketplace.accounts.choices import country_codes
from marketplace.accounts.names import is_name, tidy
from marketplace.accounts.rules import MAX_NAME_LENGTH, is_one_line
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _, is_zone, languages, reader
from providers.applications.rules import MAX_ANSWER_LENGTH, MAX_QUESTION_LENGTH
from providers.applications.spoken import is_language
from providers.profiles.rules import (
    GIVEN,
    MAX_ABOUT_LENGTH,
    MAX_CAPACITY,
    MAX_LANGUAGES,
    MAX_REASON_LENGTH,
    Cefr,
    MemberRole,
    Profile,
)
from providers.profiles.rules.speech import MAX_PROOF_LENGTH, Medium, Proof, Speech
from providers.services.rules import (
    ANY_URGENCY,
    MAX_CAP_MINUTES,
    MAX_SESSION_MINUTES,
    MIN_CAP_MINUTES,
    MIN_SESSION_MINUTES,
    URGENCIES_HOURS,
)

ABOUT = "about_"  # Before the language of a text.
INCLUDES = "includes_"
MAX_INCLUDES_LENGTH = 500
MAX_AMOUNT_LENGTH = 20


def _check_line(text: str) -> None:
    if not is_one_line(text):
        raise ValidationError(_("Write it in one line, without special characters."))


def _check_name(text: str) -> None:
    if not is_name(text):
        raise ValidationError(_("Write it in one line, without special characters."))


def _check_country(code: str) -> None:
    if code not in country_codes():
        raise ValidationError(_("Choose a country from the list."))


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("This time zone is not known. Choose another one."))


def _check_spoken(code: str) -> None:
    if not is_language(code):
        raise ValidationError(_("Choose a language from the list."))


def _check_some(typed: Mapping[str, Any], prefix: str, missing: str) -> None:
    """See that a text is there in at least one language of the site."""
    if not any(name.startswith(prefix) for name in typed):
        raise ValidationError({f"{prefix}{reader().language}": [missing]})


def _by_language(data: dict[str, Any], prefix: str) -> dict[str, str]:
    """Gather the texts in the languages of the site."""
    return {name.removeprefix(prefix): data.pop(name) for name in sorted(data) if name.startswith(prefix)}


def _in_each_language(prefix: str, most: int) -> dict[str, Any]:
    return {f"{prefix}{code}": fields.String(validate=validate.Length(max=most)) for code in languages()}


class _ProfileSchema(InputSchema):
    name = fields.String(required=True, validate=[validate.Length(max=MAX_NAME_LENGTH), _check_name], post_load=tidy)
    country = fields.String(required=True, validate=_check_country)
    capacity = fields.Integer(required=True, validate=validate.Range(1, MAX_CAPACITY))
    daily_capacity = fields.Integer(load_default=None, validate=validate.Range(1, MAX_CAPACITY))
    accepts_cover = fields.Boolean(load_default=True)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_about(self, _data: object, typed: Mapping[str, Any], **_options: Any) -> None:
        """Ask for something to read, beside whatever else is wrong."""
        _check_some(typed, ABOUT, _("Write a few words about you, in at least one language."))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Make the value that the commands take."""
        abouts = _by_language(data, ABOUT)
        names = ("name", "country", "capacity", "daily_capacity", "accepts_cover")
        said = {name: data.pop(name) for name in names}
        return {"profile": Profile(abouts=abouts, **said), **data}


class _BeginSchema(_ProfileSchema):
    currency = fields.String(required=True, validate=validate.Length(max=3))
    zone = fields.String(required=True, validate=_check_zone)


_ABOUTS = _in_each_language(ABOUT, MAX_ABOUT_LENGTH)
ProfileSchema = _ProfileSchema.from_dict(_ABOUTS, name="ProfileSchema")
BeginSchema = _BeginSchema.from_dict(_ABOUTS, name="BeginSchema")


class BreakSchema(InputSchema):
    """Until which day a business takes no jobs."""

    day = fields.Date(required=True)


# Languages


class _LanguagesSchema(InputSchema):
    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Speech]:
        """Put each language and its levels together."""
        known: dict[str, Speech] = {}
        errors: dict[str, list[str]] = {}
        for number in range(MAX_LANGUAGES):
            language = data.get(f"language_{number}")
            levels = {medium: data.get(f"{medium}_{number}") for medium in Medium}
            if language in known:
                errors[f"language_{number}"] = [_("You have named this language already.")]
            elif language is not None and any(levels.values()):
                known[language] = Speech(levels[Medium.SPOKEN], levels[Medium.WRITTEN])
            elif language is not None:
                errors[f"spoken_{number}"] = [_("Say how well you speak or write it.")]
        if not known and not errors:
            errors["language_0"] = [_("Name at least one language.")]
        if errors:
            raise ValidationError(errors)
        return known


LanguagesSchema = _LanguagesSchema.from_dict(
    {
        **{f"language_{number}": fields.String(validate=_check_spoken) for number in range(MAX_LANGUAGES)},
        **{
            f"{medium}_{number}": fields.Enum(Cefr, by_value=True)
            for medium in Medium
            for number in range(MAX_LANGUAGES)
        },
    },
    name="LanguagesSchema",
)


class Judged(fields.String):
    """Which level of which language is proven, such as `es:spoken:B2`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        """Take it apart."""
        language, medium, level = [*super()._deserialize(value, attr, data, **options).split(":"), "", ""][:3]
        if not is_language(language) or medium not in set(Medium) or level not in set(Cefr):
            raise ValidationError(_("Choose what is proven."))
        return {"language": language, "medium": Medium(medium), "level": Cefr(level)}


class ProofSchema(InputSchema):
    """What has shown how well somebody knows a language."""

    judged = Judged(required=True)
    what = fields.String(required=True, validate=[validate.Length(max=MAX_PROOF_LENGTH), _check_line])
    proven_on = fields.Date(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> Proof:
        """Make the value that the commands take."""
        return Proof(**data.pop("judged"), **data)


# Services


class _TermsSchema(InputSchema):
    price = fields.String(required=True, validate=validate.Length(1, MAX_AMOUNT_LENGTH))
    cap_minutes = fields.Integer(load_default=None, validate=validate.Range(MIN_CAP_MINUTES, MAX_CAP_MINUTES))
    session_minutes = fields.Integer(
        load_default=None, validate=validate.Range(MIN_SESSION_MINUTES, MAX_SESSION_MINUTES)
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_includes(self, _data: object, typed: Mapping[str, Any], **_options: Any) -> None:
        """Ask what is included, beside whatever else is wrong."""
        _check_some(typed, INCLUDES, _("Say what is included, in at least one language."))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Gather what is included, by language."""
        includes = _by_language(data, INCLUDES)
        return {**data, "includes": includes}


class _ServiceSchema(_TermsSchema):
    niche = fields.String(required=True, validate=validate.Length(max=64))
    layer = fields.Enum(Layer, by_value=True, required=True)
    kind = fields.Enum(ServiceKind, by_value=True, required=True)
    urgency_hours = fields.Integer(load_default=ANY_URGENCY, validate=validate.OneOf([ANY_URGENCY, *URGENCIES_HOURS]))

    @validates_schema(skip_on_field_errors=True)
    def check_minutes(self, data: dict[str, Any], **_options: Any) -> None:
        """See that the kind has the minutes that belong to it."""
        check_minutes(data["kind"], data)


def check_minutes(kind: ServiceKind, data: dict[str, Any]) -> None:
    """See that help by the hour has a limit, and a session a length.

    Raises:
        ValidationError: one is missing; names the field.
    """
    if kind is ServiceKind.HOURLY and data["cap_minutes"] is None:
        raise ValidationError({"cap_minutes": [_("Say how many hours it takes at most.")]})
    if kind is ServiceKind.SESSION and data["session_minutes"] is None:
        raise ValidationError({"session_minutes": [_("Say how long a session is.")]})


_INCLUDES = _in_each_language(INCLUDES, MAX_INCLUDES_LENGTH)
ServiceSchema = _ServiceSchema.from_dict(_INCLUDES, name="ServiceSchema")
TermsSchema = _TermsSchema.from_dict(_INCLUDES, name="TermsSchema")


# The rest


class ConductSchema(InputSchema):
    """Whether the statement of conduct is accepted."""

    accepted = fields.Boolean(required=True)

    @validates_schema(skip_on_field_errors=True)
    def check_accepted(self, data: dict[str, Any], **_options: Any) -> None:
        """Take a yes only."""
        if not data["accepted"]:
            raise ValidationError({"accepted": [_("Accept the statement, or withdraw your application.")]})


class InvitationSchema(InputSchema):
    """Who is invited, and what for; the business itself is handed over."""

    email = fields.String(required=True)
    role = fields.Enum(MemberRole, by_value=True, load_default=MemberRole.MEMBER, validate=validate.OneOf(GIVEN))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Write the address as it is kept."""
        try:
            return {**data, "email": read_address(data["email"])}
        except ValueError:
            raise ValidationError({"email": [_("Write a full address, such as name@example.com.")]}) from None


class QuestionSchema(InputSchema):
    """What the vendor's people want to know."""

    question = fields.String(required=True, validate=validate.Length(max=MAX_QUESTION_LENGTH))


class AnswerSchema(InputSchema):
    """What is answered."""

    answer = fields.String(required=True, validate=validate.Length(max=MAX_ANSWER_LENGTH))


class RefusalSchema(InputSchema):
    """Why a business does not get onto the list; it reads this."""

    reason = fields.String(required=True, validate=validate.Length(max=MAX_REASON_LENGTH))
