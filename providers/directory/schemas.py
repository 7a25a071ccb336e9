"""The shape of a search, as it stands in an address."""

from marshmallow import ValidationError, fields, validate

from marketplace.accounts.choices import country_codes
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import MAX_MINOR
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _, is_zone
from marketplace.tariffs.rules import PartnerLevel
from providers.directory.parameters import LANGUAGE_PATTERN, OPEN_PATTERN, LanguageAndLevel, Opening, several
from providers.directory.rules import MAX_OVERLAP_HOURS, NO, STARS_STEPS, YES, Sort, stars_asked
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium
from providers.services.rules import URGENCIES_HOURS

MAX_TEXT_LENGTH = 200
MAX_CURSOR_LENGTH = 300
MAX_SLUG_LENGTH = 64
MAX_RELEASE_LENGTH = MAX_SLUG_LENGTH + 1 + 40
CURRENCY = {"description": "ISO 4217 code", "example": "EUR", "pattern": "^[A-Z]{3}$"}


def _check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("This time zone is not known. Write it like Europe/Madrid."))


def _check_country(code: str) -> None:
    if code not in country_codes():
        raise ValidationError(_("This country is not known. Write its code, such as CL."))


class SearchSchema(InputSchema):
    """What is asked of the list. A parameter that is repeated means any of its values."""

    language = several(
        LanguageAndLevel(metadata={"pattern": LANGUAGE_PATTERN}),
        "BCP 47 code, with a level of its own if wanted: es, es:B2",
    )
    level = fields.Enum(
        Cefr,
        by_value=True,
        load_default=Cefr.A1,
        metadata={"description": "For languages without a level of their own"},
    )
    medium = fields.Enum(
        Medium,
        by_value=True,
        load_default=None,
        metadata={
            "description": "Whether the level is of speaking or of writing; the better of both if it is left out"
        },
    )
    proven = fields.String(
        load_default=NO,
        validate=validate.OneOf([YES, NO]),
        metadata={"description": "`yes`: only levels that are proven; others are as members say"},
    )
    niche = several(fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH)), "Slug of a niche")
    layer = several(fields.Enum(Layer, by_value=True), "Layer")
    kind = several(fields.Enum(ServiceKind, by_value=True), "How help is sold")
    urgency = fields.Integer(
        load_default=None,
        validate=validate.Range(1, max(URGENCIES_HOURS)),
        metadata={"description": "Within how many hours a first answer is needed"},
    )
    credential = several(fields.String(validate=validate.Length(max=MAX_SLUG_LENGTH)), "Slug of a track")
    release = several(
        fields.String(validate=validate.Length(max=MAX_RELEASE_LENGTH)),
        "Product and version that somebody is certified for, or for a newer one: sample:4.2",
    )
    country = several(
        fields.String(validate=_check_country, metadata={"pattern": "^[A-Z]{2}$"}),
        "ISO 3166 code of where the provider is",
    )
    partner_level = several(fields.Enum(PartnerLevel, by_value=True), "How far the provider has come")
    cover = fields.String(
        load_default=None,
        validate=validate.OneOf([YES]),
        metadata={"description": "`yes`: takes requests that support cover pays for"},
    )
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
    open = Opening(
        load_default=None,
        metadata={
            "description": "`now`, or within how many hours, up to 168",
            "example": "now",
            "pattern": OPEN_PATTERN,
        },
    )
    stars = fields.String(
        load_default=None,
        validate=validate.OneOf([stars_asked(one) for one in STARS_STEPS]),
        metadata={"description": "The average rating, at least"},
    )
    price_max = fields.Integer(
        load_default=None,
        validate=validate.Range(0, MAX_MINOR),
        metadata={"description": "In minor units of `currency`"},
    )
    currency = fields.String(load_default=None, metadata=CURRENCY)
    q = fields.String(load_default="", validate=validate.Length(max=MAX_TEXT_LENGTH))
    sort = fields.Enum(Sort, by_value=True, load_default=Sort.BEST)
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=MAX_CURSOR_LENGTH),
        metadata={"description": "`next` of the page before"},
    )


SEARCH = SearchSchema()  # One for all: making a schema takes as long as reading with it.


class ReaderSchema(InputSchema):
    """Who reads about one provider."""

    tz = fields.String(load_default=None, validate=[validate.Length(max=MAX_SLUG_LENGTH), _check_zone])
    currency = fields.String(load_default=None, metadata=CURRENCY)
