"""Two at once about papers. Each race has a twin whose guard is off."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from marketplace.kernel.database import reading, transaction
from marketplace.papers import commands
from marketplace.papers.models import BillingDetails, StatedBooking
from marketplace.papers.rules import PaperKind
from marketplace.payments import commands as payments
from marketplace.payments.rules import HoldStatus, Terms
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.papers import make_receipt, papers
from tests.factories.payments import make_hold
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request
from tests.plugins.racing import crashed, in_transaction, on_postgresql, race

BY_FACT = r"paper\s+WHERE paper.fact"
FIFTH_OF_APRIL = datetime(2026, 4, 5, tzinfo=UTC)


@pytest.fixture
def state(app):
    """Stating what was booked about a partner in March, as a function of a session."""
    with transaction() as session:
        payee_id = make_provider(session).id
        about = make_request(session, provider_id=payee_id, status="closed")
        taken = {"captured_minor": 6000, "status": HoldStatus.CAPTURED, "charge_id": "ch_1"}
        hold = make_hold(session, support_request=about, **taken)
        make_receipt(session)  # The year is open.
        payments.settle(session, hold.id, payee_id=payee_id, terms=Terms(15), now=NOON)
    return lambda session: commands.issue_statement(session, payee_id, "EUR", date(2026, 3, 1), now=FIFTH_OF_APRIL)


def test_two_workers_state_a_month_once(state, together):
    together(state, state)
    assert len(papers(kind=PaperKind.STATEMENT)) == 1
    assert reading().scalar(select(func.count()).select_from(StatedBooking)) == 1


@on_postgresql
def test_without_a_lock_two_would_state_it(app, state, guards):
    guards.locks_off("provider", "series")  # Either of them is enough.
    guards.meet_at(BY_FACT)
    assert len(crashed(race(app, *[in_transaction(state)] * 2))) == 1


@pytest.fixture
def name_somebody(app):
    """Naming whom papers are for, for the first time, as a function of a session."""
    with transaction() as session:
        person_id = make_person(session, country="ES").id
    told = {"name": "Ana Ruiz", "address": "Calle Mayor 1", "country": "ES"}
    return lambda session: commands.set_billing_details(session, person_id, **told, now=NOON)


def test_a_double_click_names_somebody_once(name_somebody, together):
    together(name_somebody, name_somebody)
    assert reading().scalar(select(func.count()).select_from(BillingDetails)) == 1


@on_postgresql
def test_without_a_lock_the_second_click_would_crash(app, name_somebody, guards):
    guards.locks_off("person")
    guards.meet_at("billing_details")
    assert len(crashed(race(app, *[in_transaction(name_somebody)] * 2))) == 1
