"""The vendor's pages of banks: what is in them, what can be done with it, and files of it."""

import re
from base64 import b64encode

import pytest
import sqlalchemy as sa
import time_machine

from certification.banks import queries
from certification.banks.formats import Entry, FileFormat, read
from certification.banks.kinds import Description, TextFormat, say
from certification.banks.models import Question
from certification.banks.rules import QuestionState
from marketplace.kernel.database import reading, transaction
from tests.factories import NOON
from tests.factories import questions as make
from tests.factories.accounts import make_staff
from tests.factories.question_banks import make_bank, make_entries
from tests.factories.tracks import make_track
from tests.factories.world import PNG

BANK = "/vendor/certification/banks/hosting-1"


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
    """Put questions into the bank."""
    with transaction() as session:
        return make_bank(session, track=queries.tracks.track_by_slug(session, "hosting-1"), entries=entries or None).id


def states():
    reading().rollback()
    return dict(reading().execute(sa.select(Question.name, Question.state)).all())


def id_of(name):
    reading().rollback()
    return reading().scalars(sa.select(Question.id).filter_by(name=name)).one()


def test_a_track_without_questions_says_so(staff):
    assert "Hosting, level 1" in staff.get("/vendor/certification").text
    assert "No questions yet" in staff.get(BANK).text
    assert staff.get(f"{BANK}/export/gift").data == b""


def test_questions_stand_by_topic_and_are_found(staff):
    fill(*make_entries(), Entry(name="Café", content=make.short(), topic="Food/Drinks", idnumber="17"))
    page = staff.get(BANK).text
    assert page.index("Basics") < page.index("Food › Drinks") < page.index("Café")
    for found in ("?kind=shortanswer&topic=Food/Drinks", "?q=af%C3%A9", "?q=17", "?state=draft"):
        assert "Café" in staff.get(BANK + found).text
    for missed in ("?kind=essay", "?topic=Basics", "?q=%25", "?state=live"):
        assert "Café</bdi>" not in staff.get(BANK + missed).text
    answer = staff.get(f"{BANK}?state=lively")
    assert answer.status_code == 422
    assert "Café" in answer.text


def test_several_questions_are_moved_at_once_and_the_others_are_told(staff):
    fill()
    chosen = [id_of("Q0"), id_of("Q1")]
    staff.post(f"/vendor/certification/questions/{chosen[0]}/move", data={"action": "put_live"})
    answer = staff.post(f"{BANK}/move", data={"questions": chosen, "action": "put_live"}, follow_redirects=True)
    assert "1 question is live. 1 stays as it is: its state does not allow this." in answer.text
    assert [states()[name] for name in ("Q0", "Q1", "Q2")] == [QuestionState.LIVE] * 2 + [QuestionState.DRAFT]


def test_whoever_chooses_nothing_is_told(staff):
    fill()
    answer = staff.post(f"{BANK}/move", data={"action": "retire"})
    assert answer.status_code == 422
    assert 'href="#field-questions"' in answer.text
    assert 'id="field-questions"' in answer.text


def test_a_question_of_another_bank_is_not_there(staff):
    fill()
    with transaction() as session:
        make_bank(session, entries=[Entry(name="Elsewhere", content=make.short())])
    data = {"questions": [id_of("Q0"), id_of("Elsewhere")], "action": "retire"}
    assert staff.post(f"{BANK}/move", data=data).status_code == 404
    assert set(states().values()) == {QuestionState.DRAFT}


def test_buttons_ask_the_table_of_moves(staff):
    fill(Entry(name="Q", content=make.short()))
    address = f"/vendor/certification/questions/{id_of('Q')}"
    for action, offered in (("retire", {"bring_back"}), ("bring_back", {"try", "put_live", "retire"})):
        staff.post(f"{address}/move", data={"action": action})
        found = set(re.findall(r'name="action" value="(\w+)"', staff.get(address).text))
        assert found == offered
    assert staff.post(f"{address}/move", data={"action": "bring_back"}).status_code == 409


def test_versions_say_what_changed_and_who_wrote_them(staff):
    fill(Entry(name="Q", content=make.true_false()))
    fill(Entry(name="Q", content=make.true_false(is_true=False)))
    address = f"/vendor/certification/questions/{id_of('Q')}"
    page = staff.get(address).text
    assert page.index("Version 2") < page.index("Answers") < page.index("Version 1")
    assert "A command on the server" in page
    assert "Water is wet." in staff.get(f"{address}/versions/1").text
    assert staff.get(f"{address}/versions/3").status_code == 404


def test_an_image_is_given_as_what_its_bytes_are(staff):
    stem = say('<img src="@@PLUGINFILE@@/a%20b.png" alt="A window">', "en", TextFormat.HTML)
    fill(Entry(name="Q", content=Description(stem=stem, images={"a b.png": b64encode(PNG).decode()})))
    address = f"/vendor/certification/questions/{id_of('Q')}"
    [image] = re.findall(r'<img src="([^"]+)"', staff.get(address).text)
    answer = staff.get(image)
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert staff.get(f"{address}/versions/1/images/other.png").status_code == 404


@pytest.mark.parametrize("file_format", [FileFormat.GIFT, FileFormat.MOODLE_XML, FileFormat.CSV])
def test_a_bank_is_downloaded_in_every_format(staff, file_format):
    fill()
    answer = staff.get(f"{BANK}/export/{file_format}")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=hosting-1.")
    found = read(answer.data, file_format, language="en")
    assert found.refused == []
    assert {entry.name for entry in found.entries} <= {entry.name for entry in make_entries()}


def test_what_a_format_does_not_hold_is_named(staff):
    fill()
    page = staff.get(f"{BANK}/export").text
    assert "9 questions are left out" in page
    assert "2 questions are left out" in page, "GIFT holds neither orders nor rubrics"
    assert staff.get(f"{BANK}/export?language=tlh").status_code == 422
