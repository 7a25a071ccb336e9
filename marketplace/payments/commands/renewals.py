"""Setting an amount aside once more before the bank lets go of it; see `rules.renewals`."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, note_refusal, owe_call
from marketplace.payments.commands.cards import become_payer
from marketplace.payments.commands.events import HoldRenewed, RenewalAsked, RenewalRefused
from marketplace.payments.commands.ledger import book
from marketplace.payments.gateway import Checkout, Intent
from marketplace.payments.models import Hold, Renewal
from marketplace.payments.rules import (
    RENEWAL,
    CallKind,
    Fact,
    HoldStatus,
    RenewalAction,
    RenewalStatus,
    facts,
    is_time_to_renew,
)


def renew(session: Session, hold_id: int, *, now: datetime) -> None:
    """Have the amount of a hold set aside once more: with a saved card, or else by the payer, who is asked.

    A card is used once while its owner is away; the next time its owner is asked. It is no harm to call this at any
    time, and any number of times.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.status is not HoldStatus.HELD or not hold.asked or not is_time_to_renew(hold.capture_before, now):
        return
    assert hold.capture_before is not None
    if queries.renewal_of(session, hold.id, hold.capture_before) or queries.live_renewal(session, hold.id):
        return
    payer = become_payer(session, hold.payer_id, now=now)
    is_their_turn = queries.was_renewed_by_card(session, hold.id)
    card = None if is_their_turn else queries.card_to_renew_with(session, hold.payer_id, now)
    renewal = Renewal(
        hold_id=hold.id,
        status=RenewalStatus.TRYING if card else RenewalStatus.OPENING,
        capture_before=hold.capture_before,
        customer_id=payer.stripe_customer_id if card else None,
        card_id=card.stripe_id if card else None,
        created_at=now,
    )
    session.add(renewal)
    session.flush()  # The call needs its id.
    owe_call(session, CallKind.RENEW if card else CallKind.ASK, renewal.id, now)


def prepare_renewal(session: Session, renewal_id: int, intent_id: str) -> bool:
    """Note the payment that was made for a renewal, with nothing set aside yet; tells whether it may be tried."""
    _hold, renewal = queries.lock_renewal(session, renewal_id)
    if renewal.status is not RenewalStatus.TRYING:
        return False
    renewal.payment_intent_id = intent_id
    return True


def renew_as(session: Session, renewal_id: int, customer_id: str) -> None:
    """Note for which customer the page of a renewal is made: whoever makes it again must make the same."""
    _hold, renewal = queries.lock_renewal(session, renewal_id)
    renewal.customer_id = renewal.customer_id or customer_id


def ask_payer(session: Session, renewal_id: int, reason: str, *, now: datetime) -> None:
    """Ask the payer: the saved card was refused while its owner was away."""
    _hold, renewal = queries.lock_renewal(session, renewal_id)
    note_answer(session, CallKind.RENEW, renewal_id, now, stripe_id=None)
    if not RENEWAL.allows(renewal.status, RenewalAction.ASK):
        return
    renewal.status = RENEWAL.after(renewal.status, RenewalAction.ASK)
    renewal.card_id = renewal.payment_intent_id = None
    audit.record(session, renewal, RenewalAction.ASK, by=None, at=now, reason=reason)
    owe_call(session, CallKind.ASK, renewal.id, now)


