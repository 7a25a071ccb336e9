"""The site's own pages: home, the demo's mailbox, and a form whose page was open for too long."""

from dataclasses import replace

import pytest

from marketplace.kernel import audit, mail
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.mail import Letter
from marketplace.site.filling import FILLED
from tests.factories import MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.matching import make_job
from tests.factories.profiles import make_provider

# Home


def test_home_searches_the_directory(client):
    page = client.get("/").text
    assert '<form role="search" method="get" action="/providers">' in page
    assert 'name="q"' in page


def test_home_shows_no_figures_before_there_are_any(client):
    assert 'class="figures"' not in client.get("/").text


def test_home_shows_the_figures_of_this_installation(client):
    now = utcnow()
    with transaction() as session:
        for _number in range(3):
            make_provider(session)
        make_job(session, accepted_at=now - 25 * MINUTE, first_answer_at=now)
    page = client.get("/").text
    assert "of 4 partners" in page
    assert "25 minutes" in page
    assert "median of 1 request in the last 90 days" in page


# Help


def test_help_names_the_address_that_people_write_to(app, client, monkeypatch):
    settings = app.extensions["handrail_settings"]
    assert f'href="mailto:{settings.mail_sender}"' in client.get("/contact").text
    monkeypatch.setitem(app.extensions, "handrail_settings", replace(settings, contact_email="help@example.test"))
    assert 'href="mailto:help@example.test"' in client.get("/contact").text


# Mailbox


@pytest.fixture
def demo(app, monkeypatch):
    settings = app.extensions["handrail_settings"]
    monkeypatch.setitem(app.extensions, "handrail_settings", replace(settings, demo=True))


def send_letter(work_off, to, text="Confirm it here."):
    with transaction() as session:
        letter = Letter("Confirm your address", [text], ("Confirm", "http://localhost:8000/confirm/a-token"))
        mail.send(session, letter, to=to, name="Ana", language="en", now=NOON)
    work_off()


def test_only_the_demo_has_a_mailbox(client):
    assert client.get("/mailbox").status_code == 404


@pytest.mark.usefixtures("demo")
def test_every_letter_can_be_read_and_followed(client, work_off):
    send_letter(work_off, "ana@example.test")
    page = client.get("/mailbox").text
    assert "Confirm your address" in page
    assert '<a href="http://localhost:8000/confirm/a-token"' in page


@pytest.mark.usefixtures("demo")
def test_a_letter_is_shown_as_text(client, work_off):
    send_letter(work_off, "ana@example.test", "<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/mailbox").text


@pytest.mark.usefixtures("demo")
def test_letters_are_found_by_address(client, work_off):
    send_letter(work_off, "ana@example.test")
    send_letter(work_off, "bo@example.test")
    page = client.get("/mailbox?to=bo@example.test").text
    assert "bo@example.test" in page
    assert "ana@example.test" not in page


@pytest.mark.usefixtures("demo")
def test_an_empty_mailbox_says_what_to_do(client):
    assert "Whatever this site sends appears here." in client.get("/mailbox").text
    assert "No letters to this address" in client.get("/mailbox?to=nobody").text


@pytest.mark.usefixtures("demo")
def test_as_long_as_the_demo_is_filled_every_page_says_so(client):
    words = "is still appearing"
    assert words in client.get("/").text
    with transaction() as session:
        audit.record(session, make_product(session), FILLED, by=None, at=NOON)
    assert words not in client.get("/").text


def test_only_the_demo_is_filled(client):
    assert "is still appearing" not in client.get("/").text


# A form whose page was open for too long


@pytest.fixture
def guarded(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)


@pytest.mark.usefixtures("guarded")
def test_what_was_typed_is_kept(app, client):
    with transaction() as session:
        person = make_person(session)
    client.sign_in(person)
    long = "It stops at 99 %, every time, in each of the browsers that I have tried so far.\nHelp <please>."
    answer = client.post("/requests/abc/messages", data={"body": long, "csrf_token": "old", "tags": ["a", "b"]})
    page = answer.text
    assert answer.status_code == 400
    assert 'action="/requests/abc/messages' in page
    assert page.count('name="csrf_token" value=') >= 1
    assert 'value="old"' not in page
    assert page.count("Help &lt;please&gt;.") == 2  # In the field that goes along, and where it can be read.
    assert 'name="tags" value="a"' in page
    assert 'name="tags" value="b"' in page
    assert "Files can not be kept" not in page


@pytest.mark.usefixtures("guarded")
def test_a_password_is_not_written_into_a_page(client):
    page = client.post("/sign-in", data={"email": "ana@example.test", "password": "open sesame"}).text
    assert "ana@example.test" in page
    assert "open sesame" not in page


@pytest.mark.usefixtures("guarded")
def test_files_must_be_chosen_again(client):
    page = client.post("/sign-up", data={"name": "Ana"}, content_type="multipart/form-data").text
    assert "Files can not be kept" in page


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(
    ("origin", "is_kept"),
    [("http://localhost", True), ("https://support.example.test", True), ("https://elsewhere.example", False)],
)
def test_only_what_our_own_page_sent_is_kept(app, client, monkeypatch, origin, is_kept):
    # Behind a proxy the call itself comes by http, and to another name than people type.
    monkeypatch.setitem(app.config, "BASE_URL", "https://support.example.test")
    answer = client.post("/theme", data={"theme": "dark", "csrf_token": "old"}, headers={"Origin": origin})
    assert answer.status_code == 400
    assert ("Send again" in answer.text) is is_kept
