"""A paper for each payment that was taken, and one for all that goes back of it; each once, however it is told."""

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.papers import commands, effects, queries, selfchecks
from marketplace.papers.models import BillingDetails, Paper
from marketplace.papers.rules import PaperKind
from marketplace.payments import commands as payments
from marketplace.payments.commands import ChargebackEnded, PaymentTaken, RefundDecided
from marketplace.payments.models import Chargeback, Hold
from marketplace.payments.rules import AccountKind, Bearer, ChargebackStatus
from tests.factories import DAY, NOON
from tests.factories.jobs import booked
from tests.factories.papers import papers, taken_at_a_rate
from tests.factories.payments import make_chargeback, make_hold, make_refund
from tests.marketplace.papers.conftest import paid

ROSSI = {"name": "Rossi & Figli", "address": "Via Roma 1\n20121 Milano", "country": "IT"}


def bill_to(market, **details):
    """Say whom the papers are for."""
    with transaction() as session:
        commands.set_billing_details(session, market.customer_id, **{**ROSSI, **details}, now=NOON)


def give_back(life, minor=None, part=1, **facts):
    """Give back a part, or all that is left."""
    amount = None if minor is None else Money(minor, "EUR")
    with transaction() as session:
        payments.refund(session, life.hold_of(part).id, amount=amount, by=None, now=life.now, **facts)
    life.work()


def words(paper):
    """Give all that stands on a paper, in one text."""
    return str(paper.content)


def test_nothing_is_issued_before_the_money_is_taken(life):
    assert papers() == []
    life.accept()
    [receipt] = papers()
    assert (receipt.kind, receipt.number, receipt.total) == (PaperKind.RECEIPT, "R-2026-000001", Money(4900, "EUR"))
    assert receipt.person_id == life.market.customer_id


def test_a_receipt_says_who_sells_what_and_who_does_it(life, customer):
    taken_at_a_rate(life, 2100)
    [receipt] = papers()
    for said in (
        "Lumentree",
        customer.name,
        "Uploads stop at 99 %",
        "Bo Helps",
        "€40.50",
        "21% VAT",
        "€8.50",
        "€49.00",
    ):
        assert said in words(receipt)
    assert [(one.rate, one.net_minor, one.tax_minor) for one in receipt.taxes] == [(2100, 4050, 850)]


def test_who_gives_billing_details_gets_invoices_from_then_on(market, partner_id, life):
    life.accept()
    bill_to(market, vat_number="IT12345670017")
    paid(market, partner_id).accept()
    first, second = papers()
    assert (first.kind, second.kind) == (PaperKind.RECEIPT, PaperKind.INVOICE)
    assert (second.number, second.recipient) == ("I-2026-000001", "Rossi & Figli")
    for said in ("Rossi & Figli", "Via Roma 1", "20121 Milano", "Italy", "IT12345670017"):
        assert said in words(second)


def test_a_paper_stays_as_it_was_whatever_becomes_of_the_names_on_it(market, life):
    bill_to(market)
    life.accept()
    [before] = [words(one) for one in papers()]
    bill_to(market, name="Another name")
    with transaction() as session:
        session.get_one(Person, market.customer_id).language = "es"
    assert [words(one) for one in papers()] == [before]


@pytest.mark.parametrize("statement", [sa.update(Paper).values(total_minor=1), sa.delete(Paper)])
def test_the_database_itself_refuses_to_change_a_paper(life, statement):
    life.accept()
    with pytest.raises(sa.exc.DBAPIError, match="a paper is never changed"), transaction() as session:
        session.execute(statement)


def test_a_refund_in_parts_ends_with_credit_notes_that_add_up_to_the_paper(life):
    taken_at_a_rate(life, 2100)
    life.resolve()
    life.confirm()
    for minor in (1, 1633, 999, None):
        give_back(life, minor)
    paper, *notes = papers()
    assert [note.number for note in notes] == [f"C-2026-{serial:06}" for serial in range(1, 5)]
    assert {note.corrects_id for note in notes} == {paper.id}
    assert sum(note.total_minor for note in notes) == -4900
    assert sum(note.tax_minor for note in notes) == -850
    assert sum(note.net_minor for note in notes) == -4050
    assert paper.number in words(notes[0])


def test_what_the_vendor_gives_out_of_goodwill_leaves_the_tax_as_the_ledger_does(life):
    taken_at_a_rate(life, 2100)
    life.resolve()
    life.confirm()
    for minor, bearer in ((1000, Bearer.VENDOR), (2000, Bearer.SHARED), (500, Bearer.VENDOR), (None, Bearer.SHARED)):
        give_back(life, minor, bearer=bearer)
    _paper, *notes = papers()
    assert [(note.total_minor, note.tax_minor) for note in notes][::2] == [(-1000, 0), (-500, 0)]
    assert sum(note.total_minor for note in notes) == -4900
    assert sum(one.tax_minor for one in papers()) == booked(AccountKind.TAX_PAYABLE) == 1500 * 2100 // 12100


