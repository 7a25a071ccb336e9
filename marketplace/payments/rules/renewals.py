"""Setting an amount aside once more, before the bank lets go of the first: with a saved card, or by the payer.

A hold stays what it is; the payment behind it is replaced. First the new amount is set aside, then the old one is let
go: for that moment there are two, and never none.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.payments.rules.holds import SAFETY_MARGIN

RENEW_AHEAD = SAFETY_MARGIN  # So long before the bank lets go, the amount is set aside once more.
LAST_CALL = timedelta(hours=2)  # Later nobody is asked for work any more: what a partner accepts must still be taken.


class RenewalStatus(StrEnum):
    """Where a renewal stands."""

    TRYING = "trying"  # A saved card is being asked, its owner away.
    OPENING = "opening"  # The page is being made on which the payer does it.
    ASKED = "asked"
    REPLACING = "replacing"  # The new amount is set aside; the old one is being let go.
    DONE = "done"
    ENDING = "ending"  # The hold needs it no more; what there is of it is being let go.
    ENDED = "ended"


class RenewalAction(StrEnum):
    """What can happen to a renewal."""

    ASK = "ask"
    OFFER = "offer"
    REPLACE = "replace"
    END = "end"
    LET_GO = "let_go"
    LAPSE = "lapse"


RENEWAL = StateTable[RenewalStatus, RenewalAction]({
    (RenewalStatus.TRYING, RenewalAction.REPLACE): RenewalStatus.REPLACING,
    (RenewalStatus.TRYING, RenewalAction.ASK): RenewalStatus.OPENING,  # The bank wants its customer, or says no.
    (RenewalStatus.TRYING, RenewalAction.END): RenewalStatus.ENDING,
    (RenewalStatus.OPENING, RenewalAction.OFFER): RenewalStatus.ASKED,
    (RenewalStatus.OPENING, RenewalAction.LAPSE): RenewalStatus.ENDED,
    (RenewalStatus.OPENING, RenewalAction.END): RenewalStatus.ENDING,
    (RenewalStatus.ASKED, RenewalAction.REPLACE): RenewalStatus.REPLACING,
    (RenewalStatus.ASKED, RenewalAction.LAPSE): RenewalStatus.ENDED,
    (RenewalStatus.ASKED, RenewalAction.END): RenewalStatus.ENDING,
    (RenewalStatus.REPLACING, RenewalAction.LET_GO): RenewalStatus.DONE,
    (RenewalStatus.ENDING, RenewalAction.LET_GO): RenewalStatus.ENDED,
})  # fmt: skip

OPEN_RENEWALS = frozenset({RenewalStatus.TRYING, RenewalStatus.OPENING, RenewalStatus.ASKED})
ENDED_RENEWALS = frozenset({RenewalStatus.DONE, RenewalStatus.ENDED})


def answer_by(capture_before: datetime) -> datetime:
    """Tell until when the payer can set the amount aside once more, by when the bank lets go of it."""
    return capture_before - LAST_CALL


def is_time_to_renew(capture_before: datetime | None, now: datetime) -> bool:
    """Tell whether a hold that nobody has taken yet is near its end, and not too near."""
    return capture_before is not None and capture_before - RENEW_AHEAD <= now < answer_by(capture_before)
