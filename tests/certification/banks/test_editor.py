"""Writing questions: each kind by its fields, what was typed stays, and a new version only for something new."""

import re

import pytest
import sqlalchemy as sa
import time_machine

from certification.banks import queries
from certification.banks.formats import Entry
from certification.banks.kinds import Kind, TextFormat, say
from certification.banks.models import Question, QuestionVersion
from certification.banks.rules import Difficulty
from certification.banks.typed import entry_typed, rows_shown, typed_of
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from tests.factories import NOON
from tests.factories import questions as make
from tests.factories.accounts import make_staff
from tests.factories.question_banks import make_bank, make_entries
from tests.factories.tracks import make_track

BANK = "/vendor/certification/banks/hosting-1"
NEW = f"{BANK}/questions/new"
CHOICE = {
    "kind": "multichoice",
    "text": "Which port does HTTPS use?",
    "topic": "Networks",
    "difficulty": "easy",
    "answer-1": "443",
    "grade-1": "100",
    "answer-2": "80",
}
OTHERS = {
    Kind.TRUE_FALSE: {"answer-1": "no", "feedback-2": "Right"},
    Kind.SHORT_ANSWER: {"answer-1": "roll*back", "case": "yes"},
    Kind.NUMERICAL: {"answer-1": "3,14", "tolerance-1": "0.01"},
    Kind.MATCHING: {"answer-1": "Cat", "match-1": "purrs", "match-2": "barks"},
    Kind.ORDERING: {"answer-1": "first", "answer-3": "second"},
    Kind.ESSAY: {"answer-1": "Polite", "points-1": "3", "guidance": "Be fair"},
    Kind.DESCRIPTION: {},
}


@pytest.fixture
def staff(app, client):
    """A browser in which somebody is signed in who looks after certification, at noon."""
    with transaction() as session:
        person = make_staff(session, "certification", name="Cleo Certifies")
        make_track(session, slug="hosting-1", names={"en": "Hosting, level 1"})
    with time_machine.travel(NOON, tick=False):
        client.sign_in(person)
        yield client


def fill(*entries):
    with transaction() as session:
        return make_bank(session, track=queries.tracks.track_by_slug(session, "hosting-1"), entries=entries or None).id


def latest():
    """Give the latest version that was written."""
    reading().rollback()
    return reading().scalars(sa.select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()


def count():
    reading().rollback()
    return reading().scalar(sa.select(sa.func.count(QuestionVersion.id)))


@pytest.mark.parametrize("entry", make_entries(), ids=lambda entry: entry.name)
def test_a_question_is_typed_as_it_is_written(entry):
    typed = typed_of(entry, "en")
    values = {**typed, "kind": Kind(typed["kind"])}
    assert entry_typed(values, "en", {}) == entry


def test_a_text_of_another_format_keeps_it():
    stem = say("<b>So</b>", "en", TextFormat.HTML)
    entry = Entry(name="Q", content=make.Multichoice(stem=stem, choices=make.choices(1, 0)))
    typed = typed_of(entry, "en")
    assert typed["answer-1"] == "[moodle]Answer 1"
    assert entry_typed({**typed, "kind": Kind.MULTICHOICE}, "en", {}) == entry


def test_there_is_always_room_for_one_more_answer():
    assert rows_shown(Kind.MULTICHOICE, {}, 0) == 4
    assert rows_shown(Kind.MULTICHOICE, {"answer-4": "x"}, 0) == 5
    assert rows_shown(Kind.MULTICHOICE, {"answer-50": "x"}, 60) == 50
    assert rows_shown(Kind.TRUE_FALSE, {"answer-1": "yes"}, 3) == 0


def test_what_is_no_number_is_refused_in_words():
    with pytest.raises(InvalidInput) as refused:
        entry_typed({"kind": Kind.NUMERICAL, "text": "How many?", "answer-1": "many"}, "en", {})
    assert "many" in refused.value.fields["answer-1"][0]


@pytest.mark.parametrize("kind", OTHERS)
def test_each_kind_is_written(staff, kind):
    fields = {"kind": kind.value, "text": "What of it?", **OTHERS[kind]}
    assert staff.post(NEW, data={**fields, "step": "save"}).status_code == 302
    version = latest()
    assert (version.kind, version.number) == (kind, 1)
    assert version.content.check() == {}
    assert staff.get(f"/vendor/certification/questions/{version.question_id}").status_code == 200


def test_the_next_question_keeps_kind_topic_and_difficulty(staff):
    answer = staff.post(NEW, data={**CHOICE, "step": "next"}, follow_redirects=True)
    assert "Saved: Which port does HTTPS use?" in answer.text
    assert '<option value="multichoice"\n                  selected' in answer.text
    assert '<option value="easy"\n                  selected' in answer.text
    assert 'value="Networks"' in answer.text
    assert "443" not in answer.text
    version = latest()
    assert version.author.name == "Cleo Certifies"
    assert (version.question.topic, version.question.difficulty) == ("Networks", Difficulty.EASY)


def test_room_for_more_answers_and_a_preview_write_nothing(staff):
    more = staff.post(NEW, data={**CHOICE, "rows": "4", "step": "add"})
    assert 'name="answer-5"' in more.text
    page = staff.post(NEW, data={**CHOICE, "step": "preview"})
    assert re.search(r'id="stem-seen"[^>]*>Which port does HTTPS use\?', page.text)
    assert count() == 0


def test_a_preview_says_what_is_not_ready(staff):
    page = staff.post(NEW, data={"kind": "multichoice", "text": "Which?", "answer-1": "A", "step": "preview"})
    assert page.status_code == 200
    assert "This needs at least two answers to choose from." in page.text


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"answer-2": ""}, "answer-1"),
        ({"grade-1": "0"}, "answer-1"),
        ({"grade-1": "47"}, "answer-1"),
        ({"kind": "poem"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"step": "jump"}, "step"),
        ({"difficulty": "deadly"}, "difficulty"),
        ({"format": "docx"}, "format"),
        ({"language": "tlh"}, "language"),
        ({"answer-51": "x"}, "answer-51"),
        ({"name": "x" * 256}, "name"),
        ({"text": "NUL \x00"}, "text"),
        ({"is_admin": "yes"}, "is_admin"),
    ],
)
def test_with_a_mistake_everything_typed_is_kept(staff, changed, wrong):
    answer = staff.post(NEW, data={**CHOICE, **changed})
    assert answer.status_code == 422
    assert f'href="#field-{wrong}"' in answer.text
    assert 'value="443"' in answer.text
    assert count() == 0


