"""What quotes say to their readers: the customer who compares them, and the partner who writes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.catalogue.rules import KIND_LABELS, Rates, ServiceKind
from marketplace.jobs.queries import RequestView
from marketplace.kernel.money import Money
from marketplace.kernel.translate import (
    _,
    format_duration,
    format_minutes,
    format_money,
    format_weekday_clock,
    ngettext,
)
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import OfferStatus, Reason, kinds_of_quote
from marketplace.support_requests.rules import Status
from marketplace.tariffs.rules import Tax
from providers.availability.rules import HoursStrip
from providers.profiles.models import Provider

CAPS_HOURS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 40)
FIRST_ANSWERS_MINUTES = (15, 30, 60, 240, 1440)
VALID_HOURS = (12, 24, 48, 72, 168)

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Card:
    """A quote as the customer compares it with others."""

    quote: Quote
    provider: Provider
    is_chosen: bool
    price: str
    unit: str  # What the price is for, unless it is for all of it.
    tax: str  # That is included; empty if there is none.
    promises: str  # When the first answer comes.
    until: str
    revised: str
    why: Sequence[Reason]
    strip: HoursStrip
    button: str


def cards(view: RequestView, strips: Mapping[int, HoursStrip], tax: Tax) -> list[Card]:
    """Put the quotes that a reader may compare into words, the best match first."""
    if not view.is_for_quotes:
        return []
    return [_card(one, one.quote, strips[one.provider_id], tax) for one in view.quotes if one.quote is not None]


def _card(offer: Offer, quote: Quote, strip: HoursStrip, tax: Tax) -> Card:
    agreed = quote.agreed
    return Card(
        quote=quote,
        provider=offer.provider,
        is_chosen=offer.status is OfferStatus.CHOSEN,
        price=format_money(agreed.price),
        unit="" if agreed.kind is ServiceKind.INCIDENT else agreed.unit,
        tax=tax.said_of(quote.price),
        promises=_("First answer within %(duration)s of your payment")
        % {"duration": format_duration(timedelta(minutes=quote.first_answer_minutes))},
        until=_("Can be chosen until %(moment)s your time") % {"moment": format_weekday_clock(quote.valid_until)},
        revised=_("Changed since the first quote") if len(offer.quotes) > 1 else "",
        why=offer.lasting_why,
        strip=strip,
        button=_("Choose and pay %(price)s") % {"price": format_money(quote.price)},
    )


def still_thinking(view: RequestView) -> str:
    """Say how many partners have not answered yet, and until when they may."""
    thinking = view.thinking
    if not thinking or not view.is_for_quotes or view.request.status is Status.CANCELLED:
        return ""
    latest = max(one.expires_at for one in thinking)
    return ngettext(
        "%(n)d partner is still thinking about it, until %(moment)s at most.",
        "%(n)d partners are still thinking about it, until %(moment)s at most.",
        len(thinking),
    ) % {"n": len(thinking), "moment": format_weekday_clock(latest)}


@dataclass(frozen=True, slots=True)
class QuoteForm:
    """What a partner may choose from when writing a quote, and what stands in the form at first."""

    kinds: Choices
    caps: Choices
    first_answers: Choices
    valid: Choices
    values: Mapping[str, str]
    usual: str
    currency: str
    in_own: str  # The same, or the quote as it stands, in the partner's own currency; empty if that is the request's.


def quote_form(offer: Offer, rates: Rates) -> QuoteForm:
    """Prepare the form in which a partner quotes, or revises the quote."""
    asks, quote = offer.asks, offer.quote
    cap = asks.cap_minutes or offer.agreed.cap_minutes
    minutes = quote.first_answer_minutes if quote else 60
    hours = round((quote.valid_until - quote.made_at) / timedelta(hours=1)) if quote else 48
    return QuoteForm(
        kinds=[(one.value, str(KIND_LABELS[one])) for one in kinds_of_quote(offer.support_request.service_kind)],
        caps=[(str(one), format_minutes(one)) for one in sorted({60 * one for one in CAPS_HOURS} | {cap or 60})],
        first_answers=[(str(one), _within(one)) for one in sorted({*FIRST_ANSWERS_MINUTES, minutes})],
        valid=[(str(one), format_duration(timedelta(hours=one))) for one in sorted({*VALID_HOURS, max(hours, 1)})],
        values={
            "kind": asks.kind.value,
            "price": f"{asks.price.major:f}",
            "cap_minutes": str(cap or ""),
            "includes": quote.includes if quote else "",
            "remark": (quote.remark if quote else None) or "",
            "first_answer_minutes": str(minutes),
            "valid_hours": str(max(hours, 1)),
        },
        usual=offer.agreed.text,
        currency=offer.currency,
        in_own=_in_own(asks.most, offer.provider.currency, rates),
    )


def _within(minutes: int) -> str:
    return _("Within %(duration)s") % {"duration": format_duration(timedelta(minutes=minutes))}


def _in_own(amount: Money, currency: str, rates: Rates) -> str:
    if currency == amount.currency:
        return ""
    return format_money(rates.convert(amount, currency))


def state(offer: Offer, now: datetime) -> str:
    """Say to a partner how a quote stands."""
    if offer.status is OfferStatus.CHOSEN:
        return _("The customer has chosen your quote and is about to pay it. You get a letter when it is paid.")
    if offer.status is OfferStatus.QUOTED and now < offer.expires_at:
        return _("Your quote is with the customer, who compares it with others. You can change it until it is chosen.")
    return ""
