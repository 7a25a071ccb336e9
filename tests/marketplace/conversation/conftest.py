"""What the tests of conversation share."""

import pytest

from marketplace.conversation.commands import MessageWritten, PromiseMissed
from marketplace.kernel import events


@pytest.fixture
def announced(app, monkeypatch):
    """List what was announced, in place of the letters that it would cause."""
    heard = []
    hear = [lambda _session, event: heard.append(event)]
    subscribers = {MessageWritten: hear, PromiseMissed: hear}
    monkeypatch.setitem(app.extensions, events._KEY, subscribers)
    return heard
