"""Papers that a test is not about, and short ways to those that it is about."""

from datetime import date

from sqlalchemy import select

from marketplace.jobs.models import Job
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.papers import commands
from marketplace.papers.models import Paper
from marketplace.papers.rules import Column, Grid, PaperKind, Party, Sheet, difference, taxed
from tests.factories import NOON
from tests.factories.payments import make_hold


def make_sheet(number, **overrides):
    """Make what stands on a paper."""
    facts = {
        "title": "Receipt",
        "facts": [("Number", number)],
        "parties": [Party("From", ["Lumentree"]), Party("To", ["Ada Example"])],
        "grids": [Grid("What was bought", [Column("Description"), Column("Price", is_number=True)], [("Help", "€49")])],
        "totals": [("Total paid", "€49")],
        "notes": ["Thank you."],
        **overrides,
    }
    return Sheet(**facts)


def make_receipt(session, *, hold=None, minor=4900, now=NOON, **overrides):
    """Issue a receipt for a payment."""
    hold = hold or make_hold(session, status="captured", captured_minor=minor)
    facts = {
        "kind": PaperKind.RECEIPT,
        "fact": f"hold:{hold.id}",
        "recipient": "Ada Example",
        "language": "en",
        "currency": hold.currency,
        "taxes": [taxed(Money(minor, hold.currency), 0)],
        "write": make_sheet,
        "person_id": hold.payer_id,
        "hold_id": hold.id,
        **overrides,
    }
    return commands.issue(session, commands.Draft(**facts), now=now)


def make_credit_note(session, receipt, *, minor=None, **overrides):
    """Issue a credit note about a receipt: for all of it, if no amount is given."""
    total = Money(receipt.total_minor, receipt.currency)
    facts = {
        "kind": PaperKind.CREDIT_NOTE,
        "fact": "refund:1",
        "taxes": [difference(total, Money(minor or total.minor, total.currency), receipt.taxes[0].rate)],
        "person_id": receipt.person_id,
        "corrects_id": receipt.id,
        **overrides,
    }
    return make_receipt(session, hold=receipt.hold, **facts)


def make_statement(session, provider, *, now=NOON, **overrides):
    """Issue a partner's statement of a month in which nothing happened."""
    facts = {
        "kind": PaperKind.STATEMENT,
        "fact": f"statement:{provider.id}:EUR:2026-02",
        "recipient": provider.name,
        "language": "en",
        "currency": "EUR",
        "taxes": [],
        "write": make_sheet,
        "provider_id": provider.id,
        "month": date(2026, 2, 1),
        "closing": Money.zero("EUR"),
        **overrides,
    }
    return commands.issue(session, commands.Draft(**facts), now=now)


def papers(**facts):
    """List the papers that there are, the first first."""
    reading().rollback()
    return list(reading().scalars(select(Paper).filter_by(**facts).order_by(Paper.id)))


def taken_at_a_rate(life, rate, commission_rate=0):
    """Go on with a request that waits for the partner's yes, with tax in its price; the worker takes the money."""
    life.say_yes()
    with transaction() as session:
        job = session.scalars(select(Job).filter_by(request_id=life.id)).one()
        job.tax_rate, job.tax_names = rate, {"en": "VAT", "es": "IVA", "ar": "ضريبة"}
        job.commission_tax_rate, job.commission_tax_names = commission_rate, {"en": "VAT"}
    life.work()
