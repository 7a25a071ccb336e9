"""Statements say all that was booked about a partner, each booking once, and add up exactly with the ledger."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money, smallest_step
from marketplace.papers import commands, effects, queries, selfchecks
from marketplace.papers.models import Paper, StatedBooking
from marketplace.papers.rules import STATED_AFTER, PaperKind, begin_of, last_to_state, month_after, month_of, replay
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.gateway import Dispute
from marketplace.payments.models import Clawback, ConnectedAccount, Hold, LedgerTransaction, Payout, Settlement
from marketplace.payments.rules import (
    AccountKind,
    Bearer,
    ClawbackStatus,
    Fact,
    HoldStatus,
    PayoutMethod,
    PayoutStatus,
    Reserve,
    Terms,
    share_out,
)
from providers.profiles.models import BusinessDetails, Provider
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.papers import papers
from tests.factories.payments import make_hold
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
FIFTH_OF_APRIL = datetime(2026, 4, 5, tzinfo=UTC)
TERMS = Terms(15, 2100, 700)


def test_months_are_those_of_utc():
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert month_of(last) == date(2026, 12, 1)
    assert month_of(last + timedelta(seconds=1)) == date(2027, 1, 1)
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert begin_of(MARCH) == datetime(2026, 3, 1, tzinfo=UTC)
    assert last_to_state(begin_of(APRIL)) == date(2026, 2, 1)
    assert last_to_state(begin_of(APRIL) + STATED_AFTER) == MARCH


@given(st.data(), st.integers(1, 99_999), st.integers(0, 100), st.integers(0, 10_000), st.integers(0, 10_000))
def test_whatever_is_taken_off_a_price_in_the_end_the_shares_are_those_of_what_is_left(data, minor, percent, tax, its):
    terms, left, taken_off = Terms(percent, tax, its), minor, []
    for _step in range(data.draw(st.integers(0, 4))):
        part = data.draw(st.integers(0, left))
        taken_off.append(Money(part, "EUR"))
        left -= part
    changes = replay(terms, Money(minor, "EUR"), taken_off)
    assert len(changes) == len(taken_off) + 1
    summed = changes[0]
    for change in changes[1:]:
        summed = summed + change
    assert summed == share_out(Money(left, "EUR"), terms)


def settle(payee_id, minor=12100, *, now=NOON, currency="EUR", terms=TERMS, reserve=None, title="Uploads stop"):
    """Take a payment for a partner's job and share it; gives the hold."""
    with transaction() as session:
        about = make_request(session, provider_id=payee_id, status="closed", title=title)
        facts = {"currency": currency, "amount_minor": minor, "captured_minor": minor, "status": HoldStatus.CAPTURED}
        hold = make_hold(session, support_request=about, **facts)
        hold.charge_id = f"ch_{hold.id}"
        kept_back = {} if reserve is None else {"reserve": reserve}
        payments.settle(session, hold.id, payee_id=payee_id, terms=terms, now=now, **kept_back)
        return hold.id


def refund(hold_id, minor, *, now=NOON, bearer=Bearer.SHARED):
    """Give back a part of a payment."""
    with transaction() as session:
        hold = money.lock_hold(session, hold_id)
        payments.refund(session, hold_id, amount=Money(minor, hold.currency), bearer=bearer, now=now)


def pay(payee_id, *, now=NOON):
    """Pay all that is due by hand."""
    with transaction() as session:
        for payout in session.scalars(select(Payout).filter_by(payee_id=payee_id, status=PayoutStatus.DUE)):
            payments.mark_paid_by_hand(session, payout.id, reference=f"HR-{payout.id}", by=None, now=now)


@pytest.fixture
def payee_id(app):
    """A partner who is paid by hand."""
    with transaction() as session:
        return make_provider(session, name="Bo Helps").id


def owed(payee_id, currency="EUR"):
    """Tell what the ledger says that a partner is owed, less what it owes."""
    reading().rollback()
    due, kept, debt = (
        money.balance(reading(), kind, currency, payee_id).minor
        for kind in (AccountKind.PARTNER_PAYABLE, AccountKind.PARTNER_RESERVE, AccountKind.PARTNER_RECEIVABLE)
    )
    return due + kept - debt


def stated():
    """List the statements that there are, the first first."""
    return papers(kind=PaperKind.STATEMENT)


def words(paper):
    """Give all that stands on a paper, in one text."""
    return str(paper.content)


