"""Choosing a card on a page: one that is stored, or a new one."""

from collections.abc import Sequence

from flask import request

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.cards import GROUP_LABELS, TEST_CARDS
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages import card_form
from marketplace.sandbox.stripe.pages.card_form import Typed
from marketplace.sandbox.stripe.pages.frame import has_token
from marketplace.sandbox.stripe.resources import payment_methods

CARD_GROUPS = [
    (label, [card for card in TEST_CARDS.values() if card.group == group]) for group, label in GROUP_LABELS.items()
]


def stored(world: World, customer: str) -> list[Record]:
    """List the cards that a customer has stored."""
    return list(world.every("payment_method", customer=customer, type="card"))


def read() -> Typed:
    """Read what was typed."""
    return card_form.read(request.form)


def faults(world: World, subject: str, typed: Typed) -> dict[str, str]:
    """Say what is wrong with what was typed."""
    if not has_token(world, subject):
        return {"": _("This page was open for too long. Check your answers and try again.")}
    return card_form.faults(typed, world.now, asks_email=False)


def method(world: World, typed: Typed, choice: Sequence[Record], email: str | None) -> Record | None:
    """Look up the card that was chosen, or keep the one that was typed; None when it is not there to be chosen."""
    if typed.pay_with != card_form.NEW_CARD:
        return next((one for one in choice if one.id == typed.pay_with), None)
    details = card_form.details(typed)
    found = payment_methods.add(world, details)
    found.body["billing_details"]["email"] = email
    world.save(found)
    return found
