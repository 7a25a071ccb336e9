"""What is asked of Stripe, and under which key."""

from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l


class CallKind(StrEnum):
    """What is asked of Stripe, each about a row of one table."""

    CHECKOUT = "checkout"  # About a hold: the page on which it is paid.
    PAY = "pay"  # About a hold: with a saved card, its owner there.
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"  # About a refund.
    TRANSFER = "transfer"  # About a payout.
    REVERSE = "reverse"  # About a clawback.
    RESPOND = "respond"  # About a chargeback.
    SETUP = "setup"  # About a payer: a page on which a card is saved.
    FORGET = "forget"  # About a saved card.
    ACCOUNT = "account"  # About a payee.
    RENEW = "renew"  # About a renewal: with a saved card.
    ASK = "ask"  # About a renewal: the page on which the payer does it.
    LET_GO = "let_go"  # About a renewal.
    SUBSCRIBE = "subscribe"  # About a subscription: its Checkout page.
    WITHDRAW = "withdraw"  # About a subscription that has not begun.
    SET_END = "set_end"  # About a subscription: whether it goes on after its period.
    CANCEL = "cancel"  # About a subscription: it ends at once, and nobody can pay for it any more.
    CHANGE = "change"  # About a change of a subscription.
    REFUND_PERIOD = "refund_period"  # About a refund of a payment for a period.
    PORTAL = "portal"  # About a visit to the portal.

    @property
    def label(self) -> LazyText:
        """What is asked, in words."""
        return CALL_LABELS[self]


CALL_LABELS = {
    CallKind.CHECKOUT: _l("Make a payment page"),
    CallKind.PAY: _l("Set an amount aside with a saved card"),
    CallKind.CAPTURE: _l("Take a payment"),
    CallKind.RELEASE: _l("Let go of a payment"),
    CallKind.REFUND: _l("Give money back"),
    CallKind.TRANSFER: _l("Transfer a partner's share"),
    CallKind.REVERSE: _l("Take a partner's share back"),
    CallKind.RESPOND: _l("Answer a bank"),
    CallKind.SETUP: _l("Make a page to save a card on"),
    CallKind.FORGET: _l("Forget a saved card"),
    CallKind.ACCOUNT: _l("Open a partner's account"),
    CallKind.RENEW: _l("Set an amount aside once more with a saved card"),
    CallKind.ASK: _l("Make a page to set an amount aside once more"),
    CallKind.LET_GO: _l("Let go of what is set aside twice"),
    CallKind.SUBSCRIBE: _l("Make a page to subscribe on"),
    CallKind.WITHDRAW: _l("Close a page to subscribe on"),
    CallKind.SET_END: _l("Set when a subscription ends"),
    CallKind.CANCEL: _l("End a subscription"),
    CallKind.CHANGE: _l("Change a subscription"),
    CallKind.REFUND_PERIOD: _l("Give money back for a period"),
    CallKind.PORTAL: _l("Make a page to choose another card on"),
}

# While nobody knows whether these have happened, only Stripe can say it: nobody decides that they have not. What ends a
# subscription is among them, because it would go on to be paid.
ONLY_STRIPE_KNOWS = frozenset({
    CallKind.PAY, CallKind.CAPTURE, CallKind.REFUND, CallKind.TRANSFER, CallKind.REVERSE, CallKind.RESPOND,
    CallKind.WITHDRAW, CallKind.SET_END, CallKind.CANCEL, CallKind.CHANGE, CallKind.REFUND_PERIOD,
})  # fmt: skip


class OnlyStripeKnows(Conflict):
    """Money may have moved."""

    message = _l(
        "This can not be dropped, because it may have happened at Stripe already. Try it again: "
        "first Stripe is asked what has become of it."
    )


# Stripe may forget a key after 24 hours (https://docs.stripe.com/api/idempotent_requests); clocks differ a little.
KEYS_LAST = timedelta(hours=23)


def is_forgotten(created_at: datetime, now: datetime) -> bool:
    """Tell whether Stripe may have forgotten what came of a call that is owed since `created_at`."""
    return now - created_at >= KEYS_LAST


def idempotency_key(mark: str, renewals: int) -> str:
    """Write the key of a call: its own mark, and a number once a key was spent without an effect."""
    return f"{mark}:{renewals}" if renewals else mark


EVENTS_READ = "events"  # Under which it is noted until when events were asked for.
EVENTS_OVERLAP = timedelta(hours=1)  # Looked at once more: clocks differ, and what is told late is listed late.
EVENTS_AT_FIRST = timedelta(days=3)  # As long as Stripe itself tries to tell.
ACCOUNTS_AT_ONCE = 25  # Each connected account has a list of its own: so many are asked for each time,
BUSY_FOR = timedelta(days=30)  # those where something is open, or has changed not longer ago than this, each time;
QUIET_EVERY = timedelta(days=1)  # the others once in a while.
