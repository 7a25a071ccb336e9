"""When a customer wants money back: why, who may say what by when, and how what was paid is split."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.money import Money, total
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l
from marketplace.payments.rules import Shares, Terms, share_kept

ANSWER_WITHIN = timedelta(days=3)  # So long the partner may answer before anybody decides.


class DisputeReason(StrEnum):
    """Why a customer wants money back."""

    NOT_SOLVED = "not_solved"
    NOT_AS_AGREED = "not_as_agreed"
    NEVER_ANSWERED = "never_answered"
    CHARGED_TOO_MUCH = "charged_too_much"
    OTHER = "other"

    @property
    def label(self) -> LazyText:
        """The reason in words."""
        return REASON_LABELS[self]


REASON_LABELS = {
    DisputeReason.NOT_SOLVED: _l("The problem is not solved"),
    DisputeReason.NOT_AS_AGREED: _l("It is not what was agreed"),
    DisputeReason.NEVER_ANSWERED: _l("Nobody answered"),
    DisputeReason.CHARGED_TOO_MUCH: _l("Too much was charged"),
    DisputeReason.OTHER: _l("Something else"),
}


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"  # The partner is to answer.
    ANSWERED = "answered"  # The vendor's people are to decide.
    WITHDRAWN = "withdrawn"
    CONCEDED = "conceded"  # The partner gives back what is asked, or all of it.
    DECIDED = "decided"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks: neutral, active, good, warn or bad."""
        return "warn" if self in OPEN_DISPUTES else "neutral"


class DisputeAction(StrEnum):
    """What can happen to a dispute."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    CONCEDE = "concede"
    DECIDE = "decide"


DISPUTE = StateTable[DisputeStatus, DisputeAction]({
    (DisputeStatus.OPEN,     DisputeAction.ANSWER):   DisputeStatus.ANSWERED,
    (DisputeStatus.OPEN,     DisputeAction.WITHDRAW): DisputeStatus.WITHDRAWN,
    (DisputeStatus.OPEN,     DisputeAction.CONCEDE):  DisputeStatus.CONCEDED,
    (DisputeStatus.OPEN,     DisputeAction.DECIDE):   DisputeStatus.DECIDED,  # Without an answer, once its time is up.
    (DisputeStatus.ANSWERED, DisputeAction.WITHDRAW): DisputeStatus.WITHDRAWN,
    (DisputeStatus.ANSWERED, DisputeAction.CONCEDE):  DisputeStatus.CONCEDED,
    (DisputeStatus.ANSWERED, DisputeAction.DECIDE):   DisputeStatus.DECIDED,
})  # fmt: skip

OPEN_DISPUTES = frozenset({DisputeStatus.OPEN, DisputeStatus.ANSWERED})
FINAL_DISPUTES = frozenset({DisputeStatus.CONCEDED, DisputeStatus.DECIDED})

STATUS_LABELS = {
    DisputeStatus.OPEN: _l("Waits for the partner's answer"),
    DisputeStatus.ANSWERED: _l("Waits for a decision"),
    DisputeStatus.WITHDRAWN: _l("Withdrawn by the customer"),
    DisputeStatus.CONCEDED: _l("The partner gave way"),
    DisputeStatus.DECIDED: _l("Decided"),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a customer says."""

    reason: DisputeReason
    statement: str
    asked: Money


@dataclass(frozen=True, slots=True)
class Stake:
    """One part of what the customer paid, as far as there is something to split.

    Attributes:
        hold_id: the payment.
        kept: what was not given back.
        due: what of it is at stake; the rest was not needed and goes back in any case.
        borne: what the vendor has given back alone.
    """

    hold_id: int
    kept: Money
    due: Money
    borne: Money


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a stake goes back to the customer, and what is left to be shared."""

    stake: Stake
    back: Money

    @property
    def left(self) -> Money:
        """What is left to be shared."""
        return self.stake.due - self.back


@dataclass(frozen=True, slots=True)
class Split:
    """Who has what in the end; all of it adds up to what is kept now.

    Attributes:
        back: goes back to the customer by the decision.
        unused: goes back in any case, for time that was not needed.
        shares: what the others have of the rest.
    """

    back: Money
    unused: Money
    shares: Shares

    @property
    def customer(self) -> Money:
        """What the customer gets."""
        return self.back + self.unused


def at_stake(stakes: Sequence[Stake], currency: str) -> Money:
    """Tell how much can be split."""
    return total((one.due for one in stakes), currency)


def cut(stakes: Sequence[Stake], back: Money) -> list[Cut]:
    """Take an amount out of stakes, the part that was added last first."""
    cuts, left = [], back
    for stake in reversed(stakes):
        part = min(left, stake.due)
        cuts.append(Cut(stake, part))
        left -= part
    assert not left, (stakes, back)
    return cuts[::-1]


def split(stakes: Sequence[Stake], back: Money, terms: Terms) -> Split:
    """Tell who has what if an amount goes back: exactly what the same decision would do."""
    none = Money.zero(back.currency)
    shares = Shares(none, none, none, none, none)
    for one in cut(stakes, back):
        shares += share_kept(one.left, one.stake.borne, terms)
    return Split(back, total((one.kept - one.due for one in stakes), back.currency), shares)


class NothingAtStake(Conflict):
    """There is nothing that could go back."""

    message = _l("Nothing is left of what you paid, so there is nothing to give back.")


class CallItOffInstead(Conflict):
    """A session that has not begun can be called off."""

    message = _l("Your session has not begun. Until then you can call it off, by the rules on this page.")


class PartnerMayAnswer(Conflict):
    """Nobody decides without having heard the other side."""

    message = _l("The partner may answer until %(moment)s. Decide when the answer is there, or when its time is up.")


class BankDecidesFirst(Conflict):
    """The bank has the money."""

    message = _l("The customer's bank is taking the payment back. This can be decided once the bank has: see Money.")


class OwnCase(NotAllowed):
    """Nobody decides their own case."""

    message = _l("You are the customer or the partner here. Let a colleague decide.")


class DecidedForGood(Conflict):
    """What was decided, or conceded, is not taken up again."""

    message = _l("It was decided who gets what, so this request is closed for good. Ask again if you need more help.")
