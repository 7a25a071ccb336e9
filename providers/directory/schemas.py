"""The shape of a search, as it stands in an address, and of the list as JSON."""

from collections.abc import Mapping
from typing import Any

from babel import Locale
from marshmallow import ValidationError, fields, validate

from marketplace.catalogue.rules import Layer
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import AnswerSchema, InputSchema, MoneySchema
from marketplace.kernel.translate import _, is_zone
from providers.directory.rules import MAX_OVERLAP_HOURS, Sort
from providers.profiles.rules import Cefr

MAX_VALUES = 50
MAX_TEXT_LENGTH = 200
MAX_CURSOR_LENGTH = 300
MAX_SLUG_LENGTH = 64


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("This time zone is not known. Write it like Europe/Madrid."))


def _is_language(code: str) -> bool:
    return code.replace("-", "_") in Locale("en").languages


class LanguageAndLevel(fields.String):
    """A language, such as `es`, or with the level wanted of it, such as `es:B2`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:  # A pair of a code and a level or None.
        code, colon, level = super()._deserialize(value, attr, data, **options).partition(":")
        if not _is_language(code):
            raise ValidationError(_("This language is not known. Write its code, such as es or pt-BR."))
        if colon and level not in set(Cefr):
            raise ValidationError(_("This level is not known. Choose one from A1 to C2, or native."))
        return code, Cefr(level) if colon else None


class Several(fields.List[Any]):
    """Values of one parameter; what is wrong with any of them is said of the parameter, once."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> list[Any]:
        if len(value) > MAX_VALUES:
            raise ValidationError(_("Choose at most %(n)d of these.") % {"n": MAX_VALUES})
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            by_position = error.normalized_messages()
            raise ValidationError(
                list(dict.fromkeys(text for texts in by_position.values() for text in texts))
            ) from None


def _several(inner: fields.Field[Any], description: str) -> Several:
    return Several(inner, load_default=list, metadata={"description": description, "maxItems": MAX_VALUES})


class SearchSchema(InputSchema):
    """What is asked of the list. A parameter that is repeated means any of its values."""

    language = _several(LanguageAndLevel(), "BCP 47 code, with a level of its own if wanted: es, es:B2")
    level = fields.Enum(
        Cefr,
        by_value=True,
        load_default=Cefr.A1,
        metadata={"description": "For languages without a level of their own"},
    )
    niche = _several(fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH)), "Slug of a niche")
    layer = _several(fields.Enum(Layer, by_value=True), "Layer")
    credential = _several(fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH)), "Slug of a track")
    tz = fields.String(
        load_default=None,
        validate=[validate.Length(max=MAX_SLUG_LENGTH), _check_zone],
        metadata={"description": "IANA name of the reader's time zone", "example": "America/Santiago"},
    )
    overlap = fields.Integer(
        load_default=0,
        validate=validate.Range(0, MAX_OVERLAP_HOURS),
        metadata={
            "description": "Hours a day, at least, shared with 09:00 to 17:00 of `tz`: median of the next 7 days"
        },
    )
    open = fields.String(load_default=None, validate=validate.OneOf(["now"]))
    price_max = fields.Integer(
        load_default=None,
        validate=validate.Range(0, MAX_MINOR),
        metadata={"description": "In minor units of `currency`"},
    )
    currency = fields.String(load_default=None, metadata={"description": "ISO 4217 code", "example": "EUR"})
    q = fields.String(load_default="", validate=validate.Length(max=MAX_TEXT_LENGTH))
    sort = fields.Enum(Sort, by_value=True, load_default=Sort.BEST)
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=MAX_CURSOR_LENGTH),
        metadata={"description": "`next` of the page before"},
    )


class LanguageSchema(AnswerSchema):
    """A language that is spoken, and how well."""

    language = fields.String(required=True, metadata={"description": "BCP 47 code", "example": "es"})
    level = fields.Enum(Cefr, by_value=True, required=True)


