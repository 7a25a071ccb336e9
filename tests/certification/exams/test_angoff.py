"""A pass mark by judges: the cut, how far judges are apart, and when it may be taken."""

from fractions import Fraction
from math import isclose, sqrt

import pytest
from sqlalchemy import select

from certification.exams import commands
from certification.exams import queries_of_angoff as queries
from certification.exams.rules.angoff import (
    LEAST_JUDGES,
    NoCutYet,
    OtherCut,
    Pool,
    about,
    cut,
    cut_of,
    has_judged,
    questions_of,
)
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.exams import make_choices, make_exam
from tests.factories.judging import make_estimates

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Pages do not ask the database's kind.
FORM = [Pool((1,), 1), Pool((2,), 1)]  # A fixed one: each question is asked of everybody.


# Rules


def test_of_a_fixed_form_the_cut_is_the_sum_of_the_means_over_the_judges():
    told = {7: {1: 80, 2: 40}, 8: {1: 60, 2: 60}}
    found = cut(FORM, told)
    assert found.mean == Fraction(70 + 50, 200)
    assert (found.judges, found.sd, found.pass_percent) == (2, 0, 60)


def test_of_a_pool_its_mean_counts_for_each_question_that_is_asked():
    pools = [Pool((1, 2, 3), 2), Pool((4,), 1)]
    assert cut_of(pools, {1: 30, 2: 60, 3: 90, 4: 90}) == Fraction(2 * 60 + 90, 300)


def test_judges_who_are_apart_have_a_spread_and_an_error():
    found = cut(FORM, {1: {1: 50, 2: 50}, 2: {1: 70, 2: 70}, 3: {1: 90, 2: 90}})
    assert isclose(found.sd, 0.2)
    assert isclose(found.error, 0.2 / sqrt(3))


def test_one_judge_has_no_spread_and_few_are_too_few():
    alone = cut(FORM, {1: {1: 50, 2: 50}})
    assert (alone.sd, alone.error, alone.are_too_few) == (None, None, True)
    assert not cut(FORM, {judge: {1: 50, 2: 50} for judge in range(LEAST_JUDGES)}).are_too_few


def test_who_has_not_estimated_all_does_not_count_for_the_cut_but_for_the_questions():
    told = {1: {1: 80, 2: 40}, 2: {1: 20}}
    assert not has_judged(FORM, told[2])
    assert cut(FORM, told).judges == 1
    assert about(1, told).mean == Fraction(1, 2)
    assert (about(3, told), cut(FORM, {}), has_judged([], {})) == (None, None, False)


@pytest.mark.parametrize(("percents", "taken"), [((70, 70), 70), ((70, 71), 71), ((0, 0), 1), ((100, 100), 100)])
def test_a_pass_mark_is_whole_and_rounded_up(percents, taken):
    assert cut(FORM, {1: dict(enumerate(percents, start=1))}).pass_percent == taken


# Commands


@pytest.fixture
def draft(session):
    return make_exam(session, publish=False)


def test_the_cut_becomes_the_pass_mark_and_the_estimates_stay(session, draft):
    for percent in (60, 65):
        judge = make_estimates(session, draft, percent)
    assert commands.take_cut(session, draft.id, seen=63, by=judge.id, now=NOON) == 63
    assert draft.pass_percent == 63
    kept = session.scalars(select(AuditEntry.facts).filter_by(subject_kind="exam", action="take_cut")).one()
    assert kept == {"percent": 63, "before": 75, "judges": 2, "cut": "5/8"}
    assert len(queries.estimates(session, draft.id)) == 2


def test_an_estimate_is_changed_and_taken_back(session, draft):
    judge = make_estimates(session, draft, 60)
    first, second, *_others = questions_of(queries.pools(session, draft))
    commands.estimate(session, draft.id, {first: 90, second: None}, judge_id=judge.id, now=NOON)
    told = queries.estimates(session, draft.id)[judge.id]
    assert (told[first], second in told) == (90, False)
    with pytest.raises(NoCutYet):
        commands.take_cut(session, draft.id, seen=60, by=judge.id, now=NOON)