def test_a_name_and_a_number_are_taken_once(staff):
    first = {**CHOICE, "name": "Ports", "idnumber": "7"}
    staff.post(NEW, data=first)
    answer = staff.post(NEW, data={**first, "text": "Something else entirely, as asked?"})
    assert answer.status_code == 422
    assert {'href="#field-name"', 'href="#field-idnumber"'} <= set(re.findall(r'href="#field-\w+"', answer.text))
    assert count() == 1


def test_a_change_is_a_new_version_and_the_same_again_is_none(staff):
    fill(Entry(name="Q", content=make.short(), topic="A"))
    question = reading().scalars(sa.select(Question)).one()
    address = f"/vendor/certification/questions/{question.id}"
    typed = {"kind": "shortanswer", "answer-1": "rollback", "name": "Q", "topic": "B", "seen": "1"}
    typed |= {"feedback-1": f"[moodle]{make.FEEDBACK}", "format": "moodle", "text": "Which word?"}
    assert staff.post(address, data=typed).status_code == 302
    assert (latest().number, latest().question.topic) == (1, "B")
    staff.post(address, data={**typed, "text": "Which word, then?"})
    assert (latest().number, latest().content.stem.text) == (2, "Which word, then?")


def test_who_has_not_seen_the_latest_version_is_told(staff):
    fill(Entry(name="Q", content=make.true_false()))
    address = f"/vendor/certification/questions/{reading().scalars(sa.select(Question.id)).one()}"
    data = {"kind": "truefalse", "text": "Mine", "answer-1": "yes", "name": "Q"}
    for seen in ("2", ""):
        answer = staff.post(address, data={**data, "seen": seen})
        assert answer.status_code == 422
        assert "Somebody has written version 1 meanwhile." in answer.text
        assert "Mine" in answer.text


def test_what_is_asked_already_is_told_but_not_the_question_itself(staff):
    fill(Entry(name="HTTPS", content=make.Essay(stem=say("Which port does HTTPS use?", "en"))))
    page = staff.post(NEW, data={"kind": "essay", "text": "Which port does HTTPS use by default?", "step": "preview"})
    assert "Asked already? HTTPS" in page.text
    other = staff.post(NEW, data={"kind": "essay", "text": "How do you renew a licence?", "step": "preview"})
    assert "Asked already?" not in other.text
    own = staff.get(f"/vendor/certification/questions/{reading().scalars(sa.select(Question.id)).one()}")
    assert "Asked already?" not in own.text
