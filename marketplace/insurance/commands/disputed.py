"""What becomes of a policy when a bank takes back what was paid for it."""

from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.events import PolicyDisputed, PolicyRestored
from marketplace.insurance.rules import POLICY, PURPOSE, Cancellation, PolicyAction, PolicyStatus
from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import SubscriptionStatus


def chargeback_opened(session: Session, event: payments.ChargebackOpened) -> None:
    """Cover nothing new until the bank has decided; what was promised stays so."""
    if event.purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, event.subject_id)
    if not POLICY.allows(policy.status, PolicyAction.SUSPEND):
        return
    policy.status = POLICY.after(policy.status, PolicyAction.SUSPEND)
    policy.unpaid_since = policy.unpaid_since or event.at
    audit.record(session, policy, "dispute", by=None, at=event.at, chargeback_id=event.chargeback_id)
    announce(session, PolicyDisputed(policy.id, event.at))


def period_lost(session: Session, event: payments.PeriodLost) -> None:
    """Give back what was paid beside it for cover that will not be given, as if its owner had ended the policy now.

    What cover has paid or promised in this year is set off, as it is then; and what the vendor has lost to the bank.
    """
    if event.purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, event.subject_id)
    subscription = money.lock_subscription(session, event.subscription_id)
    taken = queries.cancellation(session, policy, event.at).taken + event.loss
    back = Cancellation(money.refundable(session, subscription), taken).refund
    if back:
        payments.give_back_unearned(session, subscription, back, event.at)


def chargeback_ended(session: Session, event: payments.ChargebackEnded) -> None:
    """Cover again if the payment stays, and all others are paid; what is lost has ended the subscription."""
    if event.purpose != PURPOSE or not event.is_won:
        return
    policy = queries.lock_policy(session, event.subject_id)
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    is_paid = subscription is not None and subscription.status is SubscriptionStatus.ACTIVE
    if policy.status is not PolicyStatus.SUSPENDED or not is_paid or queries.is_at_bank(session, policy.id):
        return
    policy.status, policy.unpaid_since = POLICY.after(policy.status, PolicyAction.PAY), None
    audit.record(session, policy, "restore", by=None, at=event.at, chargeback_id=event.chargeback_id)
    announce(session, PolicyRestored(policy.id, event.at))