def test_what_was_not_seen_is_not_taken(session, draft):
    judge = make_estimates(session, draft, 60)
    with pytest.raises(OtherCut):
        commands.take_cut(session, draft.id, seen=61, by=judge.id, now=NOON)


def test_after_publishing_nothing_changes(session, draft):
    judge = make_estimates(session, draft, 60)
    first = questions_of(queries.pools(session, draft))[0]
    commands.publish(session, draft.id, by=judge.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.estimate(session, draft.id, {first: 90}, judge_id=judge.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.take_cut(session, draft.id, seen=60, by=judge.id, now=NOON)


def test_only_its_own_questions_are_estimated(session, draft):
    with pytest.raises(NotFound):
        commands.estimate(session, draft.id, {0: 50}, judge_id=make_staff(session).id, now=NOON)


# Pages


class Bench:
    """A judge, and a draft with twelve questions, which are two pages."""

    def __init__(self, client):
        with transaction() as session:
            exam = make_exam(session, publish=False, entries=make_choices(12))
            self.id, self.questions = exam.id, questions_of(queries.pools(session, exam))
            self.judge = make_staff(session, StaffRole.CERTIFICATION, name="Judy Judge")
            client.sign_in(self.judge)
        self.client = client
        self.exam = f"/vendor/certification/exams/{self.id}"
        self.address = f"{self.exam}/angoff"

    def save(self, page, percent):
        """Save the questions of a page, all with the same estimate."""
        shown = self.questions[10 * (page - 1) : 10 * page]
        return self.client.post(f"{self.address}?page={page}", data={f"percent-{one}": percent for one in shown})


@pytest.fixture
def bench(app, client):
    return Bench(client)


@on_sqlite
def test_a_judge_goes_from_page_to_page_and_sees_the_others_at_the_end(bench):
    assert f'href="{bench.address}"' in bench.client.get(bench.exam).text
    page = bench.client.get(bench.address).text
    assert "There is no cut yet" in page
    assert "0 of 12" in page
    answer = bench.save(1, "80")
    assert answer.location == f"{bench.address}?page=2"
    page = bench.client.get(bench.address).text
    assert "10 of 12" in page
    assert 'value="80"' in page
    assert "What all judges say" not in page
    page = bench.client.get(bench.save(2, "60").location).text
    assert "What all judges say" in page
    assert "These are too few judges" in page
    assert "Take 77% as the pass mark" in page  # 76.7
    answer = bench.client.post(f"{bench.address}/cut", data={"seen": "77"}, follow_redirects=True)
    assert "The pass mark of this draft is 77% now." in answer.text
    assert "as the pass mark" not in bench.client.get(bench.address).text


@on_sqlite
def test_what_is_no_percentage_is_named_and_stays(bench):
    for wrong in ("101", "-1", "most", "7.5"):
        answer = bench.save(1, wrong)
        assert answer.status_code == 422
        assert f'href="#field-percent-{bench.questions[0]}"' in answer.text
        assert f'value="{wrong}"' in answer.text
    reading().rollback()
    assert queries.estimates(reading(), bench.id) == {}


@on_sqlite
def test_what_was_published_is_only_looked_at(bench):
    assert bench.client.post(f"{bench.address}/cut", data={"seen": "77"}).status_code == 409
    assert bench.client.post(f"{bench.address}/cut", data={}).status_code == 422
    for page in (1, 2):
        bench.save(page, "50")
    bench.client.post(f"{bench.exam}/publish")
    page = bench.client.get(bench.address).text
    assert "was published" in page
    assert 'name="percent-' not in page
    assert bench.save(1, "90").status_code == 409
    assert f'href="{bench.address}"' in bench.client.get(bench.exam).text
    for number in ("0", "x", "99999", "²"):
        assert bench.client.get(bench.address, query_string={"page": number}).status_code == 200
