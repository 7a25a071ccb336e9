"""More time and one more try, by somebody else than the candidate, with a reason; taken back by a row of its own."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from certification.exams import allowances, commands
from certification.exams.models import Allowance
from certification.exams.rules import TooEarly
from certification.exams.rules.allowances import Allowed, ChangesNothing, OwnAllowance, opens_on
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import hand_in, make_attempt, make_exam

MINUTE = timedelta(minutes=1)
CARACAS = ZoneInfo("America/Caracas")
LIST = "/vendor/certification/allowances"


# Rules


def test_a_day_begins_in_the_zone_of_whoever_chooses_it():
    assert opens_on(None, CARACAS, NOON) == NOON
    assert opens_on(NOON.date(), CARACAS, NOON) == NOON
    tomorrow = NOON.date() + DAY
    assert opens_on(tomorrow, CARACAS, NOON).astimezone(CARACAS).replace(tzinfo=None).isoformat() == (
        f"{tomorrow}T00:00:00"
    )


@pytest.mark.parametrize("day", [NOON.date() - DAY, NOON.date() + 366 * DAY, date.min, date.max])
def test_a_day_that_is_past_or_far_is_refused(day):
    with pytest.raises(InvalidInput):
        opens_on(day, CARACAS, NOON)


def test_what_is_not_said_stays_as_it_is():
    held = Allowed(25, NOON)
    assert held.with_more(None, None) == held
    assert held.with_more(0, None) == Allowed(0, NOON)
    assert held.with_more(None, NOON + DAY) == Allowed(25, NOON + DAY)


# Commands


class Failed:
    """Somebody who has failed, and somebody of the vendor's people."""

    def __init__(self, session):
        self.session = session
        self.exam, self.person = make_exam(session), make_person(session)
        hand_in(session, make_attempt(session, exam=self.exam, person=self.person), right=0)
        self.staff = make_staff(session, "certification")

    def allow(self, extra_percent=None, may_try_from=None, *, by=None, now=NOON + DAY):
        facts = {"extra_percent": extra_percent, "may_try_from": may_try_from, "reason": "A proof was seen."}
        by = (by or self.staff).id
        return commands.allow(self.session, self.person.id, self.exam.track.slug, **facts, by=by, now=now)

    def left(self):
        return allowances.left(self.session, self.person.id, self.exam.track_id)

    def begin(self, now=NOON + DAY):
        return make_attempt(self.session, exam=self.exam, person=self.person, now=now)


@pytest.fixture
def failed(session):
    return Failed(session)


def test_one_more_try_is_one_and_more_time_stays(failed):
    failed.allow(25, NOON + DAY)
    begun = failed.begin()
    assert begun.deadline_at == NOON + DAY + 38 * MINUTE
    assert failed.left() == Allowed(25)
    hand_in(failed.session, begun, right=0, now=NOON + DAY + MINUTE)
    with pytest.raises(TooEarly):
        failed.begin(now=NOON + 2 * DAY)


def test_more_time_leaves_a_try_that_is_not_used(failed):
    failed.allow(None, NOON + DAY)
    failed.allow(50)
    assert failed.left() == Allowed(50, NOON + DAY)


def test_a_deadline_that_runs_is_not_moved(failed):
    failed.allow(None, NOON + DAY)
    begun = failed.begin()
    before = begun.deadline_at
    failed.allow(100, now=NOON + DAY + MINUTE)
    assert failed.begin(now=NOON + DAY + 2 * MINUTE) is begun
    assert begun.deadline_at == before


def test_what_is_taken_back_holds_no_more_and_stays_on_record(failed):
    given = failed.allow(25, NOON + DAY)
    commands.take_back(failed.session, given.id, reason="Given by mistake", by=failed.staff.id, now=NOON + DAY)
    assert failed.left() == Allowed()
    with pytest.raises(TooEarly):
        failed.begin()
    assert [one.extra_percent for one in allowances.of_person(failed.session, failed.person.id)] == [0, 25]
    told = failed.session.scalars(sa.select(AuditEntry).filter_by(subject_kind="allowance")).all()
    assert [(one.action, one.by_person_id) for one in told] == [
        ("allow", failed.staff.id),
        ("take_back", failed.staff.id),
    ]
    with pytest.raises(ChangesNothing):
        commands.take_back(failed.session, given.id, reason="Again", by=failed.staff.id, now=NOON + DAY)


