"""Reading about payers and the cards that they have saved."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.payments.models import Payer, SavedCard
from marketplace.payments.rules import CardIsGone


def payer(session: Session, person_id: int) -> Payer | None:
    """Find a person as a payer; None if they never paid anything."""
    return session.get(Payer, person_id)


def lock_payer(session: Session, person_id: int) -> Payer:
    """Hold on to a payer until the transaction ends, or raise `NotFound`."""
    found = session.scalar(
        select(Payer).filter_by(person_id=person_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(person_id=person_id)
    return found


def lock_payer_of_card(session: Session, card_id: int) -> Payer | None:
    """Hold on to the payer who has saved a card; None if the card is forgotten."""
    mine = select(SavedCard.person_id).filter_by(id=card_id)
    person_id = session.scalar(mine)
    if person_id is None:
        return None
    payer = lock_payer(session, person_id)
    return payer if session.scalar(mine) is not None else None  # Somebody may have been faster.


def payer_by_customer(session: Session, customer_id: str) -> Payer | None:
    """Find the payer for whom a customer at Stripe stands."""
    return session.scalar(select(Payer).filter_by(stripe_customer_id=customer_id))


def payer_by_card(session: Session, stripe_id: str) -> Payer | None:
    """Find the payer who has saved a card, by Stripe's id of it."""
    mine = select(Payer).join(SavedCard, SavedCard.person_id == Payer.person_id)
    return session.scalar(mine.where(SavedCard.stripe_id == stripe_id))


def cards_of(session: Session, person_id: int) -> list[SavedCard]:
    """List the cards that a person has saved and not removed, the newest first."""
    kept = select(SavedCard).filter_by(person_id=person_id, removed_at=None)
    return list(session.scalars(kept.order_by(SavedCard.id.desc())))


def cards_to_pay_with(session: Session, person_id: int, now: datetime) -> list[SavedCard]:
    """List the saved cards that a person can choose to pay with, the newest first."""
    return [card for card in cards_of(session, person_id) if not card.is_over(now)]


def card_to_pay_with(session: Session, card_id: int, person_id: int, now: datetime) -> SavedCard:
    """Find the saved card that a person has chosen to pay with.

    Raises:
        CardIsGone: they have no such card, or it has expired.
    """
    found = next((card for card in cards_to_pay_with(session, person_id, now) if card.id == card_id), None)
    if found is None:
        raise CardIsGone
    return found


def is_saved(session: Session, stripe_id: str | None) -> bool:
    """Tell whether a card is saved and its owner has not removed it."""
    return session.scalar(select(SavedCard.id).filter_by(stripe_id=stripe_id, removed_at=None)) is not None


def card_of_payer(session: Session, card_id: int, person_id: int) -> SavedCard:
    """Find a card that this person has saved and not removed, or raise `NotFound`."""
    found = session.scalar(select(SavedCard).filter_by(id=card_id, person_id=person_id, removed_at=None))
    if found is None:
        raise NotFound(card_id=card_id)
    return found


def all_cards_of(session: Session, person_id: int) -> list[SavedCard]:
    """List the cards of a person, also those that Stripe is still to be told to forget."""
    return list(session.scalars(select(SavedCard).filter_by(person_id=person_id).order_by(SavedCard.id)))
