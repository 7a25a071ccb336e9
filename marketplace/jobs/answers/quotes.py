"""What the API answers about quotes: shapes and values."""

from typing import Any

from marshmallow import fields

from marketplace.jobs.answers.terms import TermsAnswer, terms_facts
from marketplace.jobs.queries import RequestView
from marketplace.kernel.schema import AnswerSchema, MoneySchema, money_json
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import OfferStatus, Reason


class ReasonAnswer(AnswerSchema):
    """One reason of a match."""

    kind = fields.String(required=True, metadata={"description": "Which reason it is", "example": "language"})
    text = fields.String(required=True, metadata={"description": "In the reader's language"})
    tone = fields.String(
        required=True, metadata={"description": "Whether it speaks for the partner: good, neutral or weak"}
    )


class QuoteFacts(AnswerSchema):
    """What a partner asks, and what is done for that."""

    id = fields.Integer(required=True, metadata={"description": "Of just these figures: a revised quote has another"})
    terms = fields.Nested(TermsAnswer, required=True)
    includes = fields.String(required=True, metadata={"description": "What is done for the price"})
    remark = fields.String(required=True, allow_none=True, metadata={"description": "Anything else"})
    first_answer_minutes = fields.Integer(
        required=True, metadata={"description": "So soon after it is chosen and paid the first answer comes"}
    )
    made_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    valid_until = fields.AwareDateTime(required=True, metadata={"description": "Until when it can be chosen, in UTC"})


class QuoteAnswer(QuoteFacts):
    """A quote as the customer compares it with others."""

    provider = fields.String(required=True, metadata={"description": "The partner's slug"})
    name = fields.String(required=True)
    status = fields.Enum(OfferStatus, by_value=True, required=True)
    price = fields.Nested(MoneySchema, required=True, metadata={"description": "The most that the customer pays"})
    reasons = fields.List(fields.Nested(ReasonAnswer), required=True)


class QuotesOfRequest(AnswerSchema):
    """What a request says of quotes, to its customer and to the vendor's staff."""

    quotes = fields.List(
        fields.Nested(QuoteAnswer),
        required=True,
        metadata={"description": "Those that can be chosen, or are being paid; the best match first"},
    )
    quotes_awaited = fields.Integer(
        required=True, metadata={"description": "So many partners were asked for a quote and have not answered yet"}
    )


def reason_facts(reason: Reason) -> dict[str, str]:
    """Fill the shape of a reason."""
    return {"kind": reason.kind, "text": reason.text, "tone": reason.tone}


def quotes_of_request(view: RequestView) -> dict[str, Any]:
    """Fill what a request says of quotes."""
    return {
        "quotes": [_quote_facts(offer, offer.quote) for offer in view.quotes if offer.quote is not None],
        "quotes_awaited": len(view.thinking),
    }


def _quote_facts(offer: Offer, quote: Quote) -> dict[str, Any]:
    return {
        **own_quote(quote),
        "provider": offer.provider.slug,
        "name": offer.provider.name,
        "status": offer.status,
        "price": money_json(quote.price),
        "reasons": [reason_facts(reason) for reason in offer.lasting_why],
    }


def own_quote(quote: Quote) -> dict[str, Any]:
    """Fill the shape of a quote as the partner knows it."""
    return {
        "id": quote.id,
        "terms": terms_facts(quote.agreed),
        "includes": quote.includes,
        "remark": quote.remark,
        "first_answer_minutes": quote.first_answer_minutes,
        "made_at": quote.made_at,
        "valid_until": quote.valid_until,
    }