def test_what_goes_back_after_settling_has_its_credit_note_too(life):
    taken_at_a_rate(life, 2100, 700)
    life.resolve()
    life.confirm()
    give_back(life, 1000)
    _paper, note = papers()
    assert (note.kind, note.total_minor) == (PaperKind.CREDIT_NOTE, -1000)
    assert note.tax_minor == -(850 - 3900 * 2100 // 12100)


def test_extra_work_has_a_paper_of_its_own(life):
    life.accept()
    life.propose(3000)
    life.approve()
    life.pay(part=2)
    _first, second = papers()
    assert second.total_minor == 3000
    assert "The thumbnails are broken as well." in words(second)


@pytest.mark.parametrize("status", ["opening", "held", "capturing", "failed", "released", "lapsed"])
def test_what_was_not_taken_has_no_paper(app, status):
    with transaction() as session:
        taken = 4900 if status == "capturing" else 0  # What is to be taken, and may still be refused.
        hold = make_hold(session, status=status, captured_minor=taken)
        commands.issue_owed(session, hold.id, now=NOON)
    effects.issue_missing(NOON)
    assert papers() == []


def test_payments_for_other_purposes_are_left_to_others(app):
    with transaction() as session:
        hold = make_taken(session, purpose="something_else")
        commands.issue_owed(session, hold.id, now=NOON)
    effects.issue_missing(NOON)
    assert papers() == []


def tell(*events):
    """Tell the slice what happened, each in a transaction of its own."""
    heard = {
        PaymentTaken: commands.payment_taken,
        RefundDecided: commands.refund_decided,
        ChargebackEnded: commands.chargeback_ended,
    }
    for event in events:
        with transaction() as session:
            heard[type(event)](session, event)


def make_taken(session, **facts):
    """Make a payment that was taken, of which nobody has heard."""
    return make_hold(session, status="captured", captured_minor=4900, charge_id="ch_1", **facts)


def test_a_lost_chargeback_has_its_credit_note_and_one_that_is_won_has_none(app):
    with transaction() as session:
        hold = make_taken(session)
        hold.lost_minor = 1900
        lost = make_chargeback(session, hold=hold, status="lost", amount_minor=1900, ended_at=NOON)
        won = make_chargeback(session, hold=hold, stripe_dispute_id="dp_won", status="won", ended_at=NOON)
    subject = (hold.purpose, hold.subject_id)
    tell(
        PaymentTaken(*subject, 1, hold.id, NOON),
        ChargebackEnded(*subject, lost.id, is_won=False, at=NOON),
        ChargebackEnded(*subject, won.id, is_won=True, at=NOON),
        ChargebackEnded(*subject, lost.id, is_won=False, at=NOON),
    )
    assert [(one.kind, one.total_minor) for one in papers()] == [("receipt", 4900), ("credit_note", -1900)]
    assert "Your bank has taken the payment back" in words(papers()[1])


def test_the_same_fact_told_again_issues_nothing_twice(app):
    with transaction() as session:
        hold = make_taken(session)
        hold.refunded_minor = 1000
        refund = make_refund(session, hold=hold)
    taken = PaymentTaken(hold.purpose, hold.subject_id, 1, hold.id, NOON)
    given_back = RefundDecided(hold.purpose, hold.subject_id, hold.id, refund.id, NOON)
    tell(given_back, taken, taken, given_back, given_back)
    assert [(one.kind, one.total_minor) for one in papers()] == [("receipt", 4900), ("credit_note", -1000)]


def test_payments_from_before_there_were_papers_get_theirs_from_the_worker(app):
    with transaction() as session:
        hold = make_taken(session)
        hold.refunded_minor = 4900
        make_refund(session, hold=hold, amount_minor=4900)
    assert selfchecks.payments_without_their_papers(reading()) == [f"hold {hold.id}: 0 is kept of it, its papers say 0"]
    for _round in range(2):
        effects.issue_missing(NOON + DAY)
    assert [one.total_minor for one in papers()] == [4900, -4900]
    assert selfchecks.payments_without_their_papers(reading()) == []


def test_one_payment_that_can_not_be_papered_keeps_back_no_other(app, monkeypatch, caplog):
    with transaction() as session:
        first, second = make_taken(session), make_hold(session, status="captured", captured_minor=100)
    issue = commands.issue_owed

    def issue_but_one(session, hold_id, *, now):
        assert hold_id != first.id
        issue(session, hold_id, now=now)

    monkeypatch.setattr(commands, "issue_owed", issue_but_one)
    effects.issue_missing(NOON)
    assert [one.hold_id for one in papers()] == [second.id]
    assert f"nothing could be done about {first.id}" in caplog.text


def test_papers_that_say_something_else_than_the_payment_are_named(app):
    with transaction() as session:
        hold = make_taken(session)
    tell(PaymentTaken(hold.purpose, hold.subject_id, 1, hold.id, NOON))
    with transaction() as session:
        session.get_one(Hold, hold.id).refunded_minor = 7
    assert selfchecks.payments_without_their_papers(reading()) == [
        f"hold {hold.id}: 4893 is kept of it, its papers say 4900"
    ]


def test_billing_details_are_dropped_again(market, life):
    bill_to(market)
    with transaction() as session:
        commands.drop_billing_details(session, market.customer_id)
        commands.drop_billing_details(session, market.customer_id)
    assert reading().scalars(select(BillingDetails)).all() == []
    life.accept()
    assert papers()[0].kind is PaperKind.RECEIPT


def test_a_decided_chargeback_is_found_by_its_status_alone(app):
    with transaction() as session:
        hold = make_taken(session)
        make_chargeback(session, hold=hold)
    assert queries.uncredited(reading(), hold) == []
    assert reading().scalars(select(Chargeback)).one().status is ChargebackStatus.NEEDS_RESPONSE
