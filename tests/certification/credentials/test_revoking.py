"""The page on which staff take a certificate back."""

import pytest
import time_machine

from certification.credentials import queries
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.database import reading, transaction
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.credentials import make_credential
from tests.factories.tracks import make_track


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reference(app):
    with transaction() as session:
        return make_credential(session, track=make_track(session, names={"en": "Upgrades"})).reference


@pytest.fixture
def staff(client):
    with transaction() as session:
        found = make_staff(session, StaffRole.CERTIFICATION)
    client.sign_in(found)
    return found.id


def test_it_takes_a_reason_and_is_done_once(client, reference, staff):
    address = f"/vendor/certification/credentials/{reference}/revoke"
    assert f'href="{address}"' in client.get(f"/credentials/{reference}").text
    assert "Upgrades" in client.get(address).text
    assert client.post(address, data={"reason": " "}).status_code == 422
    page = client.post(address, data={"reason": "Copied answers."}, follow_redirects=True).text
    assert "The certificate is revoked." in page
    assert f'href="{address}"' not in page
    reading().rollback()
    found = queries.by_reference(reading(), reference)
    assert (found.revoked_reason, found.revoked_by, found.revoked_at) == ("Copied answers.", staff, NOON)
    assert "It is revoked already." in client.get(address).text
    assert client.post(address, data={"reason": "Once more."}).status_code == 409


def test_what_does_not_exist_is_not_there(client, staff):
    assert client.get("/vendor/certification/credentials/none/revoke").status_code == 404
    assert client.post("/vendor/certification/credentials/none/revoke", data={"reason": "Why."}).status_code == 404


def test_visitors_are_not_led_there(client, reference):
    assert "/revoke" not in client.get(f"/credentials/{reference}").text
