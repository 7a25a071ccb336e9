"""Offers: their states, their clocks, and why they are declined."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import (
    LazyText,
    _,
    _l,
    format_duration,
    format_weekday_clock,
)

SHORTEST_OFFER = timedelta(minutes=15)


LONGEST_OFFER = timedelta(hours=4)


LATEST_ANSWER = timedelta(minutes=30)  # Before a session: until then the customer knows who comes, or that nobody does.


LATEST_ASKING = LATEST_ANSWER + SHORTEST_OFFER


OFFERS_WITHIN_URGENCY = 6  # So many partners can be asked, one after the other, before the time is up.


SOON_PERCENT = 20  # Of an offer's time: from here on it ends soon.


class OfferStatus(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ASKED = "asked"  # For a quote, which names a price of its own.
    QUOTED = "quoted"  # The customer may choose it.
    CHOSEN = "chosen"  # The customer is on the way to pay.
    ACCEPTED = "accepted"
    NOT_CHOSEN = "not_chosen"  # The customer chose another, or asks for quotes no more.
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return OFFER_LABELS[self]


class OfferAction(StrEnum):
    """What can happen to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    QUOTE = "quote"
    TAKE_BACK = "take_back"
    CHOOSE = "choose"
    LET_GO = "let_go"
    PAY = "pay"
    DISMISS = "dismiss"


OFFER = StateTable[OfferStatus, OfferAction]({
    (OfferStatus.OPEN,   OfferAction.ACCEPT):    OfferStatus.ACCEPTED,
    (OfferStatus.OPEN,   OfferAction.DECLINE):   OfferStatus.DECLINED,
    (OfferStatus.OPEN,   OfferAction.EXPIRE):    OfferStatus.EXPIRED,
    (OfferStatus.OPEN,   OfferAction.WITHDRAW):  OfferStatus.WITHDRAWN,
    (OfferStatus.ASKED,  OfferAction.QUOTE):     OfferStatus.QUOTED,
    (OfferStatus.ASKED,  OfferAction.DECLINE):   OfferStatus.DECLINED,
    (OfferStatus.ASKED,  OfferAction.EXPIRE):    OfferStatus.EXPIRED,
    (OfferStatus.ASKED,  OfferAction.WITHDRAW):  OfferStatus.WITHDRAWN,
    (OfferStatus.ASKED,  OfferAction.DISMISS):   OfferStatus.NOT_CHOSEN,
    (OfferStatus.QUOTED, OfferAction.QUOTE):     OfferStatus.QUOTED,  # Revised.
    (OfferStatus.QUOTED, OfferAction.TAKE_BACK): OfferStatus.WITHDRAWN,  # By the partner.
    (OfferStatus.QUOTED, OfferAction.EXPIRE):    OfferStatus.EXPIRED,
    (OfferStatus.QUOTED, OfferAction.WITHDRAW):  OfferStatus.WITHDRAWN,
    (OfferStatus.QUOTED, OfferAction.CHOOSE):    OfferStatus.CHOSEN,
    (OfferStatus.QUOTED, OfferAction.DISMISS):   OfferStatus.NOT_CHOSEN,
    (OfferStatus.CHOSEN, OfferAction.PAY):       OfferStatus.ACCEPTED,
    (OfferStatus.CHOSEN, OfferAction.LET_GO):    OfferStatus.QUOTED,  # Not paid: it can be chosen again.
    (OfferStatus.CHOSEN, OfferAction.WITHDRAW):  OfferStatus.WITHDRAWN,
    (OfferStatus.CHOSEN, OfferAction.DISMISS):   OfferStatus.NOT_CHOSEN,
})  # fmt: skip


OFFER_LABELS = {
    OfferStatus.OPEN: _l("Open"),
    OfferStatus.ASKED: _l("Asked for a quote"),
    OfferStatus.QUOTED: _l("Quote given"),
    OfferStatus.CHOSEN: _l("Chosen, not paid yet"),
    OfferStatus.ACCEPTED: _l("Accepted"),
    OfferStatus.NOT_CHOSEN: _l("Not chosen"),
    OfferStatus.DECLINED: _l("Declined"),
    OfferStatus.EXPIRED: _l("Expired"),
    OfferStatus.WITHDRAWN: _l("Withdrawn"),
}


AWAITED = frozenset({OfferStatus.OPEN, OfferStatus.ASKED})  # An answer of the partner.
STANDING = frozenset({OfferStatus.QUOTED, OfferStatus.CHOSEN})  # Quotes that may come to something.
LIVE = AWAITED | STANDING
RUNNING_OUT = AWAITED | {OfferStatus.QUOTED}  # What is being paid has no clock of its own.


class DeclineReason(StrEnum):
    """Why a partner does not take an offer."""

    NO_TIME = "no_time"
    NOT_MY_FIELD = "not_my_field"
    PRICE = "price"
    UNCLEAR = "unclear"
    OTHER = "other"

    @property
    def label(self) -> LazyText:
        """The reason in words."""
        return DECLINE_LABELS[self]


DECLINE_LABELS = {
    DeclineReason.NO_TIME: _l("No time for it now"),
    DeclineReason.NOT_MY_FIELD: _l("Not what I know best"),
    DeclineReason.PRICE: _l("Too much work for the price"),
    DeclineReason.UNCLEAR: _l("The description is not clear enough"),
    DeclineReason.OTHER: _l("Something else"),
}


def offer_window(urgency_hours: int) -> timedelta:
    """Tell how long a partner may think: a part of the time that the customer has, within limits."""
    share = timedelta(hours=urgency_hours) / OFFERS_WITHIN_URGENCY
    return min(max(share, SHORTEST_OFFER), LONGEST_OFFER)


def offer_end(urgency_hours: int, starts_at: datetime | None, now: datetime) -> datetime:
    """Tell until when a partner who is asked now may answer; of a session, in good time before it starts."""
    end = now + offer_window(urgency_hours)
    return end if starts_at is None else min(end, starts_at - LATEST_ANSWER)


@dataclass(frozen=True, slots=True)
class OfferClock:
    """How long an offer is open, as the promise clock shows it, in the reader's language and time zone."""

    due_at: datetime
    due_text: str
    left_text: str
    state: str  # running or soon; an offer that is over shows its status instead.
    fraction_left: int  # In percent.


def offer_clock(made_at: datetime, expires_at: datetime, now: datetime) -> OfferClock:
    """Put an offer's expiry into the reader's words."""
    left = max(expires_at - now, timedelta(0))
    percent = min(int(100 * left / (expires_at - made_at)), 100)
    return OfferClock(
        due_at=expires_at,
        due_text=format_weekday_clock(expires_at),
        left_text=_("%(duration)s left") % {"duration": format_duration(left)},
        state="soon" if percent <= SOON_PERCENT else "running",
        fraction_left=percent,
    )
