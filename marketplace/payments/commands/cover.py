"""What somebody else covers of a payment: promised with the hold, used when it is taken, given back with refunds."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments.commands.events import CoverMoved
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Hold, Refund
from marketplace.payments.rules import TAKEN, Fact, facts


def agree_cover(session: Session, hold: Hold, *, now: datetime) -> None:
    """Cover what is to be taken of a hold, which may be less than what was promised; the rest is charged."""
    cover = hold.cover.fitted(hold.captured)
    hold.own_minor = cover.own.minor
    covered = cover.of(hold.captured)
    hold.charged_minor = (hold.captured - covered).minor
    move_cover(session, hold, covered, mark=f"agree:{hold.id}", now=now)


def use_cover(session: Session, hold: Hold, *, now: datetime) -> None:
    """Pay the covered part of a hold that is taken."""
    if not hold.covered:
        return
    book(session, hold, Fact.COVERED, f"cover:{hold.id}", facts.covered(hold.subject_id, hold.covered), now=now)
    move_cover(session, hold, hold.covered, mark=f"use:{hold.id}", now=now)


def drop_cover(session: Session, hold: Hold, *, now: datetime) -> None:
    """Promise nothing any more for a hold of which nothing is taken."""
    move_cover(session, hold, Money.zero(hold.currency), mark=f"drop:{hold.id}", now=now)


def return_cover(session: Session, hold: Hold, refund: Refund, *, now: datetime) -> None:
    """Give back into the cover what of a refund it had paid; what is kept of the hold is less already."""
    if not refund.cover:
        return
    movements = facts.cover_returned(hold.subject_id, refund.cover)
    book(session, hold, Fact.COVER_RETURNED, f"cover_returned:{refund.id}", movements, now=now)
    move_cover(session, hold, hold.covered - refund.cover, mark=f"refund:{refund.id}", now=now)


def move_cover(session: Session, hold: Hold, covered: Money, *, mark: str, now: datetime) -> None:
    """Note what is covered of a hold, and tell whoever covers it."""
    hold.covered_minor = covered.minor
    if not hold.cover_cap_minor:
        return
    zero = Money.zero(hold.currency)
    reserved, used = (zero, covered) if hold.status in TAKEN else (covered, zero)
    announce(session, CoverMoved(hold.purpose, hold.subject_id, hold.part, hold.id, reserved, used, mark, now))
