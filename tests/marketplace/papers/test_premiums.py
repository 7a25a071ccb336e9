"""A paper for each premium that was paid, and one for all that goes back of it; they add up to the payments."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import commands as accounts
from marketplace.accounts.models import Person
from marketplace.insurance import commands as insurance
from marketplace.insurance import queries as policies
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.papers import commands, effects, selfchecks
from marketplace.papers.models import Paper
from marketplace.papers.rules import PaperKind
from marketplace.payments import queries as money
from marketplace.payments.models import PeriodPayment
from marketplace.payments.rules import AccountKind
from marketplace.tariffs.rules import Taxed
from tests.factories import NOON
from tests.factories.buyers import Buyer
from tests.factories.insurance import eur, make_policy, make_version
from tests.factories.papers import papers
from tests.factories.subscribing import make_period_payment, make_running_subscription
from tests.factories.tariffs import make_tax
from tests.factories.till import open_till
from tests.plugins.racing import broken_checks

DAY = timedelta(days=1)
ROSSI = {"name": "Rossi & Figli", "address": "Via Roma 1\n20121 Milano", "country": "IT"}


@pytest.fixture
def till(app):
    """Payments whose books and papers agree in the end."""
    with transaction() as session:
        make_tax(session, country="DE", rate=1900)
    with open_till(app) as till:
        yield till
        till.check()
        reading().rollback()
        assert not broken_checks()


@pytest.fixture
def buyer(till):
    """Somebody in Germany who looks at a plan of 119 euros a year."""
    return Buyer(till)


def end(buyer):
    """End the policy now, and take back what is not earned."""
    reading().rollback()
    buyer.do(insurance.cancel_now, seen=policies.cancellation(reading(), buyer.policy, utcnow()).refund)


def dispute(buyer, lever, minor=None):
    """Let the bank take the last payment back, or a part of it, and decide."""
    charge_id = money.period_payments(reading(), buyer.subscription.id)[-1].charge_id
    given = {"reason": "general"} | ({"amount": minor} if minor else {})
    dispute_id = buyer.till.pull(charge_id, "dispute", **given)["id"]
    buyer.till.work()
    buyer.till.decide(dispute_id, lever)


def test_who_pays_a_premium_gets_a_receipt_that_says_for_what_and_until_when(buyer):
    buyer.begun()
    [receipt] = papers()
    assert (receipt.kind, receipt.number, receipt.total_minor) == (PaperKind.RECEIPT, "R-2026-000001", 11900)
    assert (receipt.net_minor, receipt.tax_minor) == (10000, 1900)
    assert [(one.rate, one.net_minor, one.tax_minor) for one in receipt.taxes] == [(1900, 10000, 1900)]
    for said in (
        "Careful",
        "The first period",
        "March 10, 2026",
        "March 10, 2027",
        "19% VAT",
        buyer.reference,
        "Policy",
    ):
        assert said in str(receipt.content)


def test_a_renewal_and_a_difference_have_papers_of_their_own(buyer):
    buyer.begun()
    with transaction() as session:
        dearer = make_version(session, price=eur(23800), name="All in").id
    buyer.do(insurance.change_plan, version_id=dearer, prorated_at=utcnow())
    buyer.go_to_renewal()
    first, difference, renewal = papers()
    assert [one.total_minor for one in (first, difference, renewal)] == [11900, 11900, 23800]
    assert "A higher price for the rest of a period" in str(difference.content)
    assert "All in" in str(difference.content)
    assert "Another period" in str(renewal.content)


def test_who_gives_billing_details_gets_invoices_and_may_turn_a_receipt_into_one(buyer):
    buyer.begun()
    with transaction() as session:
        commands.set_billing_details(session, buyer.till.payer_id, **ROSSI, now=utcnow())
    with transaction() as session:
        commands.ask_for_invoice(session, "R-2026-000001", person_id=buyer.till.payer_id, now=utcnow())
    buyer.go_to_renewal()
    receipt, instead, renewal = papers()
    assert (instead.kind, instead.supersedes_id, instead.payment_id) == (
        PaperKind.INVOICE,
        receipt.id,
        receipt.payment_id,
    )
    assert (instead.tax_minor, instead.recipient) == (1900, "Rossi & Figli")
    assert (renewal.kind, renewal.number) == (PaperKind.INVOICE, "I-2027-000001")


def test_what_is_not_earned_goes_back_with_a_credit_note(buyer):
    buyer.begun()
    buyer.wait(30 * DAY)
    end(buyer)
    receipt, note = papers()
    [payment] = money.period_payments(reading(), buyer.subscription.id)
    assert (note.kind, note.corrects_id) == (PaperKind.CREDIT_NOTE, receipt.id)
    assert (note.total_minor, note.tax_minor) == (-payment.refunded_minor, -payment.refunded_tax_minor)
    assert receipt.tax_minor + note.tax_minor == buyer.till.booked(AccountKind.TAX_PAYABLE) > 0
    assert "Time that was paid for and is not used" in str(note.content)


def test_what_is_paid_after_it_was_taken_back_has_both_papers(buyer):
    buyer.buy()
    buyer.till.work()
    url = buyer.subscription.checkout_url
    with transaction() as session:
        insurance.take_back(session, buyer.reference, person_id=buyer.till.payer_id, now=utcnow())
    buyer.till.stand_in.pay(url)
    buyer.till.work()
    assert [(one.kind, one.total_minor, one.tax_minor) for one in papers()] == [
        (PaperKind.RECEIPT, 11900, 1900),
        (PaperKind.CREDIT_NOTE, -11900, -1900),
    ]


def test_what_a_bank_keeps_has_a_credit_note_for_what_was_not_earned(buyer):
    buyer.begun()
    buyer.wait(100 * DAY)
    dispute(buyer, "lose")
    _receipt, note = papers()
    [payment] = money.period_payments(reading(), buyer.subscription.id)
    assert 0 < payment.refunded_minor < 11900
    assert (note.total_minor, note.tax_minor) == (-payment.refunded_minor, -payment.refunded_tax_minor)
    assert "Your bank has taken the payment back" in str(note.content)


def test_what_a_bank_gives_back_has_none(buyer):
    buyer.begun()
    dispute(buyer, "win")
    assert [one.kind for one in papers()] == [PaperKind.RECEIPT]


def test_papers_are_in_the_language_of_who_pays(buyer):
    buyer.till.speak("es")
    buyer.begun()
    [receipt] = papers()
    assert (receipt.language, receipt.content["title"]) == ("es", "Recibo")
    assert "IVA del 19\\xa0%" in str(receipt.content)


def test_cover_has_rates_of_its_own_where_the_vendor_gives_some(buyer):
    with transaction() as session:
        make_tax(session, taxed=Taxed.COVER, country="DE", rate=0, names={})
    buyer.begun()
    [receipt] = papers()
    assert (receipt.tax_minor, [one.rate for one in receipt.taxes]) == (0, [0])
    assert "No tax" in str(receipt.content)
    assert buyer.till.booked(AccountKind.TAX_PAYABLE) == 0


def test_premiums_from_before_get_their_papers_from_the_worker(app):
    with transaction() as session:
        payment_id = _paid_before(session)
    told = f"payment {payment_id}: 11900 with 1900 tax is kept of it, its papers say 0 with 0"
    assert selfchecks.premiums_without_their_papers(reading()) == [told]
    for _round in range(2):
        effects.issue_missing(NOON + DAY)
    assert [(one.total_minor, one.payment_id) for one in papers()] == [(11900, payment_id)]
    assert selfchecks.premiums_without_their_papers(reading()) == []


def _paid_before(session):
    policy = make_policy(session)
    subscription = make_running_subscription(session, purpose="policy", subject_id=policy.id, payer_id=policy.person_id)
    return make_period_payment(session, subscription).id


@pytest.mark.parametrize("changed", [{"refunded_minor": 119}, {"tax_minor": 1800}])
def test_papers_that_say_something_else_than_the_premium_are_named(app, changed):
    with transaction() as session:
        payment_id = _paid_before(session)
    effects.issue_missing(NOON)
    with transaction() as session:
        session.execute(sa.update(PeriodPayment).values(**changed))
    [line] = selfchecks.premiums_without_their_papers(reading())
    assert line.startswith(f"payment {payment_id}: ")


def test_a_paper_is_about_one_payment(app):
    with transaction() as session:
        _paid_before(session)
    effects.issue_missing(NOON)
    columns = {one.name: getattr(papers()[0], one.name) for one in Paper.__table__.columns}
    columns |= {"id": 99, "serial": 99, "number": "R-2026-000099", "fact": "another", "payment_id": None}
    with pytest.raises(sa.exc.IntegrityError, match="others_for_a_payment"), transaction() as session:
        session.execute(sa.insert(Paper).values(**columns))


def test_they_stand_in_ones_list_on_the_policy_and_in_the_register(client, buyer):
    buyer.begun()
    end(buyer)
    reading().rollback()
    payer = reading().get_one(Person, buyer.till.payer_id)
    client.sign_in(payer)
    with transaction() as session:
        token = accounts.issue_token(session, payer.id, name="A script", now=utcnow())
    mine = client.get("/api/v1/papers", headers={"Authorization": f"Bearer {token}"}).json["items"]
    assert [(one["kind"], one["sold"]) for one in mine] == [("credit_note", "cover"), ("receipt", "cover")]
    for page in ("/account/papers", f"/cover/policies/{buyer.reference}"):
        text = client.get(page).text
        assert "R-2026-000001" in text, page
        assert "C-2026-000001" in text, page
    assert client.get("/papers/R-2026-000001.pdf").data.startswith(b"%PDF")
    client.sign_in(reading().get_one(Person, buyer.till.finance_id))
    assert "Cover, to customers" in client.get("/vendor/money/papers").text
    assert ",cover," in client.get("/vendor/money/papers.csv").text
    assert "2026-03,cover,19," in client.get("/vendor/money/taxes.csv").text
    assert "R-2026-000001" in client.get(f"/vendor/cover/policies/{buyer.reference}").text
