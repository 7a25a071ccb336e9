"""What is agreed between customer and partner, and what comes next at each stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.money import Money
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l
from marketplace.support_requests.rules import REOPEN_WITHIN, Mode, Status
from providers.profiles.rules import Cefr

PURPOSE = "request"  # What a hold is for, in the words of `payments`.
FIRST_PART = 1  # Of what the customer pays: what was agreed at first. Extra work has the numbers that follow.
FIRST_ANSWER = timedelta(hours=1)  # Promised at acceptance, unless the partner says otherwise.

CUSTOMER_MAY_CANCEL = frozenset({Status.DRAFT, Status.AWAITING_PAYMENT, Status.MATCHING, Status.UNMATCHED})
MAY_ASK_MORE = frozenset({Status.MATCHING, Status.UNMATCHED})
MOST_ASKED = 10  # Partners who think about a quote at the same time.
MAY_CORRECT_TIME = frozenset({Status.IN_PROGRESS, Status.RESOLVED})
MAY_WRITE = MAY_CORRECT_TIME | {Status.DISPUTED}
MAY_RATE = frozenset({Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a customer tells of a problem."""

    category_id: int
    title: str
    description: str
    fields: dict[str, str]
    release_id: int | None
    language: str
    level: Cefr
    zone: str
    urgency_hours: int
    currency: str
    starts_at: datetime | None = None  # Of a guided session.


@dataclass(frozen=True, slots=True)
class Choice:
    """How the customer wants to come together with a partner.

    With `Mode.CHOSEN` the provider is given, with `Mode.BEST_FIT` the most that the customer pays. A chosen provider
    may not cost more than the ceiling, if there is one. With `Mode.QUOTES` nothing more is said.
    """

    mode: Mode
    provider_id: int | None = None
    ceiling: Money | None = None
    may_fall_back: bool = True


@dataclass(frozen=True, slots=True)
class Solution:
    """What a partner says at the end."""

    cause: str
    fix: str
    prevention: str | None


class ExtraStatus(StrEnum):
    """Where a proposal of extra work stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"  # The customer is on the way to pay.
    PAID = "paid"  # Taken, or being taken.
    DECLINED = "declined"
    LAPSED = "lapsed"  # It was approved, and then not paid.
    WITHDRAWN = "withdrawn"  # Taken back by the partner, or overtaken by the end of the work.

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return EXTRA_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks: neutral, active, good, warn or bad."""
        return EXTRA_TONES[self]


class ExtraAction(StrEnum):
    """What can happen to a proposal of extra work."""

    APPROVE = "approve"
    PAY = "pay"
    DECLINE = "decline"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


EXTRA = StateTable[ExtraStatus, ExtraAction]({
    (ExtraStatus.PROPOSED, ExtraAction.APPROVE):  ExtraStatus.APPROVED,
    (ExtraStatus.PROPOSED, ExtraAction.DECLINE):  ExtraStatus.DECLINED,
    (ExtraStatus.PROPOSED, ExtraAction.WITHDRAW): ExtraStatus.WITHDRAWN,
    (ExtraStatus.APPROVED, ExtraAction.PAY):      ExtraStatus.PAID,
    (ExtraStatus.APPROVED, ExtraAction.DECLINE):  ExtraStatus.DECLINED,  # On the payment page, on second thoughts.
    (ExtraStatus.APPROVED, ExtraAction.LAPSE):    ExtraStatus.LAPSED,
    (ExtraStatus.APPROVED, ExtraAction.WITHDRAW): ExtraStatus.WITHDRAWN,
    (ExtraStatus.PAID,     ExtraAction.LAPSE):    ExtraStatus.LAPSED,  # The bank refused to hand it over.
})  # fmt: skip

EXTRA_LABELS = {
    ExtraStatus.PROPOSED: _l("Waits for the customer's answer"),
    ExtraStatus.APPROVED: _l("Approved, not paid yet"),
    ExtraStatus.PAID: _l("Approved and paid"),
    ExtraStatus.DECLINED: _l("Declined"),
    ExtraStatus.LAPSED: _l("Not paid in time"),
    ExtraStatus.WITHDRAWN: _l("Withdrawn"),
}

EXTRA_TONES = {
    ExtraStatus.PROPOSED: "warn",
    ExtraStatus.APPROVED: "warn",
    ExtraStatus.PAID: "good",
    ExtraStatus.DECLINED: "neutral",
    ExtraStatus.LAPSED: "neutral",
    ExtraStatus.WITHDRAWN: "neutral",
}
EXTRA_OPEN = frozenset({ExtraStatus.PROPOSED, ExtraStatus.APPROVED})


