"""What real attempts say: which ones count, on the vendor's page, on a question's page and on the command line."""

import json
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from certification.banks import commands as banks
from certification.banks.formats import Entry
from certification.banks.models import Question
from certification.banks.rules import QuestionState
from certification.exams import commands, evidence, queries
from certification.exams.commands import NeededQuestion
from certification.exams.rules import AttemptState
from certification.exams.rules.judging import Oddity, oddities
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.site import cli
from marketplace.site.app import create_app
from marketplace.site.settings import read_settings
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.answered import MANY, answer_many, make_graded, questions_of
from tests.factories.exams import choice, hand_in, make_attempt, make_choices, make_exam


def make_asked(session, **overrides):
    """Make an exam of four questions out of five."""
    return make_exam(session, entries=make_choices(5), **overrides)


# Which attempts count


def test_the_first_graded_attempt_of_each_person_at_this_edition_counts(session):
    exam, other = make_asked(session), make_asked(session)
    marisol, ada = make_person(session), make_person(session)
    make_graded(session, exam, [0, 0, 1, 0], person=marisol, at=NOON - DAY, state=AttemptState.VOIDED, void_reason="x")
    make_graded(session, exam, [1, 1, 1, 1], person=marisol, at=NOON + DAY)
    make_graded(session, exam, [1, 0, 0.5, None, 1], person=marisol, at=NOON)  # Written down later, and earlier.
    make_graded(session, exam, [1, 1, 1, None, 0], person=ada, at=NOON)
    make_graded(session, other, [1, 1, 1, 1], person=ada, at=NOON)
    hand_in(session, make_attempt(session, exam=exam), right=4)
    make_attempt(session, exam=exam)  # In progress.
    counted = evidence.count(session, [exam.id])
    assert (counted.attempts, counted.passed) == (3, 2)
    ids = [one.question_id for one in questions_of(session, exam)]
    marks = {one.question_id: one.column.marks[:2].tolist() for one in counted.answers}
    assert [marks[one] for one in ids[:3]] == [[1, 1], [0, 1], [0.5, 1]]
    assert counted.totals.tolist() == [2.5, 3, 4]
    both = evidence.count(session, [exam.id, other.id])
    assert both.attempts == 4


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_nothing_and_one_attempt_say_nothing(session):
    exam = make_asked(session)
    assert evidence.report(session, exam.id, NOON).figures.exam.attempts == 0
    make_graded(session, exam, [1, 0, 1, 1])
    found = evidence.report(session, exam.id, NOON)
    assert (found.figures.exam.attempts, found.figures.exam.mean) == (1, None)
    assert {one.figures.facility for _question, one in found.questions} == {None}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_not_scored_counts_for_its_question_only(session):
    exam = make_asked(session)
    for place in range(MANY):
        make_graded(session, exam, [place % 2, int(place % 3 == 0), 1, 1, place % 2], trial={4})
    found = evidence.report(session, exam.id, NOON)
    evens = sum(1 for place in range(MANY) if place % 2)
    assert found.figures.exam.mean == pytest.approx((evens + len(range(0, MANY, 3)) + 2 * MANY) / MANY)
    last = dict(zip([one.question_id for one in questions_of(session, exam)], range(5), strict=True))
    on_trial = next(one for question, one in found.questions if last[question.id] == 4)
    assert on_trial.figures.discrimination_index > 50


