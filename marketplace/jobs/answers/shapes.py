"""The shapes of what the API answers about requests and offers."""

from typing import Any

from marshmallow import Schema, fields

from marketplace.catalogue.rules import Layer
from marketplace.conversation.rules import Side
from marketplace.jobs.answers.cover import CoveredPriceAnswer
from marketplace.jobs.answers.disputes import DisputeAnswer
from marketplace.jobs.answers.quotes import QuoteFacts, QuotesOfRequest, ReasonAnswer
from marketplace.jobs.answers.terms import TermsAnswer, TermsOfRequest
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.schema import AnswerSchema, MoneySchema
from marketplace.matching.rules import OfferStatus
from marketplace.payments.rules import CardRefusal, HoldStatus
from marketplace.support_requests.rules import Responsible, Status
from providers.profiles.rules import Cefr


def _told(description: str, **more: Any) -> dict[str, Any]:
    """Describe a field."""
    return {"required": True, "metadata": {"description": description, **more}}


COVERED = _told("What cover pays of it, to the customer and the vendor's staff; null where nothing is paid")


class MatchAnswer(AnswerSchema):
    """A partner who fits."""

    provider = fields.String(**_told("The partner's slug"))
    name = fields.String(required=True)
    price = fields.Nested(MoneySchema, **_told("The most to pay, in the currency of the request"))
    terms = fields.Nested(TermsAnswer, required=True)
    cover = fields.List(
        fields.Nested(CoveredPriceAnswer), **_told("The same price with each of your policies, what covers most first")
    )
    reasons = fields.List(fields.Nested(ReasonAnswer), required=True)


class PromiseAnswer(AnswerSchema):
    """By when the next update comes."""

    due_at = fields.AwareDateTime(**_told("In UTC"))
    missed = fields.Boolean(**_told("That moment has passed without an update"))


class ResolutionAnswer(AnswerSchema):
    """What fixed it."""

    cause = fields.String(required=True)
    fix = fields.String(required=True)
    prevention = fields.String(allow_none=True, **_told("What keeps it from coming back"))
    at = fields.AwareDateTime(**_told("In UTC"))


class ExtraAnswer(AnswerSchema):
    """Extra work that the partner proposes."""

    part = fields.Integer(**_told("Its number, by which it is answered", example=2))
    description = fields.String(**_told("What is to be done beside what was agreed, and why"))
    price = fields.Nested(MoneySchema, **_told("What it costs"))
    covered = fields.Nested(MoneySchema, allow_none=True, **COVERED)
    status = fields.Enum(ExtraStatus, by_value=True, required=True)
    checkout_url = fields.String(
        allow_none=True, **_told("Page on which to authorise the payment: for the customer, while it waits for that")
    )
    proposed_at = fields.AwareDateTime(**_told("In UTC"))


class RenewalOfRequest(AnswerSchema):
    """An amount that is to be set aside once more, before the bank lets go of it."""

    answer_by = fields.AwareDateTime(**_told("Until when it can be done, in UTC; then the search ends"))
    checkout_url = fields.String(allow_none=True, **_told("Page on which to do it; null while that is being made"))


class FileAnswer(AnswerSchema):
    """A file, and where it is."""

    name = fields.String(required=True)
    content_type = fields.String(**_told("What its bytes are", example="image/png"))
    url = fields.String(**_told("Path of the call that gives the file"))


class ProblemFacts(AnswerSchema):
    """What is told of a problem, to whoever may see it."""

    title = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(**_told("Slug of a category of the catalogue"))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        **_told("Answers to the questions of the category, by key"),
    )
    release = fields.String(allow_none=True, **_told("Version of the product"))
    language = fields.String(**_told("In which the customer wants to be helped: a BCP 47 code", example="es"))
    level = fields.Enum(Cefr, by_value=True, **_told("At which the partner is to speak it, or better"))
    timezone = fields.String(**_told("IANA name", example="Europe/Madrid"))
    urgency_hours = fields.Integer(**_told("Within how many hours help is wanted"))
    files = fields.List(fields.Nested(FileAnswer), **_told("Those that came with the request"))


