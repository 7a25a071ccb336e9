"""A new release takes no certificate away; after its grace, new work goes to those who are certified for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands, issuing, queries
from certification.credentials.rules import CredentialState, Present, counts_for_new_work, grace_ends, is_certified_for
from certification.exams.events import ExamPassed
from certification.tracks import commands as tracks
from certification.tracks.commands import CertifiesAlready
from marketplace.kernel import mail
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_product, make_release
from tests.factories.credentials import make_credential
from tests.factories.exams import make_exam
from tests.factories.tracks import make_track

SECOND = timedelta(seconds=1)
OLD, NEW = date(2025, 6, 1), date(2026, 3, 1)
CAME_OUT = datetime(2026, 3, 1, tzinfo=UTC)
LATE = CAME_OUT + 40 * DAY


@pytest.mark.parametrize(
    ("since", "end"),
    [
        (CAME_OUT - 10 * DAY, CAME_OUT + 90 * DAY),  # The exam was there before the release.
        (CAME_OUT, CAME_OUT + 90 * DAY),
        (LATE, LATE + 90 * DAY),  # Nobody has less time than there is an exam.
    ],
)
def test_the_grace_lasts_90_days_from_when_one_can_be_certified_for_the_release(since, end):
    assert grace_ends(Present(NEW, since)) == end


@pytest.mark.parametrize(
    ("certified_for", "present", "now", "counts"),
    [
        (OLD, Present(NEW, CAME_OUT), CAME_OUT + 90 * DAY - SECOND, True),
        (OLD, Present(NEW, CAME_OUT), CAME_OUT + 90 * DAY, False),
        (None, Present(NEW, CAME_OUT), CAME_OUT + 90 * DAY - SECOND, True),
        (None, Present(NEW, CAME_OUT), CAME_OUT + 90 * DAY, False),
        (NEW, Present(NEW, CAME_OUT), CAME_OUT + 900 * DAY, True),
        (NEW, Present(OLD, CAME_OUT), CAME_OUT + 900 * DAY, True),  # The track went back to an older release.
        (OLD, None, CAME_OUT + 900 * DAY, True),
        (None, None, CAME_OUT + 900 * DAY, True),
    ],
)
def test_a_certificate_for_an_older_release_brings_work_until_the_grace_ends(certified_for, present, now, counts):
    assert counts_for_new_work(certified_for, present, now) is counts


@pytest.fixture
def releases(session):
    """Two releases of one product."""
    product = make_product(session, name="Lumentree")
    days = (("4.2", OLD), ("5.0", NEW))
    return [make_release(session, product=product, version=version, released_on=day) for version, day in days]


@pytest.fixture
def track(session, releases):
    """A track that certifies for the older one."""
    old, _new = releases
    facts = {"release_id": old.id, "certifies_since": NOON - 300 * DAY, "names": {"en": "Upgrades"}}
    return make_track(session, product=old.product, **facts)


def award(session, track, person, now=NOON - 200 * DAY, **facts):
    year = timedelta(days=3650)
    return commands.award(session, person_id=person.id, track_id=track.id, valid_for=year, now=now, **facts)


def move_on(session, track, release, now=NOON):
    tracks.certify_for(session, track.id, release_id=release.id, by=None, now=now)


@pytest.mark.parametrize(
    ("certified_for", "present", "old", "new"),
    [
        (OLD, None, True, False),
        (NEW, None, True, True),
        (OLD, Present(NEW, CAME_OUT), True, False),  # In its grace it brings work, but says what it says.
        (NEW, Present(OLD, CAME_OUT), True, True),
        (None, None, True, True),
        (None, Present(NEW, CAME_OUT), True, False),
        (None, Present(OLD, CAME_OUT), False, False),
    ],
)
def test_a_certificate_is_for_its_release_and_for_those_before(certified_for, present, old, new):
    assert [is_certified_for(one, certified_for, present) for one in (OLD, NEW)] == [old, new]


def test_a_certificate_is_for_releases_of_its_product_only(session, track, releases):
    old, new = releases
    held = make_credential(session, track=track, release_id=old.id)
    other = make_release(session, product=make_product(session), released_on=OLD)
    assert [held.is_for(one) for one in (old, new, other)] == [True, False, False]


def test_a_pass_certifies_for_the_release_that_the_track_is_about_unless_it_is_named(session, track, releases):
    old, new = releases
    person = make_person(session)
    assert award(session, track, person).release is old
    assert award(session, track, person, release_id=new.id).release is new
    move_on(session, track, new)
    assert award(session, track, make_person(session), NOON).release is new
    assert award(session, make_track(session), person).release is None


def test_a_new_release_revokes_nothing_and_ends_new_work_after_its_grace(session, track, releases):
    _old, new = releases
    holder, renewer = make_person(session), make_person(session)
    credential, _first = award(session, track, holder), award(session, track, renewer)
    move_on(session, track, new)
    again = award(session, track, renewer, NOON + DAY)
    end = NOON + 90 * DAY

    def certified(now):
        return queries.credentials_for_new_work(session, [holder.id, renewer.id], now)

    assert certified(end - SECOND).keys() == {holder.id, renewer.id}
    assert certified(end) == {renewer.id: [again]}
    assert credential.state(end + 900 * DAY) is CredentialState.VALID
    assert holder.id in queries.valid_credentials(session, [holder.id], end + 900 * DAY)


def test_the_holder_hears_when_a_grace_begins_and_whoever_is_certified_for_it_does_not(session, track, releases):
    old, new = releases
    holder, ahead = make_person(session, language="en"), make_person(session)
    award(session, track, holder)
    award(session, track, ahead)
    award(session, track, ahead, NOON - DAY, release_id=new.id)
    make_credential(session, track=track, release_id=old.id, valid_until=NOON)
    make_credential(session, track=track, release_id=old.id, revoked_at=NOON, revoked_reason="Copied.")
    move_on(session, track, new)
    [letter] = session.scalars(select(OutboxMessage).filter_by(kind=mail.KIND))
    assert letter.payload["to"] == holder.email
    assert letter.payload["subject"] == "Upgrades: the exam is about Lumentree 5.0 now"
    said = " ".join(letter.payload["paragraphs"]).replace("\u202f", " ")
    assert "brings new work until Monday, June 8, 2026, 2:00 PM (Madrid time)" in said


def test_a_track_certifies_for_a_release_of_its_product(session, track, releases):
    _old, new = releases
    with pytest.raises(NotFound):
        move_on(session, track, make_release(session))
    with pytest.raises(NotFound):
        tracks.certify_for(session, 404, release_id=new.id, by=make_staff(session).id, now=NOON)
    move_on(session, track, new)
    assert (track.release, track.certifies_since) == (new, NOON)
    with pytest.raises(CertifiesAlready):
        move_on(session, track, new, NOON + DAY)


def test_an_exam_about_a_newer_release_moves_its_track_on_and_certifies_for_it(session, track, releases):
    old, new = releases
    exam = make_exam(session, track=track, release_id=new.id)
    assert (track.release, track.certifies_since) == (new, exam.published_at)
    for about in (old.id, None):
        make_exam(session, track=track, edition=track.id + (about or 0) + 1, release_id=about)
        assert track.release is new
    holder = make_person(session)
    commands.exam_passed(session, ExamPassed(1, holder.id, track.id, old.id, DAY, NOON))
    [credential] = queries.all_credentials(session, [holder.id])[holder.id]
    assert credential.release is old  # Begun before the track moved on.


def test_the_table_keeps_since_when_with_the_release(session, releases):
    with pytest.raises(IntegrityError):
        make_track(session, release_id=releases[0].id)
    session.rollback()


def test_the_release_is_signed_and_told(client, track, releases, session):
    _old, new = releases
    credential = award(session, track, make_person(session))
    assert issuing.document(credential)["credentialSubject"]["achievement"]["version"] == "4.2"
    without = issuing.document(award(session, make_track(session), make_person(session)))
    assert "version" not in without["credentialSubject"]["achievement"]
    move_on(session, track, new)
    assert issuing.document(credential)["credentialSubject"]["achievement"]["version"] == "4.2"
    assert issuing.achievement(track)["version"] == "5.0"


@pytest.mark.parametrize(
    ("days", "said"),
    [(89, "and brings new work until"), (90, "but new work goes to those certified for Lumentree 5.0")],
)
def test_the_holder_reads_what_it_still_brings_and_nobody_else(client, days, said):
    with transaction() as session:
        product = make_product(session, name="Lumentree")
        old = make_release(session, product=product, version="4.2", released_on=OLD)
        new = make_release(session, product=product, version="5.0", released_on=NEW)
        track = make_track(session, product=product, release_id=old.id, certifies_since=NOON - 300 * DAY)
        person = make_person(session)
        reference = award(session, track, person).reference
        move_on(session, track, new)
    with time_machine.travel(NOON + days * DAY, tick=False):
        page = client.get(f"/credentials/{reference}").text
        assert "Lumentree 4.2" in page
        assert "Lumentree 5.0" not in page
        client.sign_in(person)
        page = client.get(f"/credentials/{reference}").text
        assert said in page
        told = client.get(f"/api/v1/credentials/{reference}").json
        assert (told["release"], told["state"]) == ("4.2", "valid")