def test_a_month_is_stated_once_when_it_is_over(payee_id):
    settle(payee_id)
    effects.issue_statements(begin_of(APRIL))
    assert stated() == []
    for now in (begin_of(APRIL) + STATED_AFTER, FIFTH_OF_APRIL, FIFTH_OF_APRIL):
        effects.issue_statements(now)
    [statement] = stated()
    assert (statement.number, statement.month, statement.provider_id) == ("S-2026-000001", MARCH, payee_id)
    assert statement.closing_minor == owed(payee_id)
    assert selfchecks.statements_that_disagree_with_the_ledger(reading()) == []


def test_a_statement_says_how_each_job_was_shared_and_what_was_paid(payee_id):
    """Of 121.00 with 21 % tax 100.00 are left; of these 15 % are the commission, and 7 % of that its tax."""
    hold_id = settle(payee_id, title="Uploads stop at 99 %")
    refund(hold_id, 1210)
    pay(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    [statement] = stated()
    jobs, paid = statement.content["grids"]
    assert [row[2:] for row in jobs["rows"]] == [
        ["€121.00", "€21.00", "€15.00", "€1.05", "€83.95"],
        ["-€12.10", "-€2.10", "-€1.50", "-€0.11", "-€8.39"],
    ]
    assert jobs["total"][2:] == ["€108.90", "€18.90", "€13.50", "€0.94", "€75.56"]
    assert paid["rows"][0][3:] == ["HR-1", "-€75.56"]
    assert (statement.net_minor, statement.tax_minor, statement.closing_minor) == (1350, 94, 0)
    assert [(one.rate, one.net_minor, one.tax_minor) for one in statement.taxes] == [(700, 1350, 94)]
    for said in ("Bo Helps", "Uploads stop at 99 %", "March 2026", "Owed to you before March 1, 2026"):
        assert said in words(statement)


def test_a_partner_without_any_share_gets_the_invoice_for_the_commission_all_the_same(payee_id):
    settle(payee_id, terms=Terms(100, 2100, 700))
    assert owed(payee_id) == 0
    for now in (FIFTH_OF_APRIL, FIFTH_OF_APRIL):
        effects.issue_statements(now)
    [statement] = stated()
    assert [row[2:] for row in statement.content["grids"][0]["rows"]] == [
        ["€121.00", "€21.00", "€93.46", "€6.54", "€0.00"]
    ]
    assert (statement.provider_id, statement.net_minor, statement.tax_minor) == (payee_id, 9346, 654)
    assert statement.closing_minor == 0
    assert queries.currencies_of(reading(), payee_id) == ["EUR"]


def test_where_nothing_was_kept_of_a_price_there_is_nothing_to_state(payee_id):
    with transaction() as session:
        hold = make_hold(session, captured_minor=4900, refunded_minor=4900, status=HoldStatus.CAPTURED)
        payments.settle(session, hold.id, payee_id=payee_id, terms=TERMS, now=NOON)
    effects.issue_statements(FIFTH_OF_APRIL)
    assert stated() == []


def test_what_only_the_vendor_bears_waits_for_the_next_statement(payee_id):
    hold_id = settle(payee_id, terms=Terms(100, 2100, 700))
    effects.issue_statements(FIFTH_OF_APRIL)
    refund(hold_id, 500, now=NOON + 30 * DAY, bearer=Bearer.VENDOR)
    effects.issue_statements(FIFTH_OF_APRIL + 30 * DAY)
    assert len(stated()) == 1
    settle(payee_id, now=NOON + 60 * DAY)
    effects.issue_statements(FIFTH_OF_APRIL + 70 * DAY)
    assert len(stated()) == 2
    assert queries.to_state(reading(), NOON + 365 * DAY) == []


def test_a_payout_leads_to_its_statement_once_there_is_one(payee_id):
    settle(payee_id)
    pay(payee_id)
    payout = reading().scalars(select(Payout)).one()
    assert queries.statement_of_payout(reading(), payout) is None
    effects.issue_statements(FIFTH_OF_APRIL)
    assert queries.statement_of_payout(reading(), payout) == stated()[0]


def test_the_next_month_goes_on_where_the_last_one_ended(payee_id):
    settle(payee_id)
    settle(payee_id, 4900, now=NOON + 30 * DAY)
    pay(payee_id, now=NOON + 31 * DAY)
    effects.issue_statements(NOON + 60 * DAY)
    first, second = stated()
    assert (first.month, second.month) == (MARCH, APRIL)
    assert (first.closing_minor, second.closing_minor) == (8395, 0)
    assert second.content["totals"][0][1] == "€83.95"


def test_months_in_which_nothing_was_booked_have_no_statement(payee_id):
    settle(payee_id)
    settle(payee_id, now=NOON + 100 * DAY)
    effects.issue_statements(NOON + 200 * DAY)
    assert [one.month for one in stated()] == [MARCH, date(2026, 6, 1)]


def test_what_is_booked_late_stands_on_the_next_statement(payee_id):
    settle(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    settle(payee_id, 4900)  # As of March, but written down after the statement.
    effects.issue_statements(FIFTH_OF_APRIL)
    assert [one.month for one in stated()] == [MARCH]
    effects.issue_statements(FIFTH_OF_APRIL + 30 * DAY)
    _first, second = stated()
    assert second.month == APRIL
    assert second.closing_minor == owed(payee_id)
    assert selfchecks.statements_that_disagree_with_the_ledger(reading()) == []


def test_each_currency_has_a_statement_of_its_own(payee_id):
    settle(payee_id)
    settle(payee_id, 1100, currency="JPY", terms=Terms(10, 1000))
    effects.issue_statements(FIFTH_OF_APRIL)
    found = {one.currency: one for one in stated()}
    assert set(found) == {"EUR", "JPY"}
    assert found["JPY"].closing_minor == 900
    assert "¥900" in words(found["JPY"])


def test_what_is_in_reserve_is_told_and_comes_out_of_it(payee_id):
    settle(payee_id, reserve=Reserve(10, 40))
    with transaction() as session:
        [waiting] = session.scalars(select(Payout.id).filter_by(status=PayoutStatus.WAITING))
    with transaction() as session:
        payments.fall_due(session, waiting, now=NOON + 40 * DAY)
    effects.issue_statements(NOON + 60 * DAY)
    first, second = stated()
    assert "€8.39 is in reserve" in words(first)
    assert ["Mar 10, 2026", "Kept in reserve", "Uploads stop", "€8.39"] in first.content["grids"][1]["rows"]
    assert "in reserve" not in str(second.content["notes"])
    assert second.content["grids"][0]["rows"][0][1:] == ["Released from the reserve", "Uploads stop", "-€8.39"]
    assert first.closing_minor == second.closing_minor == 8395


def test_a_refund_after_payment_leaves_a_debt_that_later_work_pays_off(payee_id):
    hold_id = settle(payee_id)
    pay(payee_id)
    refund(hold_id, 12100)
    effects.issue_statements(FIFTH_OF_APRIL)
    settle(payee_id, now=FIFTH_OF_APRIL)
    effects.issue_statements(FIFTH_OF_APRIL + 30 * DAY)
    first, second = stated()
    assert first.closing_minor == -8395
    assert "set off against what you earn next" in words(first)
    assert second.closing_minor == 0 == owed(payee_id)
    assert "Set off against what you owed" in words(second)


def test_goodwill_of_the_vendor_is_no_matter_of_the_partner(payee_id):
    hold_id = settle(payee_id)
    refund(hold_id, 5000, bearer=Bearer.VENDOR)
    refund(hold_id, 1210)
    effects.issue_statements(FIFTH_OF_APRIL)
    [statement] = stated()
    assert [row[-1] for row in statement.content["grids"][0]["rows"]] == ["€83.95", "-€8.39"]
    assert statement.closing_minor == owed(payee_id)


def test_a_refund_of_which_the_partner_bears_nothing_still_lowers_the_commission(payee_id):
    hold_id = settle(payee_id, 100, terms=Terms(99))
    refund(hold_id, 1)
    [line] = [one for one in queries.statement(reading(), payee_id, "EUR").lines if one.fact is Fact.UNSETTLED]
    assert line.shares.payee == line.change
    assert line.shares.payee + line.shares.commission == Money(-1, "EUR")


def test_two_workers_state_a_month_once(payee_id):
    settle(payee_id)
    with transaction() as session:
        assert commands.issue_statement(session, payee_id, "EUR", MARCH, now=FIFTH_OF_APRIL) is not None
    with transaction() as session:
        assert commands.issue_statement(session, payee_id, "EUR", MARCH, now=FIFTH_OF_APRIL) is None
        assert commands.issue_statement(session, payee_id, "EUR", date(2026, 2, 1), now=FIFTH_OF_APRIL) is None
    assert len(stated()) == 1


@pytest.mark.parametrize(("minor", "bearer"), [(1, Bearer.SHARED), (500, Bearer.VENDOR)])
def test_what_costs_the_partner_nothing_waits_for_the_next_statement(payee_id, minor, bearer):
    hold_id = settle(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    before = owed(payee_id)
    refund(hold_id, minor, now=FIFTH_OF_APRIL, bearer=bearer)
    assert owed(payee_id) == before
    effects.issue_statements(FIFTH_OF_APRIL + 60 * DAY)
    assert [one.closing_minor for one in stated()] == [before]
    refund(hold_id, 1000, now=FIFTH_OF_APRIL + 61 * DAY, bearer=Bearer.SHARED)
    effects.issue_statements(FIFTH_OF_APRIL + 120 * DAY)
    reading().rollback()
    assert queries.statement(reading(), payee_id, "EUR").lines == []
    assert [one.closing_minor for one in stated()] == [before, owed(payee_id)]


def test_a_statement_is_in_the_language_of_the_owner(app):
    with transaction() as session:
        person = make_person(session, language="ar")
        payee_id = make_provider(session, person=person).id
    settle(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    assert stated()[0].language == "ar"


def test_a_statement_that_ends_with_something_else_than_the_ledger_is_named(payee_id):
    settle(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    settle(payee_id, 100, terms=Terms(0))
    with transaction() as session:
        later = session.scalars(select(LedgerTransaction.id).order_by(LedgerTransaction.id.desc())).first()
        [statement] = session.scalars(select(Paper).filter_by(kind=PaperKind.STATEMENT))
        session.add(StatedBooking(transaction_id=later, paper_id=statement.id))
    assert selfchecks.statements_that_disagree_with_the_ledger(reading()) == [
        "S-2026-000001 ends with 8395, by the ledger it is 8495"
    ]


@pytest.fixture
def bo(payee_id, client):
    """A browser in which the partner's member is signed in."""
    client.sign_in(reading().get_one(Provider, payee_id).members[0].person)
    reading().rollback()
    return client


def test_a_partner_finds_each_statement_and_what_the_next_one_says_so_far(bo, payee_id):
    assert "No statement yet" in bo.get("/work/statements").text
    assert "Nothing was booked for you so far." in bo.get("/work/statements/next").text
    settle(payee_id, title="Uploads stop at 99 %")
    so_far = bo.get("/work/statements/next").text
    for said in ("Uploads stop at 99 %", "€83.95", "€15.00", "this can still change"):
        assert said in so_far
    effects.issue_statements(FIFTH_OF_APRIL)
    page = bo.get("/work/statements").text
    assert 'href="/papers/S-2026-000001"' in page
    assert "€83.95" in page
    assert "€83.95" in bo.get("/papers/S-2026-000001").text
    after = bo.get("/work/statements/next").text
    assert "Uploads stop at 99 %" not in after
    assert "€83.95" in after
    assert 'href="/work/statements"' in bo.get("/work").text


def test_looking_at_the_next_statement_states_nothing(bo, payee_id):
    settle(payee_id)
    bo.get("/work/statements/next")
    reading().rollback()
    assert stated() == []
    assert reading().scalars(select(StatedBooking)).all() == []


def test_the_papers_of_a_business_name_it_by_law(payee_id):
    with transaction() as session:
        told = {"legal_name": "Bo Helps AB", "address": "Storgatan 1\n11122 Stockholm", "country": "SE"}
        session.add(BusinessDetails(provider_id=payee_id, vat_number="SE556123456701", updated_at=NOON, **told))
    settle(payee_id)
    effects.issue_statements(FIFTH_OF_APRIL)
    [statement] = stated()
    assert statement.recipient == "Bo Helps AB"
    for said in ("Storgatan 1", "Sweden", "SE556123456701"):
        assert said in words(statement)


# Random histories


class History:
    """What may happen to a partner's money, in any order, without Stripe."""

    def __init__(self, draw, currency, *, transfers):
        """Begin with a partner to whom nothing has happened."""
        self.draw, self.currency, self.now = draw, currency, NOON
        self.step = smallest_step(currency)
        with transaction() as session:
            self.payee_id = make_provider(session).id
            if transfers:
                account = {"country": "ES", "email": "b@example.test", "may_receive": True, "updated_at": NOON}
                session.add(ConnectedAccount(payee_id=self.payee_id, **account))
        self.holds = []

    def some(self, most):
        """Draw an amount that can be charged."""
        return self.draw(st.integers(1, most // self.step)) * self.step

    def settle(self):
        """A job is done."""
        terms = Terms(*(self.draw(st.integers(0, most)) for most in (60, 3000, 3000)))
        reserve = Reserve(self.draw(st.integers(0, 50)), 20) if self.draw(st.booleans()) else None
        facts = {"now": self.now, "currency": self.currency, "terms": terms, "reserve": reserve}
        self.holds.append(settle(self.payee_id, self.step * 100 + self.some(50_000), **facts))

    def refund(self):
        """Something goes back."""
        hold = self.hold_with_something_left()
        if hold is not None:
            bearer = self.draw(st.sampled_from(Bearer))
            refund(hold.id, self.some(hold.kept.minor), now=self.now, bearer=bearer)

    def lose(self):
        """A bank takes something back for good."""
        hold = self.hold_with_something_left()
        if hold is not None:
            amount = Money(self.some(hold.kept.minor), self.currency)
            lost = Dispute(f"dp_{hold.id}_{hold.lost_minor}", "pi", amount, "lost", "fraudulent", None, ())
            with transaction() as session:
                payments.apply_dispute(session, hold.id, lost, now=self.now)

    def hold_with_something_left(self):
        """Draw a payment of which something is left."""
        reading().rollback()
        left = [one for one in (reading().get_one(Hold, hold_id) for hold_id in self.holds) if one.kept]
        return self.draw(st.sampled_from(left)) if left else None

    def pay(self):
        """What is due is paid: by a transfer, or by hand."""
        with transaction() as session:
            for payout in session.scalars(select(Payout).filter_by(payee_id=self.payee_id, status=PayoutStatus.DUE)):
                if payout.method is PayoutMethod.TRANSFER:
                    payments.transferred(session, payout.id, f"tr_{payout.id}", now=self.now)
                else:
                    payments.mark_paid_by_hand(session, payout.id, reference="HR", by=None, now=self.now)

    def take_back(self):
        """Stripe takes back what was transferred, or can not."""
        works = self.draw(st.booleans())
        with transaction() as session:
            for one in session.scalars(select(Clawback).filter_by(payee_id=self.payee_id, status=ClawbackStatus.DUE)):
                if works:
                    payments.reversed_(session, one.id, f"trr_{one.id}", now=self.now)
                else:
                    payments.owe_instead(session, one.id, "no money", now=self.now)

    def write_off(self):
        """The vendor gives up a debt."""
        with transaction() as session:
            owing = select(Clawback).filter_by(payee_id=self.payee_id, status=ClawbackStatus.OWED)
            for one in session.scalars(owing.limit(1)):
                payments.write_off(session, one.id, "gone", by=None, now=self.now)

    def fall_due(self):
        """Reserves are released."""
        for payout_id in money.reserves_to_release(reading(), self.now):
            with transaction() as session:
                payments.fall_due(session, payout_id, now=self.now)

    def wait(self):
        """Days pass, and the worker states what is over."""
        self.now += timedelta(days=self.draw(st.integers(1, 40)))
        effects.issue_statements(self.now)


DEEDS = "settle settle refund lose pay take_back write_off fall_due wait wait".split()


@given(st.data())
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_statements_add_up_with_the_ledger_whatever_happens(app, data):
    currency = data.draw(st.sampled_from(["EUR", "JPY", "KWD", "ISK"]))
    history = History(data.draw, currency, transfers=data.draw(st.booleans()))
    history.settle()
    for deed in data.draw(st.lists(st.sampled_from(DEEDS), max_size=14)):
        getattr(history, deed)()
    left = queries.statement(reading(), history.payee_id, currency)
    assert left.closing.minor == owed(history.payee_id, currency)
    assert left.closing_reserve == money.balance(reading(), AccountKind.PARTNER_RESERVE, currency, history.payee_id)
    assert all(line.shares.payee == line.change for line in left.jobs)
    history.now += 60 * DAY
    effects.issue_statements(history.now)
    reading().rollback()
    mine = queries.statements_of(reading(), history.payee_id)
    assert mine[0].closing_minor == owed(history.payee_id, currency)
    assert queries.statement(reading(), history.payee_id, currency).lines == []
    assert selfchecks.CHECKS[0](reading()) == selfchecks.CHECKS[2](reading()) == []
    held = select(Settlement).filter_by(payee_id=history.payee_id)
    due = Counter()
    for one in reading().scalars(held):
        hold = reading().get_one(Hold, one.hold_id)
        shares = share_out(hold.kept + hold.borne, one.terms)
        due.update(net=shares.commission.minor, tax=shares.commission_tax.minor)
    assert sum(one.net_minor for one in mine) == due["net"]
    assert sum(one.tax_minor for one in mine) == due["tax"]