def offer_renewal(session: Session, renewal_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the page that was made for a renewal, and ask the payer to go there."""
    hold, renewal = queries.lock_renewal(session, renewal_id)
    renewal.checkout_session_id, renewal.checkout_url = checkout.id, checkout.url
    note_answer(session, CallKind.ASK, renewal_id, now, stripe_id=checkout.id)
    if RENEWAL.allows(renewal.status, RenewalAction.OFFER):
        renewal.status = RENEWAL.after(renewal.status, RenewalAction.OFFER)
        announce(session, RenewalAsked(hold.purpose, hold.subject_id, hold.id, renewal.answer_by, now))


def apply_renewal(session: Session, renewal_id: int, intent: Intent, *, now: datetime) -> None:
    """Bring a renewal to where Stripe says that its payment is; any order and any repetition end the same."""
    hold, renewal = queries.lock_renewal(session, renewal_id)
    assert intent.amount == hold.asked, (renewal.id, intent)
    if intent.status != "requires_capture" or renewal.replaced_intent_id is not None:
        return
    renewal.payment_intent_id = intent.id
    if hold.status is HoldStatus.HELD and RENEWAL.allows(renewal.status, RenewalAction.REPLACE):
        _replace(session, hold, renewal, intent, now)
    elif renewal.status is not RenewalStatus.ENDING:  # It comes too late: the hold was taken, or let go.
        if RENEWAL.allows(renewal.status, RenewalAction.END):
            renewal.status = RENEWAL.after(renewal.status, RenewalAction.END)
        owe_call(session, CallKind.LET_GO, renewal.id, now)


def _replace(session: Session, hold: Hold, renewal: Renewal, intent: Intent, now: datetime) -> None:
    """Let the new payment stand behind the hold; only then the old one is let go."""
    renewal.status = RENEWAL.after(renewal.status, RenewalAction.REPLACE)
    renewal.replaced_intent_id = hold.payment_intent_id
    hold.payment_intent_id, hold.charge_id = intent.id, intent.charge_id
    hold.capture_before = intent.capture_before or hold.capture_before
    movements = facts.authorised(hold.subject_id, hold.asked)
    book(session, hold, Fact.AUTHORISED, f"authorise:{intent.id}", movements, now=now, stripe_id=intent.id)
    note_answer(session, CallKind.RENEW, renewal.id, now, stripe_id=intent.id)
    owe_call(session, CallKind.LET_GO, renewal.id, now)
    audit.record(session, hold, "renew", by=None, at=now)
    announce(session, HoldRenewed(hold.purpose, hold.subject_id, hold.id, now, is_by_card=renewal.card_id is not None))


def lapse_renewal(session: Session, renewal_id: int, *, now: datetime) -> None:
    """Note that the page of a renewal ended unpaid."""
    _hold, renewal = queries.lock_renewal(session, renewal_id)
    note_answer(session, CallKind.ASK, renewal_id, now, stripe_id=renewal.checkout_session_id)
    if RENEWAL.allows(renewal.status, RenewalAction.LAPSE):
        renewal.status = RENEWAL.after(renewal.status, RenewalAction.LAPSE)
        renewal.ended_at = now


def refuse_renewal(session: Session, renewal_id: int, reason: str, *, now: datetime) -> None:
    """Note that there will be no page for a renewal: Stripe makes none. The payer is told how long the hold lasts."""
    hold, renewal = queries.lock_renewal(session, renewal_id)
    note_refusal(session, CallKind.ASK, renewal_id, now, reason=reason)
    if RENEWAL.allows(renewal.status, RenewalAction.LAPSE):
        renewal.status = RENEWAL.after(renewal.status, RenewalAction.LAPSE)
        renewal.ended_at = now
        announce(session, RenewalRefused(hold.purpose, hold.subject_id, hold.id, renewal.answer_by, now))


def end_renewal(session: Session, hold: Hold, *, now: datetime) -> None:
    """Give up what is under way to renew a hold, which is locked: it is taken or let go."""
    renewal = queries.live_renewal(session, hold.id)
    if renewal is not None and RENEWAL.allows(renewal.status, RenewalAction.END):
        renewal.status = RENEWAL.after(renewal.status, RenewalAction.END)
        owe_call(session, CallKind.LET_GO, renewal.id, now)


def renewal_let_go(session: Session, renewal_id: int, *, now: datetime) -> None:
    """Note that nothing is set aside twice any more."""
    hold, renewal = queries.lock_renewal(session, renewal_id)
    note_answer(session, CallKind.LET_GO, renewal_id, now, stripe_id=renewal.replaced_intent_id)
    note_answer(session, CallKind.RENEW, renewal_id, now, stripe_id=None)  # Given up before anything was tried.
    if not RENEWAL.allows(renewal.status, RenewalAction.LET_GO):
        return
    renewal.status = RENEWAL.after(renewal.status, RenewalAction.LET_GO)
    renewal.ended_at = now
    if renewal.replaced_intent_id is not None:
        movements, key = facts.unauthorised(hold.subject_id, hold.asked), f"unauthorise:{renewal.replaced_intent_id}"
        book(session, hold, Fact.UNAUTHORISED, key, movements, now=now, stripe_id=renewal.replaced_intent_id)
