"""A call to Stripe that is owed, as plain values: no transaction may be open while Stripe is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from marketplace.kernel import outbox
from marketplace.kernel.database import transaction
from marketplace.payments import commands
from marketplace.payments.gateway import KeyIsSpent, Refused
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind, idempotency_key, is_forgotten

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, about which row.

    Attributes:
        id: of our row.
        kind: what is asked.
        about_id: a row of the table that the kind is about.
        mark: our name for the call, which Stripe keeps with what comes of it.
        renewals: how often it got a new key.
        created_at: since when it is owed.
    """

    id: int
    kind: CallKind
    about_id: int
    mark: str
    renewals: int
    created_at: datetime

    @property
    def key(self) -> str:
        """Under which Stripe does it once."""
        return idempotency_key(self.mark, self.renewals)


def read_call(row: StripeCall) -> Call:
    """Read a call that is owed."""
    return Call(row.id, row.kind, row.about_id, row.key, row.renewals, row.created_at)


@contextmanager
def or_hopeless() -> Iterator[None]:
    """Give up what Stripe refuses, where no other step takes its place: it would refuse it again."""
    try:
        yield
    except Refused as refusal:
        raise outbox.Hopeless(str(refusal)) from refusal


def ask_once(call: Call, now: datetime, *, look: Callable[[], Answer | None], ask: Callable[[], Answer]) -> Answer:
    """Have something done that must happen once, however often and however late this is tried.

    Stripe remembers for a day what came of a key. Later, or when the key is spent, only a look tells.

    Args:
        call: what is owed.
        now: the present moment.
        look: finds what came of an earlier try; None if nothing did.
        ask: asks for it, under the key of the call.

    Raises:
        Refused: it did not happen, and will not.
        Uncertain: nobody knows; it is to be tried again.
    """
    if is_forgotten(call.created_at, now) and (found := look()) is not None:
        return found
    try:
        return ask()
    except KeyIsSpent:
        if (found := look()) is not None:
            return found
        with transaction() as session:
            commands.renew_key(session, call.id, call.renewals)
        raise
