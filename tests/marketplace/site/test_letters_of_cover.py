"""Letters about policies: what is covered from when, and what to do when a renewal is not paid."""

import pytest

from marketplace.insurance.events import (
    PolicyBegan,
    PolicyDisputed,
    PolicyEnded,
    PolicyRestored,
    PolicySuspended,
    PolicyUnpaid,
)
from marketplace.insurance.rules import PURPOSE, PolicyStatus
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments.commands import ChargebackEnded, ChargebackOpened
from marketplace.payments.rules import SubscriptionStatus
from marketplace.site import notifications as tell
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.insurance import make_policy
from tests.factories.payments import make_chargeback
from tests.factories.subscribing import make_period_payment, make_running_subscription, make_subscription

PAY = "https://invoice.example.test/pay"


@pytest.fixture
def policy(session):
    """Ana's policy, in Kathmandu: 12:00 UTC is 17:45 there."""
    ana = make_person(session, name="Ana", email="ana@example.test", zone="Asia/Kathmandu")
    return make_policy(session, person_id=ana.id, begins_at=NOON)


def letter(session):
    """The one letter that is owed."""
    [message] = session.query(OutboxMessage).filter_by(kind="mail").all()
    return message.payload


def overdue(session, policy, action_url=PAY):
    """Let a renewal be unpaid."""
    policy.status, policy.unpaid_since = PolicyStatus.GRACE, NOON
    running = {"status": SubscriptionStatus.PAST_DUE, "began_at": NOON, "action_url": action_url}
    make_subscription(session, purpose=PURPOSE, subject_id=policy.id, payer_id=policy.person_id, **running)


def test_whoever_bought_a_policy_hears_what_it_covers_from_when(session, policy):
    tell.policy_began(session, PolicyBegan(policy.id, NOON))
    told = str(letter(session))
    assert "Support cover: Careful has begun" in told
    assert f"/cover/policies/{policy.reference}" in told
    assert "€1,000" in told
    assert "24 March" in told or "March 24" in told
    assert "17:45" in told or "5:45" in told


@pytest.mark.parametrize(
    ("needs_action", "words"), [(True, "wants to hear from you"), (False, "It is asked again in the next days")]
)
def test_whoever_did_not_pay_hears_why_and_until_when(session, policy, needs_action, words):
    overdue(session, policy)
    tell.policy_unpaid(session, PolicyUnpaid(policy.id, needs_action, NOON))
    told = str(letter(session))
    assert words in told
    assert "17 March" in told or "March 17" in told
    assert PAY in told


@pytest.mark.parametrize("action_url", [PAY, None])
def test_who_is_suspended_hears_how_to_go_on(session, policy, action_url):
    overdue(session, policy, action_url)
    tell.policy_suspended(session, PolicySuspended(policy.id, NOON))
    told = str(letter(session))
    assert "nothing new is covered" in told
    assert (PAY in told) is (action_url is not None)
    assert (policy.reference in told) is (action_url is None), "who has no page to pay on is led to the policy"


def test_whoever_is_no_longer_covered_hears_what_stays(session, policy):
    tell.policy_ended(session, PolicyEnded(policy.id, NOON))
    assert "What was covered before stays so." in str(letter(session))


def test_whose_bank_takes_a_payment_back_hears_what_that_means_and_how_it_ended(session, policy):
    tell.policy_disputed(session, PolicyDisputed(policy.id, NOON))
    told = str(letter(session))
    assert "Careful is suspended" in told
    assert "you are covered again if the payment stays" in told
    session.query(OutboxMessage).delete()
    tell.policy_restored(session, PolicyRestored(policy.id, NOON))
    assert "Careful covers again" in str(letter(session))


def test_finance_hears_of_a_period_that_a_bank_takes_back(session, policy):
    make_staff(session, "finance", email="flor@example.test")
    running = make_running_subscription(session, purpose=PURPOSE, subject_id=policy.id, payer_id=policy.person_id)
    chargeback = make_chargeback(session, payment=make_period_payment(session, running))
    tell.chargeback_opened(session, ChargebackOpened(PURPOSE, policy.id, chargeback.id, NOON))
    tell.chargeback_ended(session, ChargebackEnded(PURPOSE, policy.id, chargeback.id, is_won=True, at=NOON))
    told = [str(one.payload) for one in session.query(OutboxMessage).filter_by(kind="mail").order_by("id")]
    opened, ended = (one for one in told if "flor@example.test" in one)
    assert "It was for: Cover" in opened
    assert "stays with you" in ended
