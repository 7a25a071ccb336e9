"""Many at once: each credential has a place of its own, each is renewed once, and one key is in use."""

from datetime import timedelta

from sqlalchemy import func, select

from certification.credentials import commands, issuing, queries
from certification.credentials.models import Credential, SigningKey
from marketplace.kernel.database import reading, transaction
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.credentials import make_signing_key
from tests.factories.tracks import make_track
from tests.plugins.racing import broken_checks, done, in_transaction, race

CROWD = 20
YEAR = timedelta(days=365)


def rows():
    """List all credentials, the first first."""
    reading().rollback()
    return list(reading().scalars(select(Credential).order_by(Credential.id)))


def test_twenty_that_pass_at_once_get_places_of_their_own(app, monkeypatch):
    monkeypatch.setattr("certification.credentials.commands.giving.LIST_ENTRIES", CROWD + 5)  # So they meet.
    with transaction() as session:
        track_id, people = make_track(session).id, [make_person(session).id for _number in range(CROWD)]
        make_signing_key(session)

    def award(person_id):
        facts = {"person_id": person_id, "track_id": track_id, "valid_for": YEAR, "now": NOON}
        return in_transaction(lambda session: commands.award(session, **facts).id)

    outcomes = race(app, *(award(one) for one in people))
    assert len(done(outcomes)) == CROWD, outcomes
    assert len({(one.status_list, one.status_index) for one in rows()}) == CROWD
    assert len({one.reference for one in rows()}) == CROWD
    assert not broken_checks()


def test_of_twenty_renewals_at_once_one_takes_the_place_of_the_last(app):
    with transaction() as session:
        person_id, track_id = make_person(session).id, make_track(session).id
        facts = {"person_id": person_id, "track_id": track_id, "valid_for": YEAR}
        first_id = commands.award(session, **facts, now=NOON).id

    def renew():
        return in_transaction(lambda session: commands.award(session, **facts, now=NOON + DAY).id)

    outcomes = race(app, *(renew() for _number in range(CROWD)))
    assert len(done(outcomes)) == CROWD, outcomes
    assert [one.supersedes_id for one in rows()].count(first_id) == 1
    replaced = [one.supersedes_id for one in rows() if one.supersedes_id is not None]
    assert len(set(replaced)) == len(replaced)


def keys_in_use():
    reading().rollback()
    return reading().scalar(select(func.count()).select_from(SigningKey).filter_by(retired_at=None))


def test_many_that_need_the_first_key_make_one(app):
    outcomes = race(app, *[in_transaction(lambda session: make_signing_key(session).kid)] * 4)
    assert len(done(outcomes)) == 4, outcomes
    assert len(set(done(outcomes))) == 1
    assert keys_in_use() == 1


def rotations(app):
    """Let two rotate at once."""
    with transaction() as session:
        make_signing_key(session)

    def rotate(session):
        return commands.rotate_key(session, secret=issuing.secret(), now=NOON + DAY).kid

    return race(app, in_transaction(rotate), in_transaction(rotate))


def test_of_two_rotations_at_once_both_leave_one_key(app):
    outcomes = rotations(app)
    assert len(done(outcomes)) == 2, outcomes
    assert keys_in_use() == 1
    assert queries.key_in_use(reading()).kid in done(outcomes)
