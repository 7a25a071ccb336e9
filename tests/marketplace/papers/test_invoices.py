"""A receipt of before that becomes an invoice: another paper for the same payment, which counts once."""

from datetime import UTC, datetime

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.papers import commands, queries, selfchecks
from marketplace.papers.models import Paper
from marketplace.papers.rules import (
    InvoicedAlready,
    NobodyNamed,
    PaperKind,
    Sold,
    TooLateToInvoice,
    may_be_invoiced,
)
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.papers import make_receipt, papers, taken_at_a_rate
from tests.marketplace.papers.test_customers import bill_to, give_back, words


def ask(market, number="R-2026-000001", now=NOON + DAY):
    """Ask for an invoice in place of a receipt."""
    with transaction() as session:
        commands.ask_for_invoice(session, number, person_id=market.customer_id, now=now)


def sums():
    """Tell what was sold and its tax, by month."""
    found = queries.tax_summary(queries.register(reading()))
    return [(one.month, one.taxed.total.minor, one.taxed.tax.minor) for one in found if one.sold is Sold.WORK]


@pytest.mark.parametrize(
    ("issued_at", "now", "may"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 31, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), False),
    ],
)
def test_a_receipt_may_become_an_invoice_until_the_end_of_the_following_year(issued_at, now, may):
    assert may_be_invoiced(issued_at, now) is may


def test_the_invoice_refers_to_the_receipt_and_says_the_same_of_price_and_tax(market, life):
    taken_at_a_rate(life, 2100)
    bill_to(market, vat_number="IT12345670017")
    before = words(papers()[0])
    ask(market)
    receipt, invoice = papers()
    assert (invoice.kind, invoice.number, invoice.supersedes_id) == (PaperKind.INVOICE, "I-2026-000001", receipt.id)
    assert (invoice.total, invoice.tax, invoice.recipient) == (receipt.total, receipt.tax, "Rossi & Figli")
    for said in ("Receipt R-2026-000001 of March", "Rossi & Figli", "IT12345670017", "21% VAT", "Bo Helps"):
        assert said in words(invoice)
    assert words(receipt) == before, "what was issued stays as it is"


def test_it_is_the_same_sale_and_counts_in_the_month_of_the_receipt(market, life):
    taken_at_a_rate(life, 2100)
    bill_to(market)
    before = sums()
    ask(market, now=NOON + 60 * DAY)
    assert sums() == before == [(before[0][0], 4900, 850)]
    assert selfchecks.payments_without_their_papers(reading()) == []


def test_what_goes_back_before_and_after_adds_up_with_it(market, life):
    taken_at_a_rate(life, 2100)
    life.resolve()
    life.confirm()
    give_back(life, 1633)
    bill_to(market)
    ask(market)
    give_back(life, None)
    receipt, first, invoice, second = papers()
    assert (first.corrects_id, second.corrects_id) == (receipt.id, invoice.id)
    assert first.total_minor + second.total_minor == -4900
    assert first.tax_minor + second.tax_minor == -850
    assert "Invoice I-2026-000001" in words(second)


def test_there_is_one_invoice_for_a_payment(market, life):
    life.accept()
    bill_to(market)
    ask(market)
    with pytest.raises(InvoicedAlready):
        ask(market)
    with pytest.raises(NotFound):  # An invoice is no receipt.
        ask(market, number="I-2026-000001")


def test_nobody_gets_an_invoice_without_saying_for_whom_too_late_or_for_others(market, life):
    life.accept()
    with pytest.raises(NobodyNamed):
        ask(market)
    bill_to(market)
    with pytest.raises(TooLateToInvoice):
        ask(market, now=NOON + 3 * 365 * DAY)
    with transaction() as session:
        other = make_person(session).id
    with pytest.raises(NotFound), transaction() as session:
        commands.ask_for_invoice(session, "R-2026-000001", person_id=other, now=NOON)


def test_an_invoice_that_says_something_else_is_named(app):
    with transaction() as session:
        receipt = make_receipt(session)
        instead = {"kind": PaperKind.INVOICE, "fact": "invoice:1", "supersedes_id": receipt.id}
        make_receipt(session, hold=receipt.hold, minor=4800, **instead)
    [line] = selfchecks.invoices_that_say_something_else_than_their_receipts(reading())
    assert line.startswith("I-2026-000001 took the place of R-2026-000001")


def test_the_page_of_a_receipt_leads_to_the_invoice(client, market, life, customer):
    life.accept()
    client.sign_in(customer)
    page = client.get("/papers/R-2026-000001").text
    assert "Tell us for whom it is." in page
    bill_to(market)
    assert "Get an invoice" in client.get("/papers/R-2026-000001").text
    made = client.post("/papers/R-2026-000001/invoice", follow_redirects=True).text
    assert "It takes the place of the receipt." in made
    page = client.get("/papers/R-2026-000001").text
    assert "Replaced by" in page
    assert "Get an invoice" not in page
    assert reading().query(Paper).count() == 2
