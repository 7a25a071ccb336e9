"""A promise is kept or missed, and counted once. The race has a twin whose guard is off."""

import pytest

from marketplace.conversation import commands
from marketplace.conversation.rules import Side
from marketplace.kernel.database import reading, transaction
from providers.profiles.models import Provider
from tests.factories import HOUR, MINUTE, NOON
from tests.factories.conversation import make_promise
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request
from tests.plugins.racing import crashed, in_transaction, on_postgresql, race

pytestmark = pytest.mark.usefixtures("announced")


class Deadline:
    """The moment at which news were promised, as two sides see it."""

    def __init__(self):
        with transaction() as session:
            provider = make_provider(session)
            job = make_request(session, provider=provider)
            make_promise(session, support_request=job)
            self.provider_id, self.request_id = provider.id, job.id

    def answers(self, session):
        """The partner writes in the last minute."""
        member = session.get_one(Provider, self.provider_id).members[0]
        who = {"author_id": member.person_id, "member_id": member.id, "side": Side.PROVIDER}
        commands.write(session, self.request_id, **who, body="Found it.", now=NOON + HOUR - MINUTE)

    def runs_out(self, session):
        """The worker sees that time is up."""
        commands.miss_overdue(session, self.request_id, now=NOON + HOUR)

    @property
    def counted(self):
        """How many promises have come to their end."""
        reading().rollback()
        return reading().get_one(Provider, self.provider_id).promises_due


@pytest.fixture
def deadline(app):
    return Deadline()


def test_a_promise_is_counted_once(deadline, together):
    together(deadline.answers, deadline.runs_out)
    assert deadline.counted == 1


@on_postgresql
def test_without_a_lock_it_would_be_kept_and_missed_but_for_the_table(app, deadline, guards):
    guards.locks_off("support_request")
    guards.meet_at("promise")
    outcomes = race(app, in_transaction(deadline.answers), in_transaction(deadline.runs_out))
    assert len(crashed(outcomes)) == 1
