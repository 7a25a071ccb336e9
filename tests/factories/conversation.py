"""What is said about a request, and what is promised."""

from marketplace.conversation.models import Message, Promise
from marketplace.conversation.rules import Side
from tests.factories import HOUR, NOON
from tests.factories.support_requests import make_request


def make_message(session, *, support_request=None, **overrides):
    """Make a message from the customer."""
    support_request = support_request or make_request(session)
    facts = {
        "request_id": support_request.id,
        "author_id": support_request.customer_id,
        "side": Side.CUSTOMER,
        "body": "Any news?",
        "at": NOON,
        **overrides,
    }
    message = Message(**facts)
    session.add(message)
    session.flush()
    return message


def make_promise(session, *, support_request=None, **overrides):
    """Make a promise that was made at `NOON` and is due an hour later."""
    support_request = support_request or make_request(session, status="in_progress")
    facts = {
        "request_id": support_request.id,
        "member_id": support_request.provider.members[0].id,
        "made_at": NOON,
        "due_at": NOON + HOUR,
        **overrides,
    }
    promise = Promise(**facts)
    session.add(promise)
    session.flush()
    return promise
