"""Two at once about one application or one invitation: each race has a twin whose guard is off."""

import pytest

from marketplace.accounts.models import Person
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from providers.applications import commands, queries
from providers.applications.models import Application
from providers.applications.rules import ApplicationStatus
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from tests.factories.accounts import make_person, make_staff
from tests.factories.applications import make_applicant, make_application, make_invitation
from tests.factories.profiles import make_provider
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race


class Decisions:
    """Two of the vendor's people decide about one application: one approves, the other refuses."""

    table = "application"

    def __init__(self):
        with transaction() as session:
            self.made = make_application(session).id
            self.clerks = [make_staff(session).id for _number in range(2)]

    def one(self, session):
        commands.approve(session, self.made, by=self.clerks[0], now=utcnow())

    def two(self, session):
        commands.refuse(session, self.made, reason="Nobody answered.", by=self.clerks[1], now=utcnow())

    def broken(self):
        """Tell whether the business and its application disagree."""
        found = reading().get_one(Application, self.made)
        return found.provider.is_listed != (found.status is ApplicationStatus.APPROVED)


class Submissions:
    """The same application is sent from two windows."""

    table = "application"

    def __init__(self):
        with transaction() as session:
            provider = make_applicant(session)
            accepted = {"conduct_version": 1, "conduct_accepted_at": utcnow()}
            by = {"conduct_accepted_by": provider.members[0].person_id}
            made = make_application(session, provider=provider, status=ApplicationStatus.DRAFT, **accepted, **by)
            self.made, self.person_id = made.id, provider.members[0].person_id

    def one(self, session):
        commands.submit(session, profiles.membership(session, self.person_id), now=utcnow())

    two = one

    def broken(self):
        """Tell whether it was sent more than once."""
        return len([one for one in _deeds(self.made) if one == "submit"]) != 1


class Acceptances:
    """Two people have one letter, and both accept."""

    table = "invitation"

    def __init__(self):
        with transaction() as session:
            provider = make_provider(session)
            self.made, self.provider_id = make_invitation(session, provider, **_running()).id, provider.id
            self.people = [make_person(session).id for _number in range(2)]

    def one(self, session):
        commands.accept_invitation(session, self.made, session.get_one(Person, self.people[0]), now=utcnow())

    def two(self, session):
        commands.accept_invitation(session, self.made, session.get_one(Person, self.people[1]), now=utcnow())

    def broken(self):
        """Tell whether more than one has joined, or nobody."""
        return reading().query(Member).filter_by(provider_id=self.provider_id).count() != 2


def _running():
    now = utcnow()
    return {"made_at": now, "expires_at": now + queries.ONE_DAY}


def _deeds(application_id):

    entries = reading().query(AuditEntry).filter_by(subject_kind="application", subject_id=application_id)
    return [one.action for one in entries]


RACES = pytest.mark.parametrize("kind", [Decisions, Submissions, Acceptances])


@RACES
def test_of_two_at_once_one_is_first(app, together, kind):
    running = kind()
    assert len(done(together(running.one, running.two))) == 1
    assert not running.broken()


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, guards, kind):
    running = kind()
    reading().rollback()
    guards.locks_off(running.table, meets=False)
    guards.meet_at(running.table)
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert crashed(outcomes) or running.broken(), outcomes
