"""The form in which the demo's requests are written down: a problem, what was said, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.conversation.rules import Side
from marketplace.matching.rules import DeclineReason
from providers.profiles.rules import Cefr

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# How long things take in the stories.
SUBMITTED_AFTER = 6 * MINUTE
PAID_AFTER = 2 * MINUTE
THOUGHT_AFTER = 25 * MINUTE  # Before somebody who was asked says no,
WITHDRAWN_AFTER = 40 * MINUTE  # or the customer changes their mind.
CALLED_OFF_BEFORE = 5 * HOUR  # Before a session starts.
CONFIRMED_AFTER = 4 * HOUR
DISPUTED_AFTER = 20 * HOUR
ANSWERED_AFTER = 5 * HOUR
RATED_AFTER = 5 * MINUTE
KIND_STARS = 4  # Partners give their customers at least so many.
PAID_BY_HAND_AFTER = 6 * DAY
BANK_ANSWERED_AFTER = DAY  # By the vendor,
BANK_DECIDED_AFTER = 3 * DAY  # and what the bank says to it.
REFUND_CAME_BACK_AFTER = 4 * DAY
REOPENED_BEFORE = 5 * HOUR  # Before now.

# Test cards of the stand-in.
PAYS = "4242424242424242"
NO_MONEY = "4000000000009995"  # Is declined.


class End(StrEnum):
    """How far a request has come."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    OFFERED = "offered"
    QUOTED = "quoted"  # The customer may choose among quotes.
    UNMATCHED = "unmatched"
    UNPAID = "unpaid"  # Somebody took it, and then the bank gave nothing.
    WITHDRAWN = "withdrawn"  # By the customer, before anybody took it.
    WORK = "work"
    GIVEN_BACK = "given_back"  # By the partner, who can't do it.
    CALLED_OFF = "called_off"  # A session, by the customer.
    RESOLVED = "resolved"
    DISPUTED = "disputed"  # The customer wants something back, the partner has answered.
    CLOSED = "closed"
    SILENT = "silent"  # Closed by itself, after the customer had said nothing.
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a customer writes; `picture` is the name of a screenshot that comes with it.

    A guided session is wished for at the first good hour after `starts_after`.
    """

    category: str
    title: str
    description: str
    fields: Mapping[str, str]
    release: str = "4.2"
    picture: str = ""
    starts_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message in the thread, so long after what came before.

    `promise` is when the partner writes again, `worked` the minutes that are written down with it and for what.
    """

    after: timedelta
    side: Side
    body: str
    promise: timedelta | None = None
    worked: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote of one of those who were asked, so long after what came before; the best match quotes first.

    `percent` is what is asked of the partner's usual price: for all of it, or for an hour where there is a cap.
    """

    after: timedelta
    percent: int
    includes: str
    remark: str | None = None
    cap_minutes: int | None = None
    first_answer: timedelta = HOUR


@dataclass(frozen=True, slots=True)
class BankStep:
    """What the customer's bank does about a payment, so long ago.

    `lever` and `verdict` are levers of the stand-in: `dispute` takes the payment back, `inquire` only asks; `win`,
    `lose` and `drop` decide. `reason` is Stripe's word for it, `answer` what the vendor says; empty: not yet.
    """

    lever: str
    reason: str
    ago: timedelta
    answer: str = ""
    verdict: str = ""


def partner(minutes: int, body: str, *, promise_minutes: int = 0, worked: tuple[int, str] | None = None) -> Said:
    """Let the partner say something."""
    promise = promise_minutes * MINUTE if promise_minutes else None
    return Said(minutes * MINUTE, Side.PROVIDER, body, promise, worked)


def customer(minutes: int, body: str) -> Said:
    """Let the customer say something."""
    return Said(minutes * MINUTE, Side.CUSTOMER, body)


@dataclass(frozen=True, slots=True)
class Story:
    """A request and what became of it.

    Args:
        by: the customer, a key of the cast.
        language: in which help is wanted.
        problem: what is wrong.
        ends: how far it has come.
        ago: how long ago it was written.
        partner: the provider who is chosen, by its slug; empty: one of those whom nobody plays.
        is_best_fit: the customer sets a limit instead, and Handrail finds somebody.
        urgency_hours: how soon it is needed.
        level: at which the partner is to speak the language.
        declined: why those who were asked first said no, one after the other.
        lapsed: how many of those who were asked never answered.
        accepted_after: how long whoever took it had thought.
        quotes: what those take who were asked for quotes, one after the other.
        said: the thread.
        delayed_by: how much later the partner would rather hold the session, as is proposed after the last message.
        solution: cause, fix and perhaps prevention.
        solved_after: how long after the last message, or the end of the session, that was said.
        stars: the rating, none if the customer gave none.
        review: what the customer wrote with it.
        reason: why it was withdrawn, given back, called off, reopened or disputed.
        answer: what the partner says to a dispute.
        cards: what the customer tries to pay with, one after the other: numbers of the stand-in's test cards.
        keeps_card: whether the customer has the card stored.
        bank: what the customer's bank does when all is over.
        refund_fails: why the bank sends a refund back, in Stripe's word.
    """

    by: str
    language: str
    problem: Problem
    ends: End
    ago: timedelta
    partner: str = ""
    is_best_fit: bool = False
    urgency_hours: int = 24
    level: Cefr = Cefr.B1
    declined: tuple[DeclineReason, ...] = ()
    lapsed: int = 0
    accepted_after: timedelta = 14 * MINUTE
    quotes: tuple[Quoted, ...] = ()
    said: tuple[Said, ...] = ()
    delayed_by: timedelta | None = None
    solution: tuple[str, ...] = ()
    solved_after: timedelta = 35 * MINUTE
    stars: int = 0
    review: str = ""
    reason: str = ""
    answer: str = ""
    cards: tuple[str, ...] = (PAYS,)
    keeps_card: bool = False
    bank: BankStep | None = None
    refund_fails: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A problem that many customers had, with what several of them said afterwards: stars and words."""

    language: str
    problem: Problem
    answer: str
    solution: tuple[str, ...]
    reviews: tuple[tuple[int, str], ...]
