"""The life of money in any order, with anything going wrong: what must hold, holds after every step and in the end."""

import pytest

from tests.marketplace.payments.runs import run_block
from tests.marketplace.payments.steps.banks import BankSteps
from tests.marketplace.payments.steps.holds import AskingSteps, HoldSteps
from tests.marketplace.payments.steps.processes import ProcessSteps
from tests.marketplace.payments.steps.shares import ShareSteps
from tests.marketplace.payments.steps.subscriptions import SubscriptionSteps


class LifeOfMoney(AskingSteps, HoldSteps, ShareSteps, BankSteps, ProcessSteps):
    """Everybody does anything with what is paid by the piece."""


class LifeOfSubscriptions(SubscriptionSteps, ProcessSteps):
    """Everybody does anything with what is paid by the period."""


BLOCKS = (*[LifeOfMoney] * 4, *[LifeOfSubscriptions] * 2)


@pytest.mark.parametrize("block", range(len(BLOCKS)))
def test_what_must_hold_of_money_always_holds(app, block, request):
    run_block(app, BLOCKS, block, request, percent=60)
