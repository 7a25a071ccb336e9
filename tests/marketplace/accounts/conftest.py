"""What the tests of accounts share."""

import pytest
from argon2 import PasswordHasher

from marketplace.accounts import passwords
from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.kernel import events


@pytest.fixture
def announced(app, monkeypatch):
    """List what was announced, in place of the letters that it would cause."""
    heard = []

    def hear(_session, event):
        heard.append(event)

    subscribers = {kind: [hear] for kind in (PersonSignedUp, ResetAsked, SignUpRepeated)}
    monkeypatch.setitem(app.extensions, events._KEY, subscribers)
    return heard


@pytest.fixture
def quick_hashes(monkeypatch):
    """Hash quickly, where how strongly is not what a test is about; still stronger than the factory does."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
