"""What did not get through: who sees it, tries it again, and drops it."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import MAX_ATTEMPTS, OutboxMessage
from marketplace.payments import commands as payments
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind, HoldStatus
from tests.factories import DAY
from tests.factories.accounts import make_person, make_staff
from tests.factories.outbox import make_call_given_up, make_given_up
from tests.factories.payments import make_chargeback, make_clawback, make_hold, make_payout, make_refund
from tests.factories.profiles import make_provider

LIST = "/vendor/undelivered"
LETTER, REFUND = "Letter: Your quote", "Give money back"


@pytest.fixture
def staff(app, client):
    """Give a function that signs somebody of an office in."""

    def sign_in(role):
        with transaction() as session:
            person = make_staff(session, role)
        client.sign_in(person)
        return person

    return sign_in


@pytest.fixture
def letter(app):
    with transaction() as session:
        return make_given_up(session).id


@pytest.fixture
def call(app):
    """A refund that Stripe was asked for in vain."""
    with transaction() as session:
        hold = make_hold(session, status=HoldStatus.CAPTURED, captured_minor=4900)
        refund = make_refund(session, hold=hold)
        return make_call_given_up(session, refund.id, CallKind.REFUND, error="Uncertain: away").id


def message(message_id):
    reading().rollback()
    return reading().get_one(OutboxMessage, message_id)


def traces():
    """List what was decided about messages, and by whom."""
    found = reading().scalars(sa.select(AuditEntry).filter_by(subject_kind="outbox_message"))
    return [(one.action, one.by_person_id, one.facts.get("reason")) for one in found]


@pytest.mark.parametrize(("role", "seen"), [("support", {LETTER}), ("finance", {REFUND}), ("admin", {LETTER, REFUND})])
def test_everybody_sees_what_is_their_business(client, staff, letter, call, role, seen):
    staff(role)
    page = client.get(LIST).text
    assert {title for title in (LETTER, REFUND) if title in page} == seen
    count = "1 message was given up" if len(seen) == 1 else "2 messages were given up"
    assert count in client.get("/vendor").text


def test_certification_reads_nothing_of_it(client, staff, letter):
    staff("certification")
    assert "Did not get through" not in client.get("/vendor").text


def test_a_day_on_which_everything_got_through_says_so(client, staff):
    staff("admin")
    assert "No letter and no call to Stripe was given up." in client.get("/vendor").text
    assert "Everything got through" in client.get(LIST).text


def test_a_page_says_for_whom_and_why(client, staff, letter):
    staff("support")
    page = client.get(f"{LIST}/{letter}").text
    for said in (LETTER, "Ada", "ConnectionRefusedError: away", f"{MAX_ATTEMPTS} times"):
        assert said in page


def test_a_letter_that_is_tried_again_gets_through(client, staff, letter):
    person = staff("support")
    page = client.post(f"{LIST}/{letter}/again", follow_redirects=True).text
    assert "It got through this time." in page
    assert message(letter).done_at is not None
    assert traces() == [("try_again", person.id, None)]


def test_what_fails_again_is_repeated_for_days(client, staff, call):
    staff("finance")
    page = client.post(f"{LIST}/{call}/again", follow_redirects=True).text
    assert "It did not get through this time either." in page
    assert (message(call).attempts, message(call).dead_at) == (1, None)
    assert client.get(f"{LIST}/{call}").status_code == 404


def test_what_nobody_needs_is_dropped_with_a_reason(client, staff, letter):
    person = staff("support")
    assert client.post(f"{LIST}/{letter}", data={"reason": ""}).status_code == 422
    client.post(f"{LIST}/{letter}", data={"reason": "They have left."})
    assert message(letter).dropped_at is not None
    assert traces() == [("drop", person.id, "They have left.")]
    assert client.post(f"{LIST}/{letter}", data={"reason": "Again."}).status_code == 409


def test_what_may_have_moved_money_has_no_button_to_drop_it(client, staff, call):
    staff("finance")
    page = client.get(f"{LIST}/{call}").text
    assert "only Stripe knows" in page
    assert "Drop it" not in page
    assert client.post(f"{LIST}/{call}", data={"reason": "Enough."}).status_code == 409
    assert message(call).dropped_at is None


def test_all_of_ones_own_business_is_tried_again_at_once(client, staff, letter, call):
    staff("support")
    page = client.post(f"{LIST}/again", follow_redirects=True).text
    assert "1 message is tried again now." in page
    assert message(letter).dead_at is None
    assert message(call).dead_at is not None


def test_what_stripe_has_refused_lately_is_listed_for_finance(client, staff):
    with transaction() as session:
        for reason, days in (("url_invalid: no such place", 1), ("long ago", 8)):
            hold = make_hold(session, status=HoldStatus.LAPSED, ended_at=utcnow())
            facts = {"created_at": utcnow() - days * DAY, "answered_at": utcnow() - days * DAY}
            session.add(StripeCall(kind=CallKind.CHECKOUT, about_id=hold.id, key=reason, error=reason, **facts))
    staff("support")
    assert "url_invalid" not in client.get(LIST).text
    staff("finance")
    page = client.get(LIST).text
    assert "url_invalid: no such place" in page
    assert "long ago" not in page


def test_a_long_list_goes_on_on_the_next_page(client, staff):
    with transaction() as session:
        for number in range(31):
            make_given_up(session, error=f"reason {number:02}")
    staff("support")
    first = client.get(LIST).text
    assert "reason 30" in first
    assert "reason 00" not in first
    older = first.partition('rel="next"')[2].partition('href="')[2].partition('"')[0]
    assert "reason 00" in client.get(older).text


def test_each_kind_of_message_says_what_it_is_about(client, staff):
    with transaction() as session:
        hold = make_hold(session, description="Uploads stop", status=HoldStatus.SETTLED, captured_minor=4900)
        person = make_person(session, name="Nuria Example")
        make_given_up(session, payments.EVENT, payload={"event": {"id": "evt_1", "type": "charge.updated"}})
        make_given_up(session, payments.REFRESH, payload={"hold_id": hold.id})
        make_given_up(session, payments.CARDS, payload={"person_id": person.id})
        payout = make_payout(session)
        refund = make_refund(session, hold=hold)
        about = {
            CallKind.CHECKOUT: hold.id,
            CallKind.REFUND: refund.id,
            CallKind.TRANSFER: payout.id,
            CallKind.REVERSE: make_clawback(session, payout=payout, refund=refund).id,
            CallKind.RESPOND: make_chargeback(session, hold=hold).id,
            CallKind.SETUP: person.id,
            CallKind.FORGET: 1,
            CallKind.ACCOUNT: make_provider(session, name="Bo Helps").id,
        }
        for kind, row in about.items():
            make_call_given_up(session, row, kind)
    staff("finance")
    page = client.get(LIST).text.replace("&#39;", "'")
    for kind in about:
        assert str(kind.label) in page
    for said in ("charge.updated", "Ask Stripe how a payment stands", "Nuria Example", "Bo Helps", "Uploads stop"):
        assert said in page