def test_the_worst_questions_come_first_with_why(session):
    exam = make_asked(session)
    answer_many(session, exam, at=NOON - DAY)
    found = evidence.report(session, exam.id, NOON)
    said = [(question.name, oddities(one)) for question, one in found.questions]
    often = [Oddity.UNCHOSEN, Oddity.EXPOSED]  # Nobody has chosen the third answer of any question.
    assert said[:2] == [
        ("Basics 3", [Oddity.AGAINST, Oddity.DRAWN_TO_WRONG, Oddity.TOO_HARD, *often]),
        ("Basics 2", [Oddity.TOO_EASY, *often]),
    ]
    assert dict(said[2:]) == {"Basics 0": often, "Basics 1": often}
    assert [one.shown_lately for _question, one in found.questions] == [1] * 4
    assert [(one.name, one.questions, one.answers) for one in found.topics] == [("Basics", 4, 4 * MANY)]
    later = evidence.report(session, exam.id, NOON + 90 * DAY)
    assert {one.shown_lately for _question, one in later.questions} == {None}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_choices_are_counted_by_what_was_on_offer(session):
    exam, staff = make_asked(session), make_staff(session)
    answer_many(session, exam)
    question_id = questions_of(session, exam)[0].question_id
    text = Entry(name="Basics 0", content=choice("Basics, reworded?"), topic="Basics")
    banks.rewrite(session, question_id, text, seen=1, by=staff.id, now=NOON)
    make_graded(session, exam, [0, 0, 0, 0], chosen={0: "odd"})

    def choices():
        found = evidence.report(session, exam.id, NOON)
        return next(one.choices for question, one in found.questions if question.id == question_id)

    assert [(one.option.id, round(one.share * (MANY + 1))) for one in choices()][2] == ("odd", 1)
    fewer = replace(text, content=replace(text.content, choices=text.content.choices[:2]))
    banks.rewrite(session, question_id, fewer, seen=2, by=staff.id, now=NOON)
    make_graded(session, exam, [0, 0, 0, 0])
    assert choices() == []  # Too few have chosen among these.


def test_a_question_is_told_by_edition(session):
    exam = make_asked(session)
    answer_many(session, exam)
    question_id = questions_of(session, exam)[3].question_id
    make_graded(session, exam, [1, 1, 1, 1], state=AttemptState.VOIDED, void_reason="x")
    [found] = evidence.performances(session, question_id)
    whole = next(
        one for question, one in evidence.report(session, exam.id, NOON).questions if question.id == question_id
    )
    assert (found.exam, found.shown) == (exam, MANY + 1)
    assert found.figures.discrimination_index == pytest.approx(whole.figures.discrimination_index)
    assert (found.figures.facility, found.figures.answers) == (whole.figures.facility, MANY)
    assert list(evidence.performances(session, questions_of(session, exam)[4].question_id)) == []


# Taking a question out


def test_a_question_is_dropped_unless_an_exam_needs_it(session):
    exam, staff = make_asked(session), make_staff(session)
    one, other, *_rest = [version.question_id for version in questions_of(session, exam)]
    commands.drop_question(session, exam.id, one, by=staff.id, now=NOON)
    assert session.get(Question, one).state is QuestionState.RETIRED
    with pytest.raises(NeededQuestion):
        commands.drop_question(session, exam.id, other, by=staff.id, now=NOON)
    elsewhere = questions_of(session, make_exam(session))[0].question_id
    with pytest.raises(NotFound):
        commands.drop_question(session, exam.id, elsewhere, by=staff.id, now=NOON)


# Pages


