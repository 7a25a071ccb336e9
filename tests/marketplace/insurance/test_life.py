"""The life of cover in any order, with anything going wrong: what must hold, holds after every step and in the end."""

import pytest

from marketplace.site.wiring import SELF_CHECKS
from tests.marketplace.insurance import truths
from tests.marketplace.insurance.life import MODELS, LifeWithCover
from tests.marketplace.insurance.steps.claims import ClaimSteps
from tests.marketplace.insurance.steps.policies import PolicySteps
from tests.marketplace.payments.runs import run_block
from tests.marketplace.payments.steps.banks import TakingSteps
from tests.marketplace.payments.steps.holds import HoldSteps
from tests.marketplace.payments.steps.processes import ProcessSteps
from tests.marketplace.payments.steps.shares import ShareSteps


class LifeOfCover(PolicySteps, ClaimSteps, HoldSteps, ShareSteps, TakingSteps, ProcessSteps):
    """Everybody does anything with plans, policies, claims, and the payments of which a part is covered."""

    WORLD, MODELS = LifeWithCover, MODELS
    CHECKS, CHECKS_AT_REST = truths.ALWAYS, SELF_CHECKS

    def hold_at_any_time(self):
        """Assert what is true after every step."""
        super().hold_at_any_time()
        truths.hold_at_any_time(self.rows)

    def hold_at_rest(self):
        """Assert what is true when nothing is on its way any more."""
        super().hold_at_rest()
        truths.hold_at_rest(self.rows)


BLOCKS = (LifeOfCover,) * 4


@pytest.mark.parametrize("block", range(len(BLOCKS)))
def test_what_must_hold_of_cover_always_holds(app, block, request):
    run_block(app, BLOCKS, block, request, percent=40)
