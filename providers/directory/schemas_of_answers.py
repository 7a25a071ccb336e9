"""The list, and a provider, as JSON."""

from marshmallow import fields

from marketplace.catalogue.rules import Layer
from marketplace.kernel.schema import AnswerSchema, MoneySchema
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium


class LanguageSchema(AnswerSchema):
    """A language that is spoken or written, and how well; `null` where it is not."""

    language = fields.String(required=True, metadata={"description": "BCP 47 code", "example": "es"})
    level = fields.Enum(Cefr, by_value=True, required=True, metadata={"description": "The better of the two"})
    spoken = fields.Enum(Cefr, by_value=True, required=True, allow_none=True)
    written = fields.Enum(Cefr, by_value=True, required=True, allow_none=True)
    proven = fields.List(
        fields.Enum(Medium, by_value=True),
        required=True,
        metadata={"description": "Which of these levels the vendor has proof of; others are as members say"},
    )


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
    partner_level = fields.Enum(PartnerLevel, by_value=True, required=True)
    url = fields.String(required=True)
    languages = fields.List(fields.Nested(LanguageSchema), required=True)
    niches = fields.List(fields.String(), required=True, metadata={"description": "Slugs"})
    layers = fields.List(fields.Enum(Layer, by_value=True), required=True)
    credentials = fields.List(fields.String(), required=True, metadata={"description": "Slugs of tracks"})
    releases = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Certified for: product and version, such as sample:4.2"},
    )
    price_from = fields.Nested(
        MoneySchema,
        required=True,
        allow_none=True,
        metadata={"description": "The least for which something can be had, caps included"},
    )
    open_now = fields.Boolean(required=True)
    next_open = fields.AwareDateTime(required=True, allow_none=True)
    break_until = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until then it takes no requests"}
    )
    accepts_cover = fields.Boolean(
        required=True, metadata={"description": "Takes requests that support cover pays for"}
    )
    overlap_hours = fields.Float(required=True)
    figures = fields.Nested(FiguresSchema, required=True)


class RelaxationSchema(AnswerSchema):
    """A parameter to change, and how many fit then."""

    parameter = fields.String(required=True)
    value = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To ask for instead, `level` also of languages with their own; null: leave it out"},
    )
    total = fields.Integer(required=True)


class NearestSchema(AnswerSchema):
    """Parameters to leave out, all of them, and how many fit then."""

    parameters = fields.List(
        fields.String(), required=True, metadata={"description": "`level` also of languages with their own"}
    )
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
    relax = fields.List(
        fields.Nested(RelaxationSchema),
        required=True,
        metadata={"description": "When nobody fits, the smallest change first"},
    )
    nearest = fields.Nested(
        NearestSchema,
        required=True,
        allow_none=True,
        metadata={"description": "When nobody fits after any one change: what can't be met together with the rest"},
    )


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
    urgency_hours = fields.Integer(
        required=True,
        metadata={"description": "Within so many there is a first answer; 0: for requests of any urgency"},
    )
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
    answer = fields.String(required=True, allow_none=True, metadata={"description": "Of the provider"})


class ProviderSchema(CardSchema):
    """Everything public about a provider."""

    about = fields.String(required=True)
    hours = fields.List(
        fields.Nested(IntervalSchema), required=True, metadata={"description": "Of the next seven days, in UTC"}
    )
    services = fields.List(fields.Nested(ServiceSchema), required=True)
    certificates = fields.List(fields.Nested(CredentialSchema), required=True)
    reviews = fields.List(fields.Nested(ReviewSchema), required=True, metadata={"description": "The latest first"})
