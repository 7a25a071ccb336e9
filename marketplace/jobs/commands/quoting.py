"""Quotes: partners name their price, the customer chooses one, pays it, and work begins."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries, rules
from marketplace.jobs.commands.beginning import Agreement, begin
from marketplace.jobs.commands.covering import set_aside
from marketplace.jobs.commands.moves import move
from marketplace.jobs.commands.offering import ask_next, lock_offer
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.events import announce
from marketplace.matching import commands as matching
from marketplace.matching import queries as offers
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import AWAITED, OFFER, OfferAction, OfferStatus, Quotation
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import MAY_RELEASE
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode, Status
from providers.availability import queries as availability
from providers.availability.commands import DoubleBooked
from providers.profiles.models import Member


def give_quote(session: Session, offer_id: int, *, member: Member, quotation: Quotation, now: datetime) -> Quote:
    """Say what a partner takes for a request, for the first time or anew.

    Raises:
        NotFound: this member's provider is not asked.
        InvalidInput: it is no price that can be paid, or priced in a way that the request does not allow.
        IllegalMove, QuoteLapsed, QuoteIsChosen: it is too late to quote, or to revise the quote.
    """
    support_request, offer = lock_offer(session, offer_id, member.provider_id)
    queries.check_quotation(support_request, offer, quotation)
    given = matching.quote(session, offer, member=member, quotation=quotation, now=now)
    support_request.version += 1
    announce(session, events.QuoteGiven(offer.id, support_request.id, now))
    return given


def withdraw_quote(session: Session, offer_id: int, *, member: Member, now: datetime) -> None:
    """Take back one's own quote.

    Raises:
        NotFound: it is not this member's provider's.
        IllegalMove, QuoteIsChosen: there is none, or the customer is about to pay it.
    """
    support_request, offer = lock_offer(session, offer_id, member.provider_id)
    matching.take_back_quote(session, offer, by=member.person_id, now=now)
    support_request.version += 1
    announce(session, events.QuoteWithdrawn(offer.id, support_request.id, was_chosen=False, at=now))
    ask_next(session, support_request, now)


def choose_quote(
    session: Session,
    reference: str,
    quote_id: int,
    *,
    customer_id: int,
    card_id: int | None = None,
    cover: CoverChoice | None = None,
    now: datetime,
) -> int | None:
    """Choose a quote, exactly as it was shown; gives the outbox message that makes the page for it, if one is needed.

    With the id of a saved card, the message pays with that card instead. If cover pays all of it, work begins at once.

    Raises:
        CardIsGone, CoverHasChanged, InvalidInput: it can't be paid so; see `set_aside`.
        NotFound: it is no quote for this request.
        IllegalMove: there is nothing to choose from.
        ChosenAlready: another one, or this one, is chosen already.
        QuoteChanged, QuoteOver, QuoteNotFree: it is not what it was, or can't be had any more.
        PageStillOpen: a payment page of before is being closed.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    offer = offers.lock_offer_of_quote(session, support_request.id, quote_id)
    if support_request.status is Status.AWAITING_PAYMENT and queries.job_of(session, support_request.id) is None:
        raise rules.ChosenAlready
    chosen = matching.choose_quote(session, offer, quote_id, by=customer_id, now=now)
    following = LIFECYCLE.after(support_request.status, Action.CHOOSE)
    queries.check_no_page_is_open(session, support_request.id)
    if not offers.still_fits(session, support_request, offer.provider_id, now):
        raise rules.QuoteNotFree(name=offer.provider.name)
    move(session, support_request, following, Action.CHOOSE, by=customer_id, now=now)
    if cover is not None:  # If all of it is covered, work begins here: the payee is locked before the policy's year.
        money.lock_payee(session, offer.provider_id)
    accepts = offer.provider.accepts_cover
    need = queries.need_of(support_request, chosen.price, chosen.agreed, is_accepted=accepts)
    return set_aside(session, support_request, need, card_id=card_id, cover=cover, now=now)