def test_what_holds_already_is_not_allowed_again(failed):
    failed.allow(25)
    with pytest.raises(ChangesNothing):
        failed.allow(25)


def test_nobody_decides_about_their_own(failed):
    with pytest.raises(OwnAllowance):
        failed.allow(25, by=failed.person)
    given = failed.allow(25)
    with pytest.raises(OwnAllowance):
        commands.take_back(failed.session, given.id, reason="No", by=failed.person.id, now=NOON)


def test_the_list_has_the_latest_of_each_and_nothing_that_was_taken_back(failed):
    failed.allow(25)
    latest = failed.allow(50)
    assert [one.allowance for one in allowances.standing(failed.session, offset=0, limit=9)] == [latest]
    commands.take_back(failed.session, latest.id, reason="No", by=failed.staff.id, now=NOON + DAY)
    assert allowances.standing(failed.session, offset=0, limit=9) == []


# Pages


@pytest.fixture
def desk(app, client):
    """A browser of the vendor's people, a day after somebody has failed; gives the facts to look at."""
    with transaction() as session:
        made = Failed(session)
        made.names = {"person": made.person.id, "track": made.exam.track.slug, "email": made.person.email}
        made.names["staff"] = made.staff.id
        made.browser, made.candidate = client, app.test_client()
        with time_machine.travel(NOON + DAY, tick=False):
            client.sign_in(made.staff)
            made.candidate.sign_in(made.person)
    with time_machine.travel(NOON + DAY, tick=False):
        yield made


def test_somebody_is_found_allowed_and_told(desk):
    assert LIST in desk.browser.get("/vendor/certification").text
    assert desk.browser.post(LIST, data={"email": "nobody@example.test"}).status_code == 422
    address = desk.browser.post(LIST, data={"email": desk.names["email"].upper()}).location
    exam = f"/exams/{desk.names['track']}"
    assert "You may try again from" in desk.candidate.get(exam).text
    data = {"track": desk.names["track"], "extra_percent": "25", "may_try": "yes", "reason": "A proof was seen."}
    assert desk.browser.post(address, data=data | {"reason": ""}).status_code == 422
    assert desk.browser.post(address, data=data | {"extra_percent": "", "may_try": ""}).status_code == 422
    assert desk.browser.post(address, data=data).status_code == 302
    page = desk.candidate.get(exam).text
    assert "You are allowed one more try" in page
    assert "more time" in page
    assert "A proof was seen." not in page
    assert "A proof was seen." in desk.browser.get(LIST).text


def test_it_is_taken_back_on_a_page_that_asks_why(desk):
    person = f"/vendor/certification/people/{desk.names['person']}"
    desk.browser.post(person, data={"track": desk.names["track"], "extra_percent": "25", "reason": "A proof."})
    end = f"{LIST}/{reading().scalars(sa.select(Allowance.id)).one()}/end"
    assert end in desk.browser.get(person).text
    assert desk.browser.post(end, data={"reason": ""}).status_code == 422
    assert desk.browser.post(end, data={"reason": "A mistake"}).location == person
    assert "Taken back" in desk.browser.get(person).text
    assert desk.browser.post(end, data={"reason": "Again"}).status_code == 409


def test_who_looks_at_themselves_finds_no_form(desk):
    own = f"/vendor/certification/people/{desk.names['staff']}"
    assert "Somebody else has to decide" in desk.browser.get(own).text
    data = {"track": desk.names["track"], "extra_percent": "25", "reason": "I read slowly."}
    assert desk.browser.post(own, data=data).status_code == 403
