"""What a partner changes of its business: the photo, how much it takes on, and breaks."""

import re
from html import unescape
from io import BytesIO

import pytest
import time_machine
from PIL import Image
from sqlalchemy import func, select

from marketplace.kernel import storage
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.storage import StoredFile
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.profiles import make_member, make_provider

PROFILE = {"name": "Bo Helps", "country": "ES", "capacity": "4", "about_en": "Uploads are what I do best."}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def partner(app):
    """A partner of two, by id."""
    with transaction() as session:
        provider = make_provider(session, slug="bo", name="Bo Helps")
        make_member(session, provider)
        return provider.id


@pytest.fixture
def owner(client, partner):
    """The browser of the owner."""
    client.sign_in(business().members[0].person)
    return client


def business():
    reading().rollback()
    return reading().scalars(select(Provider).filter_by(slug="bo")).one()


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def send_photo(client, color="red", name="me.png"):
    drawn = BytesIO()
    Image.new("RGB", (100, 80), color).save(drawn, "PNG")
    drawn.seek(0)
    return client.post("/work/profile/photo", data={"photo": (drawn, name)})


def photo_address():
    return f"/providers/bo/photo/{business().photo_file_id}"


def test_customers_see_the_photo_drawn_anew_and_nothing_runs_in_it(owner):
    assert send_photo(owner).status_code == 302
    visitor = owner.application.test_client()
    shown = visitor.get(photo_address())
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert Image.open(BytesIO(shown.data)).size == (256, 256)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "max-age" in shown.headers["Cache-Control"]
    for page in ("/providers", "/providers/bo"):
        assert photo_address() in visitor.get(page).text


def test_another_photo_takes_the_place_of_the_first_and_none_is_left(owner, monkeypatch):
    erased = []
    monkeypatch.setattr("marketplace.kernel.storage.erase", erased.append)
    send_photo(owner)
    first = photo_address()
    send_photo(owner, "blue")
    assert owner.get(first).status_code == 404
    assert owner.get(photo_address()).status_code == 200
    assert owner.post("/work/profile/photo/remove").status_code == 302
    assert business().photo_file_id is None
    assert reading().scalar(select(func.count()).select_from(StoredFile)) == 0
    assert len(erased) == 2
    assert 'class="avatar avatar-l initials-' in owner.get("/work/profile").text


def test_the_bytes_of_a_photo_that_was_replaced_are_gone(owner):
    send_photo(owner)
    reading().rollback()
    before = reading().scalars(select(StoredFile)).one()
    reading().expunge(before)
    send_photo(owner, "blue")
    with pytest.raises(FileNotFoundError):
        storage.read(before)


def test_what_is_no_picture_is_refused_and_what_is_shown_stays(owner):
    send_photo(owner)
    known = photo_address()
    answer = owner.post("/work/profile/photo", data={"photo": (BytesIO(b"<svg onload=alert(1)>"), "me.svg")})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert photo_address() == known


def test_the_photo_of_who_is_not_on_the_list_is_for_its_own_people(owner):
    send_photo(owner)
    address = photo_address()
    with transaction() as session:
        provider = session.query(Provider).filter_by(slug="bo").one()
        provider.status, provider.suspended_reason = ProviderStatus.SUSPENDED, "Complaints."
        stranger = make_person(session)
    assert owner.get(address).status_code == 200
    assert owner.get(address).headers["Cache-Control"] == "private, no-store"
    assert owner.application.test_client().get(address).status_code == 404
    owner.sign_in(stranger)
    assert owner.get(address).status_code == 404


def test_how_much_is_taken_on_is_the_owners_to_say(owner):
    assert owner.post("/work/profile", data={**PROFILE, "daily_capacity": "2"}).status_code == 302
    assert (business().capacity, business().daily_capacity) == (4, 2)
    assert 'value="2"' in owner.get("/work/profile").text
    owner.post("/work/profile", data=PROFILE)
    assert business().daily_capacity is None


def test_whether_cover_is_taken_is_the_owners_to_say(owner):
    assert owner.post("/work/profile", data={**PROFILE, "accepts_cover": "no"}).status_code == 302
    assert not business().accepts_cover
    assert re.search(r'value="no"\s+selected', owner.get("/work/profile").text)
    owner.post("/work/profile", data={**PROFILE, "accepts_cover": "yes"})
    assert business().accepts_cover


def test_a_break_is_taken_changed_and_ended(owner):
    assert "Take a break" in words(owner.get("/work/break"))
    owner.post("/work/break", data={"day": "2026-03-20"})
    assert "You are on a break" in words(owner.get("/work/break"))
    assert "Change or end the break" in words(owner.get("/work"))
    assert 'value="2026-03-20"' in owner.get("/work/break").text
    owner.post("/work/break", data={"day": "2026-03-25"})
    assert business().on_break_until(NOON + 12 * DAY) is not None
    owner.post("/work/break/end")
    assert business().on_break_until(NOON) is None
    assert "Change or end the break" not in words(owner.get("/work"))


def test_a_member_looks_and_changes_nothing(client, partner):
    client.sign_in(business().members[1].person)
    for page in ("/work/profile", "/work/break"):
        assert "Only an owner of your business can change this." in words(client.get(page))
    assert client.post("/work/break", data={"day": "2026-03-20"}).status_code == 403
    assert client.post("/work/break/end").status_code == 403
    assert send_photo(client).status_code == 403
    assert client.post("/work/profile/photo/remove").status_code == 403
