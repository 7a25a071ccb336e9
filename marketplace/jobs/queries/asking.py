"""Reading what the way from a draft to a partner asks for."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import rules, terms
from marketplace.jobs.rules import PURPOSE, Choice
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money, is_payable
from marketplace.kernel.translate import _, format_money
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.matching.rules import Match, Quotation, kinds_of_quote
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from marketplace.support_requests.starts import is_bookable


def price_of_choice(session: Session, support_request: SupportRequest, choice: Choice, now: datetime) -> Money | None:
    """Tell how much a choice sets aside; None for quotes, of which nobody knows the price yet.

    Raises:
        StartIsOver: it is a session, and its start is too near to find somebody.
        PartnerNotFree: the chosen partner does not fit, or not any more.
        PartnerCostsMore: the chosen partner's price is above the ceiling.
        NobodyFits, NobodyAtThisPrice: there is nobody to ask.
        InvalidInput: the ceiling is no amount that can be paid.
    """
    check_budget(choice.ceiling, support_request.currency)
    if support_request.starts_at is not None and not is_bookable(support_request.starts_at, now):
        raise terms.StartIsOver
    if choice.mode is Mode.CHOSEN and choice.provider_id is not None:
        return _price_of(session, support_request, choice.provider_id, choice.ceiling, now)
    matches = matching.matches(session, support_request, now, ceiling=None)
    if not matches:
        raise rules.NobodyFits
    if choice.mode is Mode.QUOTES:
        return None
    ceiling = choice.ceiling
    assert ceiling is not None, "with somebody to ask there is a median price"
    lowest = min(match.price for match in matches)
    if ceiling < lowest:
        raise rules.NobodyAtThisPrice(ceiling=format_money(ceiling), lowest=format_money(lowest))
    return ceiling


def match_of_choice(session: Session, support_request: SupportRequest, provider_id: int, now: datetime) -> Match:
    """Find how well the chosen partner fits, and on what terms.

    Raises:
        PartnerNotFree: the partner does not fit, or not any more.
    """
    chosen = matching.matches(session, support_request, now, ceiling=None, among=[provider_id])
    if not chosen:
        raise rules.PartnerNotFree
    return chosen[0]


def _price_of(
    session: Session, support_request: SupportRequest, provider_id: int, ceiling: Money | None, now: datetime
) -> Money:
    price = match_of_choice(session, support_request, provider_id, now).price
    if ceiling is not None and price > ceiling:
        raise rules.PartnerCostsMore(price=format_money(price), ceiling=format_money(ceiling))
    return price


def check_budget(budget: Money | None, currency: str, *, field: str = "ceiling") -> None:
    """Raise `InvalidInput`, which names the field, unless an amount is one that can be paid in this currency."""
    if budget is not None and not (budget.currency == currency and is_payable(budget)):
        raise InvalidInput({field: [_("Write an amount such as 60 or 49.90, in the currency of the request.")]})


def check_quotation(support_request: SupportRequest, offer: Offer, quotation: Quotation) -> None:
    """Raise `InvalidInput`, which names the field, unless a quote is one that the customer could pay.

    A request may be priced as such or by the hour, whichever the partner likes better; a session only as one, and as
    long as the partner holds them.
    """
    asked = quotation.terms
    if asked.kind not in kinds_of_quote(support_request.service_kind):
        raise InvalidInput({"kind": [_("Choose one of the answers.")]})
    check_budget(asked.price, support_request.currency, field="price")
    if not is_payable(asked.most):
        raise InvalidInput({"cap_minutes": [_("So many hours cost more than can be paid at once. Set a lower limit.")]})
    if asked.session_minutes != offer.session_minutes:
        raise InvalidInput({"kind": [_("Choose one of the answers.")]})


def check_no_page_is_open(session: Session, request_id: int) -> None:
    """Raise `PageStillOpen` while a payment page of before is being closed."""
    if payments.live_hold(session, PURPOSE, request_id) is not None:
        raise rules.PageStillOpen


def hold_of(session: Session, request_id: int) -> Hold:
    """Find the latest hold of a request, or raise `NotFound`."""
    hold = payments.latest_hold(session, PURPOSE, request_id)
    if hold is None:
        raise NotFound(request_id=request_id)
    return hold
