"""The pages of disputes: what is typed wrong is said and kept, and what was looked at is what is decided."""

import re

import pytest

from marketplace.jobs.disputes import DisputeStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.payments.rules import RefundCause
from marketplace.support_requests.rules import Status
from tests.factories.accounts import make_staff
from tests.factories.jobs import DISPUTED_CARD, taken

WORDS = {"why": "not_solved", "statement": "It broke again.", "asked": "20"}
VERDICT = {"back": "20", "verdict": "Both are a little right."}


@pytest.fixture
def solved(market, add_partner):
    """A job for 49 EUR with a solution that waits to be confirmed."""
    life = taken(market, add_partner(price_minor=4900, commission_percent=20))
    life.resolve()
    return life


@pytest.fixture
def answered(solved):
    """The same, disputed and answered."""
    solved.dispute()
    solved.answer_dispute()
    return solved


@pytest.fixture
def support(app, client):
    """A browser in which support is signed in."""
    with transaction() as session:
        person = make_staff(session, "support")
    client.sign_in(person)
    return client


@pytest.fixture
def as_customer(solved, client):
    """A browser in which the customer is signed in."""
    client.sign_in(solved.request.customer)
    return client


def hidden(page):
    """Give what goes unseen with the last look."""
    return dict(re.findall(r'type="hidden" name="(back|verdict|seen_minor)" value="([^"]*)"', page))


def test_a_customer_asks_for_money_back(as_customer, solved):
    address = f"/requests/{solved.reference}"
    assert "At most €49.00." in as_customer.get(address).text
    as_customer.post(f"{address}/dispute", data=WORDS)
    page = as_customer.get(address).text
    assert "You want €20 back" in page
    assert "It broke again." in page
    assert "It is not solved" not in page
    as_customer.post(f"{address}/dispute/withdraw")
    assert solved.request.status is Status.RESOLVED


@pytest.mark.parametrize("asked", ["0", "-5", "ten", "10.005", "49.01", "1e9", "20 USD", "NaN"])
def test_what_can_not_go_back_is_named_and_nothing_is_lost(as_customer, solved, asked):
    answer = as_customer.post(f"/requests/{solved.reference}/dispute", data={**WORDS, "asked": asked})
    assert answer.status_code == 422
    assert 'id="error-asked"' in answer.text
    assert "It broke again." in answer.text
    assert solved.disputes == []


def test_the_same_form_sent_twice_makes_one_dispute(as_customer, solved):
    address = f"/requests/{solved.reference}/dispute"
    assert as_customer.post(address, data=WORDS).status_code == 302
    assert as_customer.post(address, data=WORDS).status_code == 409
    assert len(solved.disputes) == 1


def test_a_partner_answers_and_gives_way_with_one_click(solved, client):
    solved.dispute()
    with transaction() as session:
        client.sign_in(solved.member(session).person)
    address = f"/requests/{solved.reference}"
    client.post(f"{address}/dispute/answer", data={"answer": "It was another disk."})
    page = client.get(address).text
    assert "It was another disk." in page
    assert "Give back €20" in page
    client.post(f"{address}/dispute/concede", data={"everything": "yes"})
    [ended] = solved.disputes
    assert (ended.status, ended.back_minor) == (DisputeStatus.CONCEDED, 4900)


def test_the_desk_lists_what_waits_the_oldest_first(support, answered):
    assert "Uploads stop" in support.get("/vendor/disputes").text
    assert "Uploads stop" in support.get("/vendor").text.partition('id="disputes"')[2]


def test_a_decision_takes_a_look_and_a_last_word(support, answered):
    address = f"/vendor/disputes/{answered.reference}"
    looked_at = support.post(address, data={**VERDICT, "step": "look"})
    for said in ("€20.00", "€23.20", "€5.80"):
        assert said in looked_at.text
    assert answered.hold.refunded_minor == 0
    changed = support.post(address, data={**hidden(looked_at.text), "step": "change"})
    assert 'value="20"' in changed.text
    support.post(address, data={**hidden(looked_at.text), "step": "decide"})
    assert answered.request.status is Status.CLOSED
    assert answered.hold.refunded_minor == 2000
    assert "This dispute is over." in support.get(address).text


@pytest.mark.parametrize("back", ["-1", "ten", "10.005", "49.01", "", "1e9", "5 USD"])
def test_a_split_that_can_not_be_is_named_and_nothing_is_lost(support, answered, back):
    address = f"/vendor/disputes/{answered.reference}"
    answer = support.post(address, data={**VERDICT, "back": back, "step": "look"})
    assert answer.status_code == 422
    assert 'id="error-back"' in answer.text
    assert VERDICT["verdict"] in answer.text
    assert answered.request.status is Status.DISPUTED


def test_nothing_may_go_back(support, answered):
    address = f"/vendor/disputes/{answered.reference}"
    looked_at = support.post(address, data={**VERDICT, "back": "0", "step": "look"})
    support.post(address, data={**hidden(looked_at.text), "step": "decide"})
    assert (answered.request.status, answered.hold.refunded_minor) == (Status.CLOSED, 0)


def test_nobody_decides_without_having_looked(support, answered):
    address = f"/vendor/disputes/{answered.reference}"
    for seen in ("", "100"):
        support.post(address, data={**VERDICT, "step": "decide", "seen_minor": seen})
    assert answered.request.status is Status.DISPUTED


def test_the_second_of_two_who_decide_is_told(support, answered):
    address = f"/vendor/disputes/{answered.reference}"
    last_word = {**hidden(support.post(address, data={**VERDICT, "step": "look"}).text), "step": "decide"}
    assert support.post(address, data=last_word).status_code == 302
    assert support.post(address, data=last_word).status_code == 409
    assert answered.hold.refunded_minor == 2000


def test_the_page_says_why_nobody_can_decide_yet(support, solved):
    solved.now = utcnow()
    solved.dispute()
    page = support.get(f"/vendor/disputes/{solved.reference}").text
    assert "The partner may answer until" in page
    assert 'name="back"' not in page


def test_the_page_says_that_a_bank_decides_first(support, market, add_partner, sandbox):
    life = taken(market, add_partner(), card=DISPUTED_CARD)
    life.dispute()
    life.answer_dispute()
    life.hear_of_chargeback(sandbox)
    address = f"/vendor/disputes/{life.reference}"
    assert "can be decided once the bank has" in support.get(address).text
    assert support.post(address, data={**VERDICT, "step": "decide", "seen_minor": "4900"}).status_code == 409
    life.lose_chargeback(sandbox)
    assert "Nothing is left of what was paid" in support.get(address).text


def test_whoever_is_a_side_of_it_leaves_it_to_a_colleague(solved, client):
    solved.dispute()
    solved.answer_dispute()
    with transaction() as session:
        solved_by = solved.member(session).person
        solved_by.staff_role = "support"
    client.sign_in(solved_by)
    address = f"/vendor/disputes/{solved.reference}"
    assert "Let a colleague decide" in client.get(address).text
    assert client.post(address, data={**VERDICT, "step": "decide", "seen_minor": "4900"}).status_code == 403


def test_the_money_of_the_request_says_why_it_went_back(support, answered):
    address = f"/vendor/disputes/{answered.reference}"
    last_word = {**hidden(support.post(address, data={**VERDICT, "step": "look"}).text), "step": "decide"}
    support.post(address, data=last_word)
    page = support.get(f"/vendor/money/subjects/request/{answered.id}").text
    assert str(RefundCause.SETTLED.label) in page
    assert VERDICT["verdict"] in page
