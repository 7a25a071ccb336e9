"""Importing in the browser: what a file would do is shown first, and nothing is written until somebody says so."""

import re
from base64 import b64encode
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from certification.banks.formats import MAX_FILE_BYTES, Entry, FileFormat, write
from certification.banks.kinds import Description, TextFormat, say
from certification.banks.models import Bank, Question
from marketplace.kernel import storage
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.question_banks import make_entries
from tests.factories.tracks import make_track
from tests.factories.world import PNG

BANK = "/vendor/certification/banks/hosting-1"
GOOD = "::Sum::What is 1 + 1? {=2 ~3}\n"
BAD = "\n::Broken::What is this? {=\n"
ODD = "\n::Odd::Which one? {~%50%a ~b}\n"


@pytest.fixture
def staff(app, client):
    """A browser in which somebody is signed in who looks after certification, at noon."""
    with transaction() as session:
        person = make_staff(session, "certification", name="Cleo Certifies")
        make_track(session, slug="hosting-1", names={"en": "Hosting, level 1"})
    with time_machine.travel(NOON, tick=False):
        client.sign_in(person)
        yield client


def names():
    reading().rollback()
    return set(reading().scalars(sa.select(Question.name)))


def send(staff, data, name="bank.gift", **more):
    """Send a file, and follow to what it would do."""
    data = data.encode() if isinstance(data, str) else data
    fields = {"file": (BytesIO(data), name), "language": "en", **more}
    return staff.post(f"{BANK}/import", data=fields, follow_redirects=True)


def do_it(staff, page, **more):
    """Press the button on the page of what a file would do."""
    return staff.post(page.request.path, data={"file_format": "gift", "language": "en", **more}, follow_redirects=True)


def test_a_good_file_is_shown_as_candidates_see_it_and_then_imported(staff):
    page = send(staff, GOOD)
    assert "1 new question. 0 with new versions. 0 as they were." in page.text
    assert re.search(r"What is 1 \+ 1\?</div>\s*<fieldset[^>]*disabled", page.text)
    assert names() == set()
    assert reading().scalar(sa.select(sa.func.count(Bank.id))) == 0
    assert "1 new question." in do_it(staff, page).text
    assert names() == {"Sum"}
    assert do_it(staff, page).status_code == 404, "it was thrown away"


def test_pasted_text_is_taken_as_well(staff):
    answer = staff.post(f"{BANK}/import", data={"text": GOOD, "language": "en"}, follow_redirects=True)
    assert "1 new question." in answer.text


def test_with_a_refusal_nothing_is_written_unless_it_is_left_out(staff):
    page = send(staff, GOOD + BAD + ODD)
    assert "1 question was refused" in page.text
    assert "Broken" in page.text
    assert "The right answers together are not worth exactly the full mark." in page.text
    refused = do_it(staff, page)
    assert refused.status_code == 422
    assert "Nothing was written." in refused.text
    assert do_it(staff, page, leaves_out="2").status_code == 422, "another number than was shown"
    assert names() == set()
    do_it(staff, page, leaves_out="1")
    assert names() == {"Sum", "Odd"}


def test_what_is_in_the_bank_already_is_told(staff):
    do_it(staff, send(staff, GOOD))
    page = send(staff, GOOD.replace("~3", "~4") + "\n::New::Why? {}\n")
    assert "1 new question. 1 with a new version. 0 as they were." in page.text


def test_a_file_without_a_good_question_has_no_button(staff):
    page = send(staff, BAD)
    assert "1 question was refused" in page.text
    assert ">Import<" not in page.text.replace("\n", "").replace(" ", "")


def test_images_are_shown_before_they_are_kept_anywhere(staff):
    stem = say('<img src="@@PLUGINFILE@@/w.png" alt="">', "en", TextFormat.HTML)
    entry = Entry(name="Q", content=Description(stem=stem, images={"w.png": b64encode(PNG).decode()}))
    file = write([entry], FileFormat.MOODLE_XML, language="en")
    assert f'src="data:image/png;base64,{b64encode(PNG).decode()}"' in send(staff, file.data, "bank.xml").text


def test_a_long_file_is_shown_in_parts(staff):
    page = send(staff, "\n".join(f"::Q{number}::Which? {{=a ~b}}\n" for number in range(30)))
    assert "Q24</bdi>" in page.text
    assert "Q25</bdi>" not in page.text
    [following] = re.findall(r'rel="next"\s+class="icon-text"\s+href="([^"]+)"', page.text)
    assert "Q25</bdi>" in staff.get(unescape(following)).text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "No question was found", id="empty"),
        pytest.param(b"::A::\xe9t\xe9? {=a}", "The file is no UTF-8", id="wrong encoding"),
        pytest.param(b"<quiz><question type='essay'>", "refused", id="half a file"),
        pytest.param(b"<!DOCTYPE x [<!ENTITY a 'b'>]><quiz>&a;</quiz>", "refused", id="entities"),
        pytest.param(bytes(range(256)) * 100, "refused", id="no text at all"),
        pytest.param(b"{" * 10_000, "refused", id="braces"),
    ],
)
def test_a_malformed_file_ends_in_a_clear_report(staff, data, told):
    page = send(staff, data, "bank")
    assert page.status_code == 200
    assert told in page.text


def test_a_file_that_is_too_big_is_refused_at_once(staff):
    sent = FileStorage(BytesIO(bytes(MAX_FILE_BYTES + 1)), filename="bank.gift")
    boundary, body = encode_multipart({"file": sent, "language": "en"})
    page = staff.post(f"{BANK}/import", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert page.status_code == 422
    assert "at most 20 MB" in page.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "file"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": GOOD, "language": "tlh"}, "language"),
        ({"text": GOOD, "file_format": "docx"}, "file_format"),
        ({"text": GOOD, "is_admin": "yes"}, "is_admin"),
    ],
)
def test_what_is_wrong_with_the_form_is_named(staff, fields, wrong):
    answer = staff.post(f"{BANK}/import", data={"language": "en", **fields})
    assert answer.status_code == 422
    assert f'href="#field-{wrong}"' in answer.text


def test_a_file_and_a_text_are_too_much(staff):
    assert send(staff, GOOD, text=GOOD).status_code == 422


@pytest.mark.parametrize(
    "query", ["", "?file_format=gift", "?file_format=gift&language=tlh", "?file_format=x&language=en"]
)
def test_an_address_that_does_not_say_what_the_file_is_leads_nowhere(staff, query):
    page = send(staff, GOOD)
    assert staff.get(page.request.path + query).status_code == 404


def test_what_was_laid_by_is_thrown_away_after_a_day(app):
    old = storage.lay_by(b"old", now=NOON)
    assert storage.laid_by(old) == b"old"
    storage.lay_by(b"new", now=NOON + timedelta(days=365 * 100) + DAY)
    with pytest.raises(NotFound):
        storage.laid_by(old)


@pytest.mark.parametrize("ticket", ["", "../key", "x" * 48, "A" * 48, "0" * 47])
def test_only_tickets_open_the_store(app, ticket):
    with pytest.raises(NotFound):
        storage.laid_by(ticket)


def test_every_kind_comes_in_from_every_format(staff):
    for file_format, name in ((FileFormat.MOODLE_XML, "bank.xml"), (FileFormat.CSV, "bank.csv")):
        file = write(make_entries(), file_format, language="en")
        page = send(staff, file.data, name)
        assert "9 new questions." in page.text
        assert page.text.count('class="question-text" id="stem-q') == 9