@pytest.fixture
def staff(app, client):
    """A browser in which somebody is signed in who looks after certification, at noon."""
    with transaction() as session:
        person = make_staff(session, "certification")
    with time_machine.travel(NOON, tick=False):
        client.sign_in(person)
        yield client


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_leads_from_the_worst_question_to_its_end_and_back(staff):
    with transaction() as session:
        exam = make_asked(session)
        answer_many(session, exam, at=NOON - DAY)
        address, slug = f"/vendor/certification/exams/{exam.id}/statistics", exam.track.slug
        worst = questions_of(session, exam)[3].question_id
    assert address in staff.get("/vendor/certification/exams").text
    assert address in staff.get(address.removesuffix("/statistics")).text
    assert address in staff.get(f"/vendor/certification/banks/{slug}").text
    page = staff.get(address).text
    odd = page.partition("Questions to look at")[2]
    assert odd.index("Basics 3") < odd.index("Basics 2")
    assert "Works against the others" in odd
    assert "Nobody chooses “odd”." in odd
    assert "20 of 40" not in page
    assert "Satisfactory" not in page
    dropped = staff.post(f"/vendor/certification/exams/{exam.id}/questions/{worst}/drop")
    assert (dropped.status_code, dropped.location) == (303, address)
    page = staff.get(address).text
    retired = page.partition("Retired questions")[2]
    assert re.search(rf'action="/vendor/certification/questions/{worst}/move"', retired)
    assert "It can't be retired now" in page
    again = staff.post(f"/vendor/certification/exams/{exam.id}/questions/{worst - 1}/drop")
    assert again.status_code == 409
    shown = staff.get(f"/vendor/certification/questions/{worst}").text
    assert address in shown.partition("How it does in exams")[2]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_says_how_many_attempts_it_takes(staff):
    with transaction() as session:
        exam = make_asked(session)
        address = f"/vendor/certification/exams/{exam.id}/statistics"
        question_id = questions_of(session, exam)[0].question_id
    assert "No attempt counts yet" in staff.get(address).text
    assert "Nobody was asked this yet" in staff.get(f"/vendor/certification/questions/{question_id}").text
    with transaction() as session:
        make_graded(session, queries.exam(session, exam.id), [1, 0, 1, 1])
    page = staff.get(address).text
    assert "1 attempt counts so far. Figures are told from 30 on." in page
    assert "Too few answers" in page
    assert "Mean score" not in page


# The command


@pytest.fixture
def handrail(tmp_path, monkeypatch):
    """Give a function that runs the command on a site with an exam that was tried."""
    keys = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:9", "DATA": str(tmp_path / "data")}
    for name, value in keys.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)

    def run(*arguments):
        return CliRunner().invoke(cli.main, ["exam", "statistics", *arguments])

    assert CliRunner().invoke(cli.main, ["upgrade"]).exit_code == 0
    with create_app(read_settings()).app_context():
        with transaction() as session:
            exam = make_asked(session)
            answer_many(session, exam)
            make_graded(session, exam, [None, 1, 1, 1, 0])
            draft = commands.make_draft(session, exam.track.slug, is_fresh=False, by=make_staff(session).id, now=NOON)
            run.slug, run.draft = exam.track.slug, draft.edition
            make_exam(session, publish=False)
            run.unpublished = session.scalars(sa.text("select slug from track order by id desc limit 1")).one()
        yield run
        reading().rollback()
        db.session.remove()
        db.engine.dispose()


def test_the_command_tells_of_the_attempts_at_an_exam(handrail):
    told = json.loads(handrail(handrail.slug, "--json").output)
    assert (told["test"]["attempts"], told["test"]["alpha"]) == (MANY + 1, None)
    items = {one["name"]: one for one in told["items"]}
    assert items["Basics 3"]["discrimination_index"] < 0
    assert items["Basics 3"]["is_against_the_others"]
    assert (items["Basics 4"]["answers"], items["Basics 4"]["facility"]) == (1, None)
    assert set(told["test"]) >= {"mean", "median", "sd", "skewness", "kurtosis", "error_ratio", "standard_error"}
    shown = handrail(handrail.slug).output
    assert "works against the others" in shown
    empty = json.loads(handrail(handrail.slug, "--edition", str(handrail.draft), "--json").output)
    assert (empty["items"], empty["test"]["attempts"]) == ([], 0)


def test_the_command_says_what_it_does_not_find(handrail, tmp_path):
    slug = handrail.slug
    assert handrail("none").output.startswith("Error: there is no track none; those that there are: ")
    assert handrail(slug, "--edition", "9").output == f"Error: {slug} has no edition 9; its editions: 1, 2\n"
    told = handrail(handrail.unpublished).output
    assert "has no published exam; name one by --edition; its editions: 1" in told
    file = tmp_path / "marks.csv"
    file.write_text("A:1\n1\n")
    for wrong in [[], [slug, "--csv", str(file)], ["--csv", str(file), "--edition", "1"]]:
        assert handrail(*wrong).exit_code == 2