class NobodyAtThisPrice(Conflict):
    """No partner works at or below the ceiling."""

    message = _l("Nobody who fits works for %(ceiling)s or less just now. The lowest price is %(lowest)s.")


class NobodyFits(Conflict):
    """No partner fits at any price."""

    message = _l("Nobody fits this request just now. Try another language or a lower level, or come back later.")


class PartnerNotFree(Conflict):
    """The chosen partner can't take it any more."""

    message = _l("This partner can not take your request just now. Choose another, or let us find the best fit.")


class PartnerCostsMore(Conflict):
    """The chosen partner's price is above the ceiling."""

    message = _l("This partner costs %(price)s, which is more than your limit of %(ceiling)s. Change one of the two.")


class Barred(Conflict):
    """Whoever was asked may not take it any more."""

    message = _l("Your business may not take this: it is suspended, or nobody of you is certified for it any more.")


class NoWorker(Conflict):
    """Work is given to those who take jobs, and still belong to the business."""

    message = _l("You take no jobs for your business, or not any more. Ask its owner.")


class JobIsOver(Conflict):
    """What is closed or cancelled can not be handed on."""

    message = _l("This job is over. There is nothing to hand on.")


class StillAtWork(Conflict):
    """Nobody leaves a customer alone."""

    message = _l("There are jobs under way, or quotes that may be chosen. Hand the jobs on, and withdraw the quotes.")


class ChosenAlready(Conflict):
    """One quote is chosen at a time."""

    message = _l("You have chosen a quote already. Pay it, or let go of it first: then you can choose another.")


class QuoteNotFree(Conflict):
    """The partner of a quote can't take the request any more."""

    message = _l("%(name)s can not take your request just now. Choose another quote: nothing was taken.")


class PageStillOpen(Conflict):
    """The payment page of before is being closed; there is one at a time."""

    message = _l("The payment page that you left is being closed. Try again in a moment.")


class NobodyElse(Conflict):
    """Everybody who could quote was asked."""

    message = _l("Everybody who fits has been asked already. Change your request, or ask for help in another way.")


class EnoughAsked(Conflict):
    """Many partners are thinking about it as it is."""

    message = _l("Several partners are still thinking about your request. Give them until their time is up.")


class StalePage(Conflict):
    """The page was older than what it shows."""

    message = _l("This request was changed in the meantime, perhaps in another window. Look at it again, then decide.")


class OneProposalAtATime(Conflict):
    """The customer has not answered the proposal before."""

    message = _l("Your customer has not answered your proposal yet. Wait for the answer, or take it back first.")


class FreeOfCharge(Conflict):
    """What the vendor mends has no price."""

    message = _l("This is free of charge, so there is nothing to pay, and nothing to give back.")


class TooLateToReopen(Conflict):
    """The time to reopen is over."""

    message = _l("A request can be reopened within 14 days. Ask again: your partner will see the earlier one.")


class RatedAlready(Conflict):
    """One request, one rating."""

    message = _l("You have rated this already. Thank you.")


class AskYourPartner(NotAllowed):
    """Work has begun: it is not for the customer alone to end it."""

    message = _l("Work has begun. Write to your partner: a partner who ends it gives you all your money back.")


def may_reopen(closed_or_resolved_at: datetime | None, now: datetime) -> bool:
    """Tell whether a request that was solved may be taken up again."""
    return closed_or_resolved_at is not None and now <= closed_or_resolved_at + REOPEN_WITHIN


# Reminders, and the end of a search for quotes


class ReminderKind(StrEnum):
    """Of what somebody is reminded, once."""

    QUOTE = "quote"  # The customer: it soon can't be chosen any more.
    ANSWER_SOON = "answer_soon"  # The partner: an answer in a dispute is awaited, and there is a day left.
    ANSWER_DUE = "answer_due"  # The partner and the staff: the time for it is over.


REMIND_AHEAD = timedelta(hours=24)
QUOTE_RUNS_OUT = 4  # A quote that is short is told of when no more than this part of its time is left.
QUOTES_SEARCH = timedelta(days=7)  # As long as banks set amounts aside for those who ask at a price.


def remind_of_quote_at(made_at: datetime, ends_at: datetime) -> datetime:
    """Tell when a customer is reminded of a quote: a day before its end, or when a quarter of its time is left."""
    return ends_at - min(REMIND_AHEAD, (ends_at - made_at) / QUOTE_RUNS_OUT)


def quotes_search_ends_at(asked_at: datetime, answered_at: Iterable[datetime | None]) -> datetime:
    """Tell when a search for quotes ends in which nobody is left: so long after it began, and after its last news."""
    return max([asked_at, *(one for one in answered_at if one is not None)]) + QUOTES_SEARCH
