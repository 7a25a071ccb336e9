"""The vendor's pages of providers."""

import re
from html import unescape

import pytest
import time_machine

from marketplace.accounts.rules import StaffRole
from marketplace.kernel.database import reading, transaction
from providers.profiles import queries
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_provider
from tests.factories.tracks import make_track


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ana(app):
    """A partner with a certificate; gives its reference."""
    with transaction() as session:
        person = make_person(session, name="Ana Ruiz")
        figures = {"promises_due": 9, "promises_kept": 8, "ratings": 3, "stars_sum": 14, "jobs_done": 12}
        make_provider(session, slug="ana", name="Ana Ruiz", person=person, **figures)
        make_provider(session, slug="bo", name="Bo Lund")
        return make_credential(session, person=person, track=make_track(session, names={"en": "Upgrades"})).reference


def be(client, role):
    with transaction() as session:
        client.sign_in(make_staff(session, role, name=f"The {role}"))


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def is_listed(slug):
    reading().rollback()
    return slug in {one.slug for one in queries.listed_providers(reading())}


def test_the_list_shows_figures_with_their_samples(client, ana):
    be(client, StaffRole.FINANCE)
    page = words(client.get("/vendor/providers"))
    for said in ("Ana Ruiz", "Spain", "English", "Listed", "12", "8 of 9", "4.7 (3)", "None due yet"):
        assert said in page, said


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=ruiz", {"Ana Ruiz"}),
        ("status=listed", {"Ana Ruiz", "Bo Lund"}),
        ("status=suspended", set()),
        ("status=nonsense&offset=nonsense", {"Ana Ruiz", "Bo Lund"}),
        ("offset=-1", {"Ana Ruiz", "Bo Lund"}),
        ("offset=1", {"Bo Lund"}),
        ("offset=99999999999999999999999", set()),
    ],
)
def test_the_list_can_be_narrowed(client, ana, query, shown):
    be(client, StaffRole.SUPPORT)
    page = words(client.get(f"/vendor/providers?{query}"))
    assert {name for name in ("Ana Ruiz", "Bo Lund") if name in page} == shown


def test_support_suspends_and_puts_back_with_a_reason(client, ana):
    be(client, StaffRole.SUPPORT)
    client.post("/vendor/providers/ana/suspend", data={"reason": "A complaint."})
    assert not is_listed("ana")
    page = words(client.get("/vendor/providers/ana"))
    for said in ("Ana Ruiz is suspended.", "Suspended. The reason: A complaint.", "The support"):
        assert said in page, said
    client.post("/vendor/providers/ana/reinstate", data={"reason": "It was a mistake."})
    assert is_listed("ana")
    page = words(client.get("/vendor/providers/ana"))
    for said in ("A complaint.", "It was a mistake.", "Put back on the list"):
        assert said in page, said


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_needed(client, ana, reason):
    be(client, StaffRole.ADMIN)
    answer = client.post("/vendor/providers/ana/suspend", data={"reason": reason})
    assert answer.status_code == 422
    assert 'href="#field-reason"' in answer.text
    assert reason.strip() in answer.text
    assert is_listed("ana")


def test_twice_is_a_conflict(client, ana):
    be(client, StaffRole.ADMIN)
    client.post("/vendor/providers/ana/suspend", data={"reason": "A complaint."})
    answer = client.post("/vendor/providers/ana/suspend", data={"reason": "The same again."})
    assert answer.status_code == 409
    assert "Suspended" in words(answer)


def test_a_provider_that_is_not_there_is_not_shown(client, ana):
    be(client, StaffRole.ADMIN)
    assert client.get("/vendor/providers/nobody").status_code == 404


def test_certification_is_led_to_the_page_that_revokes(client, ana):
    be(client, StaffRole.CERTIFICATION)
    assert f'href="/vendor/certification/credentials/{ana}/revoke"' in client.get("/vendor/providers/ana").text


REVOKE = "/vendor/certification/credentials/{ana}/revoke"


@pytest.mark.parametrize(
    ("role", "address", "is_open"),
    [
        (StaffRole.SUPPORT, "/vendor/providers/ana/suspend", True),
        (StaffRole.ADMIN, "/vendor/providers/ana/suspend", True),
        (StaffRole.CERTIFICATION, "/vendor/providers/ana/suspend", False),
        (StaffRole.FINANCE, "/vendor/providers/ana/suspend", False),
        (StaffRole.CERTIFICATION, REVOKE, True),
        (StaffRole.ADMIN, REVOKE, True),
        (StaffRole.SUPPORT, REVOKE, False),
        (StaffRole.FINANCE, REVOKE, False),
    ],
)
def test_each_office_has_its_doors(client, ana, role, address, is_open):
    be(client, role)
    answer = client.post(address.format(ana=ana), data={"reason": "A complaint."})
    assert (answer.status_code == 302) == is_open
    assert is_open or answer.status_code == 403


def test_buttons_are_shown_to_whom_they_belong(client, ana):
    be(client, StaffRole.FINANCE)
    page = client.get("/vendor/providers/ana").text
    assert "/suspend" not in page
    assert "/revoke" not in page


@pytest.mark.parametrize("address", ["/vendor/providers", "/vendor/providers/ana"])
def test_the_pages_are_for_staff(client, ana, address):
    assert client.get(address).status_code == 302  # To sign in.
    with transaction() as session:
        client.sign_in(make_person(session))
    assert client.get(address).status_code == 403


def test_the_desk_can_not_be_suspended(client):
    with transaction() as session:
        make_provider(session, slug="desk", is_vendor_desk=True)
    be(client, StaffRole.ADMIN)
    assert "/suspend" not in client.get("/vendor/providers/desk").text
    answer = client.post("/vendor/providers/desk/suspend", data={"reason": "Too slow."})
    assert answer.status_code == 409
    assert "your own desk" in words(answer)