class RequestAnswer(ProblemFacts, TermsOfRequest, QuotesOfRequest):
    """A request as its reader may see it."""

    id = fields.String(**_told("Reference of the request", example="k7m2xq9wtb"))
    status = fields.Enum(Status, by_value=True, required=True)
    layer = fields.Enum(Layer, by_value=True, **_told("Part of the system that it is about"))
    responsible = fields.Enum(Responsible, by_value=True, **_told("Whose job it is"))
    why = fields.String(**_told("Why it is theirs, in the reader's language"))
    ceiling = fields.Nested(MoneySchema, allow_none=True, **_told("The most that the customer pays"))
    price = fields.Nested(MoneySchema, allow_none=True, **_told("The most that was agreed, once somebody has accepted"))
    provider = fields.String(allow_none=True, **_told("Slug of the partner who has accepted"))
    is_covered = fields.Boolean(**_told("Cover pays for it, or for a part of it"))
    covered = fields.Nested(MoneySchema, allow_none=True, **COVERED)
    payment = fields.Enum(HoldStatus, by_value=True, allow_none=True, **_told("Where the customer's money is"))
    checkout_url = fields.String(
        allow_none=True, **_told("Page on which to authorise the payment: for the customer, while it waits for that")
    )
    renewal = fields.Nested(
        RenewalOfRequest, allow_none=True, **_told("For the customer: the amount is to be set aside once more")
    )
    extras = fields.List(fields.Nested(ExtraAnswer), **_told("Extra work that was proposed, the first first"))
    disputes = fields.List(
        fields.Nested(DisputeAnswer), **_told("What the customer wanted back, and what came of it; the first first")
    )
    promise = fields.Nested(PromiseAnswer, allow_none=True, **_told("The update that is awaited"))
    resolutions = fields.List(fields.Nested(ResolutionAnswer), **_told("What fixed it, the first first"))
    created_at = fields.AwareDateTime(**_told("In UTC"))


class DraftAnswer(RequestAnswer):
    """A new request, with who could do it."""

    matches = fields.List(fields.Nested(MatchAnswer), **_told("The best first"))


class SubmittedAnswer(AnswerSchema):
    """What came of submitting; with money to set aside there is a Checkout page."""

    id = fields.String(**_told("Reference of the request", example="k7m2xq9wtb"))
    status = fields.Enum(Status, by_value=True, required=True)
    checkout_url = fields.String(allow_none=True, **_told("Page on which to authorise the payment, if it awaits that"))
    card_refusal = fields.Enum(
        CardRefusal, by_value=True, allow_none=True, **_told("Why the saved card was not enough, if it was tried")
    )


class RequestLine(AnswerSchema):
    """A request in a list."""

    id = fields.String(**_told("Reference of the request", example="k7m2xq9wtb"))
    status = fields.Enum(Status, by_value=True, required=True)
    title = fields.String(required=True)
    category = fields.String(**_told("Slug of a category of the catalogue"))
    provider = fields.String(allow_none=True, **_told("Slug of the partner who has accepted"))
    created_at = fields.AwareDateTime(**_told("In UTC"))


class OfferAnswer(ProblemFacts):
    """A request put to the caller's provider."""

    id = fields.Integer(required=True)
    request = fields.String(**_told("Reference of the request, to be opened once it is accepted"))
    status = fields.Enum(OfferStatus, by_value=True, required=True)
    price = fields.Nested(
        MoneySchema,
        **_told("What the customer pays, by the hour at most; what you usually ask where you are asked for a quote"),
    )
    share = fields.Nested(MoneySchema, **_told("What the provider gets of it"))
    is_covered = fields.Boolean(**_told("The customer's cover pays for it, or for a part; your share is the same"))
    terms = fields.Nested(TermsAnswer, required=True)
    starts_at = fields.AwareDateTime(allow_none=True, **_told("Of a guided session, in UTC"))
    quote = fields.Nested(QuoteFacts, allow_none=True, **_told("What you have quoted, as it stands"))
    expires_at = fields.AwareDateTime(**_told("By when to answer, or until when your quote stands, in UTC"))
    reasons = fields.List(fields.Nested(ReasonAnswer), **_told("What the customer reads about the provider"))


class MessageAnswer(AnswerSchema):
    """Something said in a thread."""

    id = fields.Integer(required=True)
    side = fields.Enum(Side, by_value=True, **_told("On whose behalf it is said"))
    author = fields.String(allow_none=True, **_told("Who said it, if it was a person"))
    body = fields.String(required=True)
    at = fields.AwareDateTime(**_told("In UTC"))
    files = fields.List(fields.Nested(FileAnswer), required=True)


def page_of(item: type[AnswerSchema]) -> type[Schema]:
    """Make the shape of a list."""
    shape = AnswerSchema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(allow_none=True, **_told("`cursor` of the next page; null on the last one")),
            "total": fields.Integer(**_told("How many there are on all pages")),
        },
        name=f"{item.__name__}Page",
    )
    shape.__doc__ = "A page of a list."
    return shape
