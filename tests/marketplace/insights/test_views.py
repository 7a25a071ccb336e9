"""The vendor's day, as a page."""

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from tests.factories import DAY, HOUR
from tests.factories.accounts import make_person, make_staff
from tests.factories.conversation import make_promise
from tests.factories.credentials import make_credential
from tests.factories.matching import make_offer
from tests.factories.payments import make_payout
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


@pytest.fixture
def staff(app):
    with transaction() as session:
        return make_staff(session)


def test_a_visitor_is_asked_to_sign_in_first(client):
    answer = client.get("/vendor")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/vendor"


def test_the_console_is_not_open_to_customers(app, client):
    with transaction() as session:
        customer = make_person(session)
    client.sign_in(customer)
    assert client.get("/vendor").status_code == 403


def test_a_quiet_day_says_so(client, staff):
    client.sign_in(staff)
    page = client.get("/vendor").text
    assert "Every request has found somebody" in page
    assert "Nobody waits for a payment by hand." in page


def test_everything_that_needs_a_hand_leads_somewhere(client, staff):
    now = utcnow()
    with transaction() as session:
        unmatched = make_request(session, status="unmatched", title="Pictures are upside down")
        promise = make_promise(session, made_at=now - 2 * HOUR, due_at=now - HOUR, missed_at=now)
        waiting = promise.support_request.reference
        make_offer(session, made_at=now, expires_at=now + HOUR)
        make_payout(session)
        provider = make_provider(session, name="Ana Helps")
        make_credential(session, person=provider.members[0].person, valid_until=now + DAY)
        unmatched, slug = unmatched.reference, provider.slug
    client.sign_in(staff)
    page = client.get("/vendor").text
    assert "Pictures are upside down" in page
    assert "nobody sells help with this layer" in page
    assert "€41.65" in page
    for path in (f"/requests/{unmatched}", f"/requests/{waiting}", "/vendor/money", f"/vendor/providers/{slug}"):
        assert f'href="{path}"' in page


def test_the_present_place_is_marked(client, staff):
    client.sign_in(staff)
    for path in ("/vendor", "/vendor/requests", "/vendor/providers", "/vendor/money"):
        places = client.get(path).text.partition('class="places"')[2].partition("</nav>")[0]
        marked = [line for line in places.split("<li>") if "aria-current" in line]
        assert len(marked) == 1
        assert f'href="{path}"' in marked[0]
