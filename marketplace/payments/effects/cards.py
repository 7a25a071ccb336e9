"""Calls about what payers have saved: their customer at Stripe, and its cards."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands
from marketplace.payments.effects.calls import Call, ask_once
from marketplace.payments.gateway import Checkout, KeyIsSpent, Missing, Refused, SetupOrder, Uncertain, gateway
from marketplace.payments.models import Payer, SavedCard
from marketplace.payments.rules import is_key_good

_log = logging.getLogger(__name__)


def customer_of(person_id: int, now: datetime) -> str:
    """Give the one customer that stands for a payer at Stripe; it is made if there is none yet.

    Raises:
        Refused: Stripe makes none.
        Uncertain: somebody has deleted it at Stripe; the next try makes another.
    """
    known = reading().get_one(Payer, person_id).stripe_customer_id
    person = reading().get_one(Person, person_id)
    name, email = person.name, person.email
    reading().rollback()
    customer_id = known or _make_customer(person_id, now)
    try:
        gateway().describe_customer(customer_id, name=name, email=email)
    except Missing as gone:
        with transaction() as session:
            commands.forget_customer(session, person_id, customer_id, now=now)
        raise Uncertain("the customer was deleted at Stripe: the next try makes another") from gone
    except Refused as refusal:  # It does not like the name or the address: who pays is known all the same.
        _log.warning("Stripe does not take how payer %s is called: %s", person_id, refusal)
    return customer_id


def _make_customer(person_id: int, now: datetime) -> str:
    payer = reading().get_one(Payer, person_id)
    key, keyed_at = payer.key, payer.keyed_at
    reading().rollback()
    found = None if is_key_good(keyed_at, now) else gateway().find_customer(key=key)
    customer_id = found or _ask_for_customer(person_id, key, now)
    with transaction() as session:
        commands.name_customer(session, person_id, customer_id)
    return customer_id


def _ask_for_customer(person_id: int, key: str, now: datetime) -> str:
    try:
        return gateway().create_customer(key=key)
    except KeyIsSpent:
        found = gateway().find_customer(key=key)
        if found is not None:
            return found
        with transaction() as session:
            commands.renew_customer_key(session, person_id, key, now=now)
        raise


def make_setup(call: Call, now: datetime) -> None:
    """Make the page on which a payer saves a card; if Stripe makes none, that is noted."""
    try:
        checkout = _ask_setup(call, now)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_setup(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.offer_setup(session, call.about_id, checkout, now=now)


def _ask_setup(call: Call, now: datetime) -> Checkout:
    customer_id = customer_of(call.about_id, now)
    person = reading().get_one(Person, call.about_id)
    base_url = current_app.config["BASE_URL"]
    order = SetupOrder(
        customer_id=customer_id,
        language=person.language,
        success_url=f"{base_url}/account/cards/back",
        cancel_url=f"{base_url}/account/cards",
    )
    reading().rollback()
    return ask_once(
        call,
        now,
        look=lambda: gateway().find_checkout(call.mark, since=call.created_at),
        ask=lambda: gateway().create_setup(order, mark=call.mark, key=call.key),
    )


def forget(call: Call, now: datetime) -> None:
    """Have a card forgotten that its owner has removed."""
    card = reading().get(SavedCard, call.about_id)
    stripe_id = card.stripe_id if card else None
    reading().rollback()
    if stripe_id is not None:
        with suppress(Refused):  # It is gone already.
            ask_once(call, now, look=lambda: None, ask=lambda: gateway().forget_card(stripe_id, key=call.key))
    with transaction() as session:
        commands.forgotten(session, call.about_id, now=now)


def refresh_cards(due: outbox.Due) -> None:
    """Ask which cards a payer has saved: the payer is back from a page, or Stripe has told that something changed."""
    note = look_at_cards(due.payload["person_id"], due.now)
    with transaction() as session:
        note(session)


def look_at_cards(person_id: int, now: datetime) -> Callable[[Session], None]:
    """Fetch the cards of a payer; gives what is to be written down."""
    payer = reading().get_one(Payer, person_id)
    customer_id, looks, setup_id = payer.stripe_customer_id, payer.looks, payer.setup_session_id
    reading().rollback()
    if customer_id is None:
        return lambda _session: None
    cards = gateway().cards(customer_id)
    if cards is None:
        return lambda session: commands.forget_customer(session, person_id, customer_id, now=now)
    allowed = gateway().set_up_cards(customer_id)
    is_setup_over = setup_id is not None and gateway().checkout(setup_id).status != "open"

    def note(session: Session) -> None:
        commands.list_cards(session, person_id, cards, allowed=allowed, looks=looks, now=now)
        if is_setup_over and setup_id is not None:
            commands.end_setup(session, person_id, setup_id)

    return note