class FiguresSchema(AnswerSchema):
    """What was counted of a provider's work; `null` where nothing was counted yet."""

    promises_due = fields.Integer(required=True)
    promises_kept = fields.Integer(required=True)
    kept_percent = fields.Integer(required=True, allow_none=True)
    ratings = fields.Integer(required=True)
    stars = fields.Float(required=True, allow_none=True, metadata={"description": "Average of 1 to 5"})
    jobs_done = fields.Integer(required=True)
    first_answers = fields.Integer(required=True)
    first_answer_minutes = fields.Integer(required=True, allow_none=True, metadata={"description": "Average"})


class CardSchema(AnswerSchema):
    """A provider in the list."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True, metadata={"description": "ISO 3166 code", "example": "CL"})
    url = fields.String(required=True)
    languages = fields.List(fields.Nested(LanguageSchema), required=True)
    niches = fields.List(fields.String(), required=True, metadata={"description": "Slugs"})
    layers = fields.List(fields.Enum(Layer, by_value=True), required=True)
    credentials = fields.List(fields.String(), required=True, metadata={"description": "Slugs of tracks"})
    price_from = fields.Nested(
        MoneySchema,
        required=True,
        allow_none=True,
        metadata={"description": "The least for which something can be had, caps included"},
    )
    open_now = fields.Boolean(required=True)
    next_open = fields.AwareDateTime(required=True, allow_none=True)
    overlap_hours = fields.Float(required=True)
    figures = fields.Nested(FiguresSchema, required=True)


class RelaxationSchema(AnswerSchema):
    """A parameter to leave out, and how many fit without it."""

    parameter = fields.String(required=True)
    total = fields.Integer(required=True)


class ProviderListSchema(AnswerSchema):
    """A page of the list."""

    items = fields.List(fields.Nested(CardSchema), required=True)
    next = fields.String(required=True, allow_none=True, metadata={"description": "`cursor` of the next page"})
    total = fields.Integer(required=True)
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        required=True,
        metadata={"description": "By parameter and value: how many there would be, all other conditions being met"},
    )
    relax = fields.List(fields.Nested(RelaxationSchema), required=True, metadata={"description": "When nobody fits"})


class IntervalSchema(AnswerSchema):
    """From one moment to another."""

    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)


class ServiceSchema(AnswerSchema):
    """A service; `price` is in the currency asked for, `own_price` as the provider set it.

    Both are for one request, for an hour or for a session, by `kind`; `most` is what is paid at most.
    """

    niche = fields.String(required=True)
    layer = fields.Enum(Layer, by_value=True, required=True)
    kind = fields.String(required=True)
    includes = fields.String(required=True)
    price = fields.Nested(MoneySchema, required=True)
    own_price = fields.Nested(MoneySchema, required=True)
    most = fields.Nested(MoneySchema, required=True, metadata={"description": "In the currency asked for"})
    cap_minutes = fields.Integer(required=True, allow_none=True, metadata={"description": "By the hour only"})
    session_minutes = fields.Integer(required=True, allow_none=True, metadata={"description": "Of sessions only"})
    terms = fields.String(required=True, metadata={"description": "All of it in the reader's words"})


class CredentialSchema(AnswerSchema):
    """A credential of one of the members."""

    reference = fields.String(required=True)
    track = fields.String(required=True)
    niche = fields.String(required=True)
    level = fields.Integer(required=True)
    holder = fields.String(required=True)
    valid_until = fields.AwareDateTime(required=True)
    url = fields.String(required=True)


class ReviewSchema(AnswerSchema):
    """What a customer said."""

    author = fields.String(required=True)
    stars = fields.Integer(required=True)
    body = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class ProviderSchema(CardSchema):
    """Everything public about a provider."""

    about = fields.String(required=True)
    hours = fields.List(
        fields.Nested(IntervalSchema), required=True, metadata={"description": "Of the next seven days, in UTC"}
    )
    services = fields.List(fields.Nested(ServiceSchema), required=True)
    certificates = fields.List(fields.Nested(CredentialSchema), required=True)
    reviews = fields.List(fields.Nested(ReviewSchema), required=True, metadata={"description": "The latest first"})


class ReaderSchema(InputSchema):
    """Who reads about one provider."""

    tz = fields.String(load_default=None, validate=[validate.Length(max=MAX_SLUG_LENGTH), _check_zone])
    currency = fields.String(load_default=None, metadata={"description": "ISO 4217 code", "example": "EUR"})
