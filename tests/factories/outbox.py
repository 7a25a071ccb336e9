"""Messages that did not get through."""

from marketplace.kernel import mail
from marketplace.kernel.outbox import MAX_ATTEMPTS, OutboxMessage
from marketplace.payments.commands import CALL
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind
from tests.factories import NOON


def make_given_up(session, kind=mail.KIND, *, error="ConnectionRefusedError: away", **overrides):
    """Make a message that was given up at `NOON`: a letter to Ada, or what `payload` says."""
    letter = {
        "to": "ada@example.test",
        "name": "Ada",
        "language": "en",
        "subject": "Your quote",
        "paragraphs": ["Hello."],
    }
    facts = {
        "kind": kind,
        "payload": {**letter, "action": None},
        "run_at": NOON,
        "attempts": MAX_ATTEMPTS,
        "dead_at": NOON,
        "last_error": error,
        **overrides,
    }
    message = OutboxMessage(**facts)
    session.add(message)
    session.flush()
    return message


def make_call_given_up(session, about_id, kind=CallKind.CHECKOUT, **overrides):
    """Make a call to Stripe about a row that was given up; gives its message."""
    before = session.query(StripeCall).filter_by(kind=kind, about_id=about_id).count()
    key = f"{kind}:{about_id}:given-up"
    call = StripeCall(kind=kind, about_id=about_id, attempt=before + 1, key=key, created_at=NOON)
    session.add(call)
    session.flush()
    return make_given_up(session, CALL, payload={"call_id": call.id}, **overrides)
