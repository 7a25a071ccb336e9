"""Reading what the way from a draft to a partner asks for."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import rules, terms
from marketplace.jobs.rules import PURPOSE, Choice
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money, is_payable
from marketplace.kernel.translate import _, format_money
from marketplace.matching import queries as matching
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from marketplace.support_requests.starts import is_bookable


def price_of_choice(session: Session, support_request: SupportRequest, choice: Choice, now: datetime) -> Money:
    """Tell how much a choice sets aside.

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
    ceiling = choice.ceiling
    assert ceiling is not None, "with somebody to ask there is a median price"
    lowest = min(match.price for match in matches)
    if ceiling < lowest:
        raise rules.NobodyAtThisPrice(ceiling=format_money(ceiling), lowest=format_money(lowest))
    return ceiling


def _price_of(
    session: Session, support_request: SupportRequest, provider_id: int, ceiling: Money | None, now: datetime
) -> Money:
    chosen = matching.matches(session, support_request, now, ceiling=None, among=[provider_id])
    if not chosen:
        raise rules.PartnerNotFree
    price = chosen[0].price
    if ceiling is not None and price > ceiling:
        raise rules.PartnerCostsMore(price=format_money(price), ceiling=format_money(ceiling))
    return price


def check_budget(budget: Money | None, currency: str, *, field: str = "ceiling") -> None:
    """Raise `InvalidInput`, which names the field, unless an amount is one that can be paid in this currency."""
    if budget is not None and not (budget.currency == currency and is_payable(budget)):
        raise InvalidInput({field: [_("Write an amount such as 60 or 49.90, in the currency of the request.")]})


def hold_of(session: Session, request_id: int) -> Hold:
    """Find the latest hold of a request, or raise `NotFound`."""
    hold = payments.latest_hold(session, PURPOSE, request_id)
    if hold is None:
        raise NotFound(request_id=request_id)
    return hold
