"""Two at once about one account. Each race has a twin whose guard is off."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts import commands, links, queries
from marketplace.accounts.models import Person
from marketplace.accounts.rules import MAX_TOKENS, RESET_WITHIN, LinkOver
from marketplace.kernel.database import reading, transaction
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race

pytestmark = pytest.mark.usefixtures("announced", "quick_hashes")


@pytest.fixture
def person_id(app):
    """Somebody who has an account."""
    with transaction() as session:
        make_rates(session)
        return make_person(session).id


def sign_up(session):
    """Sign up with an address that is new."""
    return commands.sign_up(
        session,
        email="ana@example.test",
        name="Ana",
        password="a good long phrase",
        language="en",
        zone="Europe/Madrid",
        currency="EUR",
        now=NOON,
    ).id


def test_two_who_sign_up_with_one_address_become_one_person(person_id, together):
    first, second = together(sign_up, sign_up)
    assert first == second
    assert reading().scalar(select(func.count()).select_from(Person)) == 2


@on_postgresql
def test_without_the_decision_of_the_key_the_second_would_crash(app, person_id, guards):
    guards.meet_at("person")
    guards.key_decides_nothing(commands)
    assert len(crashed(race(app, *[in_transaction(sign_up)] * 2))) == 1


@pytest.fixture
def issue(person_id):
    """Making a token, as a function of a session; there may be one more."""
    with transaction() as session:
        for number in range(MAX_TOKENS - 1):
            commands.issue_token(session, person_id, name=f"Program {number}", now=NOON)
    return lambda session: commands.issue_token(session, person_id, name="One more", now=NOON)


def test_nobody_gets_more_tokens_by_asking_twice(issue, person_id, together):
    assert len(done(together(issue, issue))) == 1
    assert len(queries.tokens(reading(), person_id)) == MAX_TOKENS


@on_postgresql
def test_without_a_lock_there_would_be_one_too_many(app, issue, person_id, guards):
    guards.locks_off("person")
    race(app, in_transaction(issue), in_transaction(issue))
    assert len(queries.tokens(reading(), person_id)) == MAX_TOKENS + 1


@pytest.fixture
def resets(person_id):
    """Choosing a password by one and the same link: who has the letter, and who has stolen it."""
    token = links.make(links.Purpose.RESET, queries.person(reading(), person_id), until=NOON + RESET_WITHIN)

    def reset(password):
        return lambda session: commands.reset_password(session, token, password=password, now=NOON).id

    return [reset("a good long phrase"), reset("another good long phrase")]


def test_a_link_works_once(resets, together):
    outcomes = together(*resets)
    assert len(done(outcomes)) == 1
    assert any(isinstance(one, LinkOver) for one in outcomes)


@on_postgresql
def test_without_a_lock_a_link_would_work_twice(app, resets, guards):
    guards.locks_off("person")
    assert len(done(race(app, *map(in_transaction, resets)))) == 2
