"""What payer and payee disagree about is paid to nobody, whenever it was shared."""

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.payments import commands
from marketplace.payments.rules import PayoutStatus
from tests.factories import DAY
from tests.factories.till import PURPOSE, reserve


def disagree(till, hold_id):
    with transaction() as session:
        commands.contest(session, PURPOSE, till.hold(hold_id).subject_id, now=utcnow())


def agree_again(till, hold_id):
    with transaction() as session:
        commands.uncontest(session, PURPOSE, till.hold(hold_id).subject_id, now=utcnow())


@pytest.mark.parametrize("with_account", [True, False])
def test_what_is_shared_while_it_is_contested_is_paid_after_the_decision(till, with_account):
    payee_id = till.payee(with_account=with_account)
    hold_id = till.taken()
    disagree(till, hold_id)
    till.settle(hold_id, payee_id, reserve=reserve(percent=50, days=3))
    till.work()
    till.wait(4 * DAY)
    till.release_reserves()
    found = till.payouts(hold_id)
    assert {found.share.status, found.reserve.status} == {PayoutStatus.FROZEN}
    till.check()
    agree_again(till, hold_id)
    till.work()
    found = till.payouts(hold_id)
    assert {found.share.status, found.reserve.status} == {PayoutStatus.PAID if with_account else PayoutStatus.DUE}
