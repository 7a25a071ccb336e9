"""What letters say when Stripe makes no page to pay on: nothing was taken, and what to do."""

import pytest

from marketplace.jobs import events
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments.commands import HoldLapsed, RenewalRefused
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import make_plan
from marketplace.site import notifications as tell
from marketplace.support_requests.rules import Mode
from tests.factories import HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.jobs import FOR_QUOTES, Life, best_fit, make_market, make_partner, taken
from tests.factories.matching import make_extra, make_job
from tests.factories.payments import make_hold
from tests.factories.support_requests import make_request


def told(session):
    """Give all letters, in one text each."""
    return ["\n".join([one.payload["subject"], *one.payload["paragraphs"]]) for one in letters(session)]


def letters(session):
    return session.query(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)


@pytest.mark.parametrize(
    ("status", "what_to_do"),
    [
        ("draft", "Send your request again later."),
        ("matching", "The quote still stands. Choose it again later."),
        ("awaiting_payment", "Pay later from the page of your request."),
    ],
)
def test_the_customer_reads_that_there_is_no_page_and_what_to_do(session, status, what_to_do):
    hold = make_hold(session, support_request=make_request(session, status=status), status="lapsed")
    tell.page_refused(session, HoldLapsed(hold.purpose, hold.subject_id, 1, hold.id, NOON, is_refused=True))
    [text] = told(session)
    for said in ("The payment page could not be made", "€60", "Nothing was taken.", "not your fault", what_to_do):
        assert said in text


@pytest.mark.parametrize(
    ("part", "is_refused", "purpose"), [(1, False, "request"), (2, True, "request"), (1, True, "another")]
)
def test_whoever_did_not_pay_and_extra_work_have_letters_of_their_own(session, part, is_refused, purpose):
    hold = make_hold(session, status="lapsed")
    tell.page_refused(session, HoldLapsed(purpose, hold.subject_id, part, hold.id, NOON, is_refused))
    assert told(session) == []


def test_extra_work_without_a_page_is_not_done(session):
    extra = make_extra(session, job=make_job(session), status=ExtraStatus.LAPSED, answered_at=NOON)
    tell.extra_ended(session, events.ExtraEnded(extra.id, extra.job.request_id, NOON, is_refused=True))
    assert "could not be made, and nothing was taken for it." in told(session)[0]


def test_a_renewal_without_a_page_says_until_when_the_search_goes_on(session):
    ana = make_person(session, zone="Europe/Madrid")
    hold = make_hold(session, support_request=make_request(session, customer=ana, status="matching"))
    tell.renewal_refused(session, RenewalRefused(hold.purpose, hold.subject_id, hold.id, NOON + 5 * HOUR, NOON))
    [text] = told(session)
    for said in ("We look on until", "6:00", "€60", "nothing is charged", "You can ask again at any time."):
        assert said in text.replace("\u202f", " ")
    tell.renewal_refused(session, RenewalRefused("another", hold.subject_id, hold.id, NOON, NOON))
    assert len(told(session)) == 1


# In the life of a request, from the refusal to the letter


@pytest.fixture
def market(app, sandbox):
    with transaction() as session:
        return make_market(session)


@pytest.fixture
def partner_id(market):
    with transaction() as session:
        return make_partner(session, market).id


def refuse_pages(sandbox, **how):
    """Let Stripe make no page to pay on."""
    sandbox.faults.add(make_plan(Kind.REFUSED, place="POST /v1/checkout/sessions", **how))


def subjects():
    reading().rollback()
    return [one.payload["subject"] for one in letters(reading())]


def test_a_request_whose_page_is_refused_is_a_draft_again(market, partner_id, sandbox):
    life = Life(market)
    refuse_pages(sandbox)
    life.submit(best_fit(6000))
    assert life.request.status == "draft"
    assert subjects() == ["The payment page could not be made: Uploads stop at 99 %"]


def test_a_quote_whose_page_is_refused_can_be_chosen_again(market, partner_id, sandbox):
    life = Life(market)
    life.submit(FOR_QUOTES)
    quote_id = life.quote(partner_id)
    refuse_pages(sandbox, times=1)
    life.choose(quote_id)
    assert (life.request.status, life.request.mode) == ("matching", Mode.QUOTES)
    assert subjects()[-1] == "The payment page could not be made: Uploads stop at 99 %"
    life.choose(quote_id)
    assert life.request.status == "awaiting_payment"
    assert life.hold.status == "awaiting"


def test_extra_work_whose_page_is_refused_leaves_the_job_as_it_was(market, partner_id, sandbox):
    life = taken(market, partner_id)
    life.propose()
    refuse_pages(sandbox)
    life.approve()
    assert life.extra_work().status is ExtraStatus.LAPSED
    assert life.request.status == "in_progress"
    assert "No extra work: Uploads stop at 99 %" in subjects()