def let_go_of_choice(session: Session, reference: str, *, customer_id: int, now: datetime) -> None:
    """Leave a quote that was chosen unpaid, so that another can be chosen; what was set aside is released.

    Raises:
        IllegalMove: none is chosen, or it is paid.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    following = LIFECYCLE.after(support_request.status, Action.LET_GO)
    offer = _chosen(session, support_request)
    if offer is None:
        raise IllegalMove(state=support_request.status, action=Action.LET_GO)
    _release(session, support_request, now)
    matching.let_go_of_quote(session, offer, by=customer_id, now=now)
    move(session, support_request, following, Action.LET_GO, by=customer_id, now=now)


def ask_more(session: Session, reference: str, *, customer_id: int, now: datetime) -> int:
    """Ask more partners for quotes at once; tells how many.

    Raises:
        IllegalMove: nobody is asked for quotes at the moment.
        EnoughAsked: many are thinking about it already.
        NobodyElse: everybody who fits was asked.
    """
    support_request = _lock_search(session, reference, customer_id, "ask_more")
    thinking = [one for one in offers.lock_live_offers(session, support_request.id) if one.status in AWAITED]
    if len(thinking) >= rules.MOST_ASKED:
        raise rules.EnoughAsked
    asked = matching.ask_for_quotes(session, support_request, now=now)
    if not asked:
        raise rules.NobodyElse
    if support_request.status is Status.UNMATCHED:
        following = LIFECYCLE.after(support_request.status, Action.FIND)
        move(session, support_request, following, Action.FIND, by=customer_id, now=now)
    support_request.version += 1
    return len(asked)


def take_back(session: Session, reference: str, *, customer_id: int, now: datetime) -> None:
    """Ask for quotes no more: the request is a draft again, to be changed, or sent in another way.

    Raises:
        IllegalMove: nobody is asked for quotes at the moment.
    """
    support_request = _lock_search(session, reference, customer_id, Action.TAKE_BACK)
    following = LIFECYCLE.after(support_request.status, Action.TAKE_BACK)
    matching.close_search(session, support_request.id, now=now)
    support_request.mode = support_request.submitted_at = None
    move(session, support_request, following, Action.TAKE_BACK, by=customer_id, now=now)


def _lock_search(session: Session, reference: str, customer_id: int, action: str) -> SupportRequest:
    support_request = requests.lock_own_request(session, reference, customer_id)
    if support_request.mode is not Mode.QUOTES or support_request.status not in rules.MAY_ASK_MORE:
        raise IllegalMove(state=support_request.status, action=action)
    return support_request


def quote_held(session: Session, support_request: SupportRequest, event: payments.HoldPlaced) -> None:
    """The price of the chosen quote is set aside: take it at once and begin, unless the partner can't any more."""
    offer = _chosen(session, support_request)
    assert offer is not None, "whoever pays has chosen"
    quote = offer.quote
    assert quote is not None, "only quotes are chosen"
    doer_id = _who_does_it(session, support_request, quote.member_id, event.at)
    agreement = Agreement(quote.agreed, doer_id, timedelta(minutes=quote.first_answer_minutes))
    if not _begin(session, support_request, offer, agreement, event.at):
        lose(session, support_request, offer, now=event.at)
        ask_next(session, support_request, event.at)
        return
    payments.capture(session, event.hold_id, amount=quote.price, now=event.at)
    matching.accept_quote(session, offer, now=event.at)
    announce(session, events.RequestAccepted(support_request.id, offer.provider_id, event.at))
    announce(session, events.QuoteAccepted(offer.id, support_request.id, event.at))


def _who_does_it(session: Session, support_request: SupportRequest, member_id: int, now: datetime) -> int:
    """Let whoever stands in begin, if the member who has quoted is away by then and the stand-in can do it."""
    absent = availability.absent_on(session, member_id, support_request.starts_at or now)
    stand_in = absent.stand_in if absent else None
    if stand_in is None or not offers.can_do(session, support_request, stand_in, now):
        return member_id
    return stand_in.id


def _begin(
    session: Session, support_request: SupportRequest, offer: Offer, agreement: Agreement, now: datetime
) -> bool:
    """Make a job of it; tells whether the partner could still take it.

    The partner is locked first: of two whose quotes are paid at the same moment, the second counts what the first took.
    """
    money.lock_payee(session, offer.provider_id)
    if not offers.still_fits(session, support_request, offer.provider_id, now):
        return False
    try:
        with session.begin_nested():
            begin(session, support_request, offer, agreement, Action.PAY, by=None, now=now)
    except (DoubleBooked, rules.NoWorker):
        return False
    return True


def quote_lapsed(session: Session, support_request: SupportRequest, event: payments.HoldLapsed) -> None:
    """The chosen quote was not paid: it can be chosen again until it runs out."""
    offer = _chosen(session, support_request)
    assert offer is not None, "whoever was to pay has chosen"
    matching.let_go_of_quote(session, offer, by=None, now=event.at)
    following = LIFECYCLE.after(support_request.status, Action.LET_GO)
    move(session, support_request, following, Action.LET_GO, now=event.at)
    if not event.is_refused:
        announce(session, events.QuoteUnpaid(offer.id, support_request.id, event.at))


def lose(session: Session, support_request: SupportRequest, offer: Offer, *, now: datetime) -> None:
    """Take an offer away from a partner who can't take it any more; a quote that was being paid is released."""
    was_chosen, was_quoted = offer.status is OfferStatus.CHOSEN, OFFER.allows(offer.status, OfferAction.CHOOSE)
    matching.withdraw(session, offer, now=now)
    if was_chosen:
        _release(session, support_request, now)
        following = LIFECYCLE.after(support_request.status, Action.LET_GO)
        move(session, support_request, following, Action.LET_GO, now=now)
    if was_chosen or was_quoted:
        support_request.version += 1
        announce(session, events.QuoteWithdrawn(offer.id, support_request.id, was_chosen=was_chosen, at=now))


def _chosen(session: Session, support_request: SupportRequest) -> Offer | None:
    live = offers.lock_live_offers(session, support_request.id)
    return next((one for one in live if one.status is OfferStatus.CHOSEN), None)


def _release(session: Session, support_request: SupportRequest, now: datetime) -> None:
    hold = money.live_hold(session, PURPOSE, support_request.id)
    if hold is not None and hold.status in MAY_RELEASE:
        payments.release(session, hold.id, now=now)
