"""Jobs that end while the customer's bank is taking the payment back: they close, and the money follows the bank."""

import pytest
from werkzeug.test import Client

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import AccountKind, HoldStatus, PayoutStatus, RefundStatus
from marketplace.site.wiring import SELF_CHECKS
from marketplace.support_requests.rules import Status
from tests.factories import NOON
from tests.factories.jobs import booked, make_market, make_partner, taken

THREE_HOURS = {"kind": ServiceKind.HOURLY, "cap_minutes": 180}
ENDS = pytest.mark.parametrize("lever", ["win", "lose"])


@pytest.fixture
def partner(app, sandbox):
    """Somebody who asks 60 EUR per hour, three hours at most, and leaves 20 % to the vendor; all books balance."""
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.HOURLY)
        partner_id = make_partner(session, market, price_minor=6000, sells=THREE_HOURS, commission_percent=20).id
    yield market, partner_id
    broken = {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))}
    assert not broken


@pytest.fixture
def bank(sandbox):
    """Give a function by which the customer's bank does something, of which the site hears at once."""

    def act(life, object_id, lever, **given):
        path = f"/sandbox/objects/{object_id}/{lever}"
        answer = Client(sandbox.app).post(path, json=given, base_url=sandbox.url)
        assert answer.status_code == 200, answer.text
        dispute = gateway().dispute(answer.json["id"])
        with transaction() as session:
            payments.apply_dispute(session, life.hold.id, dispute, now=NOON)
        life.work()
        return dispute.id

    return act


@pytest.fixture
def disputed(partner, bank):
    """A job of three hours at most, paid, of which the bank takes everything back."""
    life = taken(*partner)
    return life, bank(life, life.hold.charge_id, "dispute", reason="general")


def refund_of(life):
    [found] = money.refunds_of(reading(), [life.hold.id])
    return found


@ENDS
def test_a_capped_job_closes_and_what_was_not_used_waits_for_the_bank(partner, disputed, bank, lever):
    life, dispute_id = disputed
    with transaction() as session:
        commands.write_time(session, life.reference, member=life.member(session), minutes=60, note="Moved.", now=NOON)
    life.resolve()
    life.confirm()
    assert life.request.status is Status.CLOSED
    assert refund_of(life).status is RefundStatus.WAITING
    bank(life, dispute_id, lever)
    payouts = money.payouts_by_subject(reading(), [life.id])[life.id]
    if lever == "win":
        assert refund_of(life).status in {RefundStatus.SENT, RefundStatus.SUCCEEDED}
        assert {one.status for one in payouts} == {PayoutStatus.DUE}
        assert booked(AccountKind.PARTNER_PAYABLE, partner[1]) == 4800
    else:
        assert refund_of(life).status is RefundStatus.COVERED
        assert {one.status for one in payouts} == {PayoutStatus.CANCELLED}
        assert booked(AccountKind.DISPUTE_LOSSES) == 0
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


@ENDS
def test_a_partner_gives_a_job_back_and_the_customer_gets_the_money_once(disputed, bank, lever):
    life, dispute_id = disputed
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="No access.", now=NOON)
    life.work()
    assert life.request.status is Status.CANCELLED
    assert life.hold.status is HoldStatus.REFUNDING
    bank(life, dispute_id, lever)
    assert life.hold.status is HoldStatus.REFUNDED
    assert refund_of(life).left.minor == (18000 if lever == "win" else 0)
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0
