"""Reading what did not get through: letters and calls to Stripe that were given up, and what Stripe has refused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.kernel import mail, outbox
from marketplace.kernel.access import Role
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.models import Hold, StripeCall
from marketplace.payments.rules import ONLY_STRIPE_KNOWS, CallKind

LETTERS = frozenset({mail.KIND})
LOOKS = frozenset({payments.REFRESH, payments.CARDS, payments.SUBSCRIPTION_LOOK, payments.DISPUTES_LOOK})
MONEY = LOOKS | {payments.CALL, payments.EVENT}
_OF_SUBSCRIPTIONS = frozenset({CallKind.SUBSCRIBE, CallKind.WITHDRAW, CallKind.SET_END, CallKind.CANCEL})
LATELY = timedelta(days=7)
MOST_REFUSED = 20


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that was given up, and what it is about.

    Attributes:
        message: as it stands in the outbox.
        call: what Stripe is asked, if it is a call.
        hold: the payment that it is about, if it is about one.
        name: of the person or the partner that it is about, if not about a payment; of a letter, who gets it.
        detail: the subject of a letter, the type of an event.
    """

    message: OutboxMessage
    call: StripeCall | None = None
    hold: Hold | None = None
    name: str = ""
    detail: str = ""

    @property
    def may_drop(self) -> bool:
        """Tell whether somebody may decide that it is not needed any more."""
        return self.call is None or self.call.answered_at is not None or self.call.kind not in ONLY_STRIPE_KNOWS


def kinds_for(roles: Collection[Role]) -> frozenset[str]:
    """Tell which messages are the business of somebody: letters of support, the rest of finance."""
    return (LETTERS if Role.SUPPORT in roles else frozenset()) | (MONEY if Role.FINANCE in roles else frozenset())


def count_undelivered(session: Session, kinds: Collection[str]) -> int:
    """Count what was given up and waits for a person."""
    return outbox.count_given_up(session, kinds)


def undelivered(session: Session, kinds: Collection[str], *, before_id: int, limit: int) -> list[Undelivered]:
    """List what was given up and waits for a person, the newest first."""
    found = outbox.given_up(session, kinds, before_id=before_id, limit=limit)
    return [_described(session, message) for message in found]


def undelivered_message(session: Session, message_id: int, kinds: Collection[str]) -> Undelivered:
    """Find one of them, or raise `NotFound`."""
    return _described(session, outbox.given_up_message(session, message_id, kinds))


def _described(session: Session, message: OutboxMessage) -> Undelivered:
    facts = message.payload
    if message.kind == mail.KIND:
        return Undelivered(message, name=facts["name"], detail=facts["subject"])
    if message.kind == payments.EVENT:
        return Undelivered(message, detail=facts["event"]["type"])
    if message.kind == payments.REFRESH:
        return Undelivered(message, hold=money.hold(session, facts["hold_id"]))
    if message.kind == payments.CARDS:
        return Undelivered(message, name=accounts.person(session, facts["person_id"]).name)
    if message.kind == payments.SUBSCRIPTION_LOOK:
        return Undelivered(message, name=money.subscription(session, facts["subscription_id"]).description)
    call = session.get_one(StripeCall, facts["call_id"])
    return Undelivered(message, call, money.hold_of_call(session, call), _name(session, call))


def _name(session: Session, call: StripeCall) -> str:
    if call.kind is CallKind.SETUP:
        return accounts.person(session, call.about_id).name
    if call.kind in _OF_SUBSCRIPTIONS:
        return money.subscription(session, call.about_id).description
    if call.kind is CallKind.ACCOUNT:
        return money.payee_name(session, call.about_id)
    return ""


def refused_lately(session: Session, now: datetime) -> Sequence[tuple[StripeCall, Hold | None]]:
    """List what Stripe has refused for good in the last days: whoever was concerned knows, nobody waits for it."""
    calls = money.refused_calls(session, since=now - LATELY, limit=MOST_REFUSED)
    return [(call, money.hold_of_call(session, call)) for call in calls]
