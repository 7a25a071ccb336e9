"""What can be done about payers, and the cards that they save for the next time."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel import audit, outbox
from marketplace.payments import queries
from marketplace.payments.commands.calls import CALL, CARDS, note_answer, note_refusal, owe_call
from marketplace.payments.gateway import Card, Checkout
from marketplace.payments.models import Hold, Payer, SavedCard
from marketplace.payments.rules import CallKind, CardHasExpired


def become_payer(session: Session, person_id: int, *, now: datetime) -> Payer:
    """Give the one row of a person who pays; it is made at the first time."""
    found = queries.payer(session, person_id)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = Payer(person_id=person_id, key=_new_key(person_id), keyed_at=now)
            session.add(made)
    except IntegrityError:  # Another tab was faster.
        return queries.lock_payer(session, person_id)
    return made


def _new_key(person_id: int) -> str:
    return f"payer:{person_id}:{secrets.token_hex(8)}"


def name_customer(session: Session, person_id: int, customer_id: str) -> None:
    """Note which customer at Stripe stands for a payer."""
    queries.lock_payer(session, person_id).stripe_customer_id = customer_id


def forget_customer(session: Session, person_id: int, customer_id: str, *, now: datetime) -> None:
    """Note that Stripe has a customer no more: the next payment makes another, and the cards are gone with it."""
    payer = queries.lock_payer(session, person_id)
    if payer.stripe_customer_id != customer_id:
        return
    payer.stripe_customer_id = payer.setup_session_id = payer.setup_url = None
    payer.key, payer.keyed_at = _new_key(person_id), now
    payer.looks += 1
    for card in queries.all_cards_of(session, person_id):
        session.delete(card)


def renew_customer_key(session: Session, person_id: int, key: str, *, now: datetime) -> None:
    """Give a payer another key to be made a customer under, unless somebody did already: this one is spent."""
    payer = queries.lock_payer(session, person_id)
    if payer.key == key and payer.stripe_customer_id is None:
        payer.key, payer.keyed_at = _new_key(person_id), now


def pay_as(session: Session, hold_id: int, customer_id: str) -> None:
    """Note for which customer the page of a hold is made: whoever makes it again must make the same."""
    hold: Hold = queries.lock_hold(session, hold_id)
    hold.customer_id = hold.customer_id or customer_id


def list_cards(
    session: Session, person_id: int, cards: Sequence[Card], *, allowed: Collection[str] = (), looks: int, now: datetime
) -> None:
    """Bring the cards of a payer to what Stripe lists; any order and any repetition end the same.

    Args:
        session: the transaction.
        person_id: whose they are.
        cards: what Stripe lists.
        allowed: those of them that were saved on our own page, which says what they may be used for.
        looks: how often the list had been written down when Stripe was asked.
        now: the present moment.
    """
    payer = queries.lock_payer(session, person_id)
    if payer.looks != looks:  # Somebody has looked and written in between; this look may be older.
        look_at_cards(session, person_id, now=now)
        return
    payer.looks += 1
    known = {one.stripe_id: one for one in queries.all_cards_of(session, person_id)}
    for gone in known.keys() - {card.id for card in cards}:
        session.delete(known[gone])
    for card in cards:
        mine = known.get(card.id)
        if mine is None:
            mine = SavedCard(person_id=person_id, stripe_id=card.id, saved_at=now)
            session.add(mine)
        if mine.may_renew is None and card.id in allowed:
            mine.may_renew = True
        mine.brand, mine.last4, mine.exp_month, mine.exp_year = card.brand, card.last4, card.exp_month, card.exp_year


def look_at_cards(session: Session, person_id: int, *, now: datetime) -> int:
    """Owe a look at the cards that Stripe has of a payer; gives the outbox message that does it."""
    return outbox.enqueue(session, CARDS, at=now, person_id=person_id)


def ask_card(session: Session, person_id: int, *, now: datetime) -> int | None:
    """Open a page on which another card is saved; gives the outbox message that does it, None if one is open.

    One that is being opened is asked for again, so that impatience opens no second one.
    """
    become_payer(session, person_id, now=now)
    payer = queries.lock_payer(session, person_id)
    if payer.setup_url is not None:
        return None
    earlier = queries.latest_call(session, CallKind.SETUP, person_id)
    if earlier is not None and earlier.answered_at is None:
        return outbox.enqueue(session, CALL, at=now, call_id=earlier.id)
    return owe_call(session, CallKind.SETUP, person_id, now)


def offer_setup(session: Session, person_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Note the page that was made to save a card on."""
    payer = queries.lock_payer(session, person_id)
    payer.setup_session_id, payer.setup_url = checkout.id, checkout.url
    note_answer(session, CallKind.SETUP, person_id, now, stripe_id=checkout.id)


def refuse_setup(session: Session, person_id: int, reason: str, *, now: datetime) -> None:
    """Note that there will be no page to save a card on: Stripe makes none."""
    queries.lock_payer(session, person_id)
    note_refusal(session, CallKind.SETUP, person_id, now, reason=reason)


def end_setup(session: Session, person_id: int, session_id: str) -> None:
    """Note that the page to save a card on is used, or its time is over."""
    payer = queries.lock_payer(session, person_id)
    if payer.setup_session_id == session_id:
        payer.setup_session_id = payer.setup_url = None


def remove_card(session: Session, card_id: int, *, person_id: int, now: datetime) -> int:
    """Let a card be forgotten; gives the outbox message that tells Stripe.

    Raises:
        NotFound: this person has no such card.
    """
    queries.lock_payer(session, person_id)
    card = queries.card_of_payer(session, card_id, person_id)
    card.removed_at = now
    audit.record(session, card, "remove", by=person_id, at=now)
    return owe_call(session, CallKind.FORGET, card.id, now)


def forgotten(session: Session, card_id: int, *, now: datetime) -> None:
    """Note that Stripe has a card no more."""
    note_answer(session, CallKind.FORGET, card_id, now, stripe_id=None)
    payer = queries.lock_payer_of_card(session, card_id)
    if payer is not None:
        payer.looks += 1
        session.delete(session.get_one(SavedCard, card_id))


def allow_renewals(session: Session, card_id: int, *, person_id: int, is_allowed: bool, now: datetime) -> None:
    """Say whether a card may be used to renew a hold while its owner is away.

    Raises:
        NotFound: this person has no such card.
        CardHasExpired: it is of no use.
    """
    queries.lock_payer(session, person_id)
    card = queries.card_of_payer(session, card_id, person_id)
    if is_allowed and card.is_over(now):
        raise CardHasExpired
    card.may_renew = is_allowed
    audit.record(session, card, "allow_renewals" if is_allowed else "refuse_renewals", by=person_id, at=now)
