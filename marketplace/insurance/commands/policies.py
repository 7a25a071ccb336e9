"""The life of a policy: bought, paid, not paid, changed, ended. Money is the business of the subscription behind it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.commands.years import begin_year, bring_years_to
from marketplace.insurance.events import PolicyBegan, PolicyEnded, PolicySuspended, PolicyUnpaid
from marketplace.insurance.models import PlanVersion, Policy
from marketplace.insurance.rules import (
    CHANGE_SEEN_FOR,
    POLICY,
    PURPOSE,
    DifferenceHasChanged,
    NotOnSale,
    OneForEachLicence,
    PolicyAction,
    PolicyStatus,
    RefundHasChanged,
    year_number,
)
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, localized
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import ChangeMoment, PeriodReason, Subject
from marketplace.tariffs import queries as tariffs

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # Without letters that look like others.
REFERENCE_LENGTH = 10


def buy(
    session: Session, *, person_id: int, country: str | None, version_id: int, licence: str = "", now: datetime
) -> tuple[Policy, int]:
    """Ask for a policy; gives it and the outbox message that makes the page on which it is paid.

    Args:
        session: the transaction.
        person_id: who buys it, and is covered.
        country: of that person, whose tax the price includes.
        version_id: the version of the plan that was seen.
        licence: of the vendor's product, if the plan is for one.
        now: the present moment.

    Raises:
        NotOnSale: the plan is not sold as it was seen.
        InvalidInput: the plan is for a licence, and none is named.
        OneForEachLicence: there is a policy for this already.
        OneCurrency: Stripe bills them in another currency.
    """
    version = queries.version(session, version_id)
    if version.id not in {one.id for one in queries.plans_on_sale(session)}:
        raise NotOnSale
    licence = licence.strip() if version.needs_licence else ""
    if version.needs_licence and not licence:
        raise InvalidInput({"licence": [_("Write the number of your licence.")]})
    reference = "".join(secrets.choice(ALPHABET) for _number in range(REFERENCE_LENGTH))
    tax = tariffs.tax_of_cover(session, country, now.date())
    facts = {"person_id": person_id, "version_id": version.id, "licence": licence, "made_at": now}
    facts |= {"tax_names": dict(tax.names), "tax_country": tax.country}
    if not insert_new(session, Policy, reference=reference, status=PolicyStatus.OPENING, **facts):
        raise OneForEachLicence
    policy = queries.policy_by_reference(session, reference)
    terms = version.terms
    _subscription, message_id = payments.open_subscription(
        session,
        Subject(PURPOSE, policy.id, localized(version.names), f"/cover/policies/{policy.reference}"),
        payer_id=person_id,
        price=terms.price,
        tax_rate=tax.rate,
        interval=terms.interval,
        now=now,
    )
    audit.record(session, policy, "buy", by=person_id, at=now, version_id=version.id)
    return policy, message_id


def take_back(session: Session, reference: str, *, person_id: int, now: datetime) -> None:
    """Let go of a policy that nobody has paid yet.

    Raises:
        IllegalMove: it is paid.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    following = POLICY.after(policy.status, PolicyAction.LAPSE)
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    if subscription is not None:
        payments.take_back_subscription(session, subscription.id, now=now)
    policy.status, policy.ended_at = following, now
    audit.record(session, policy, PolicyAction.LAPSE, by=person_id, at=now)


def outcome_known(session: Session, event: payments.OutcomeKnown) -> None:
    """What became of a subscription is about to wake its policy: lock the policy first, as every step does."""
    if event.purpose == PURPOSE:
        queries.lock_policy(session, event.subject_id)


def period_paid(session: Session, event: payments.PeriodPaid) -> None:
    """Begin, or go on covering; a period in a new policy year brings the next limit.

    While a bank decides about another payment, it stays suspended, however much else is paid.
    """
    if event.purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, event.subject_id)
    if event.reason is PeriodReason.CHANGE or not POLICY.allows(policy.status, PolicyAction.PAY):
        return
    waiting = timedelta(days=policy.version.waiting_days)
    was = policy.status
    if not queries.is_at_bank(session, policy.id):
        policy.status, policy.unpaid_since = POLICY.after(was, PolicyAction.PAY), None
    if was is PolicyStatus.OPENING:
        policy.begins_at, policy.waits_until = event.period_start, event.period_start + waiting
        announce(session, PolicyBegan(policy.id, event.at))
    assert policy.begins_at is not None
    if policy.next_version_id is not None and was is not PolicyStatus.OPENING:
        version = queries.version(session, policy.next_version_id)
        if money.subscription(session, event.subscription_id).price == version.terms.price:
            _go_over(session, policy, version, event.at)
    begin_year(session, policy, year_number(policy.begins_at, event.period_start), now=event.at)
    audit.record(session, policy, PolicyAction.PAY, by=None, at=event.at)


def period_unpaid(session: Session, event: payments.PeriodUnpaid) -> None:
    """A renewal was not paid: it covers on for its days of grace, and its owner is told what to do."""
    if event.purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, event.subject_id)
    if not POLICY.allows(policy.status, PolicyAction.MISS):
        return
    policy.status = POLICY.after(policy.status, PolicyAction.MISS)
    policy.unpaid_since = policy.unpaid_since or event.at
    if policy.status is PolicyStatus.GRACE:  # Its last year may have ended with what was paid.
        assert policy.begins_at is not None
        begin_year(session, policy, year_number(policy.begins_at, event.at), now=event.at)
    announce(session, PolicyUnpaid(policy.id, event.needs_action, event.at))


def begin_next_year(session: Session, policy_id: int, *, now: datetime) -> None:
    """Cover on after a year has ended: until Stripe has charged the next period, nobody is to stand without a limit."""
    policy = queries.lock_policy(session, policy_id)
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    goes_on = subscription is not None and subscription.cancels_at is None
    if goes_on and policy.begins_at is not None and policy.id in queries.between_years(session, now):
        begin_year(session, policy, year_number(policy.begins_at, now), now=now)


def suspend_overdue(session: Session, policy_id: int, *, now: datetime) -> None:
    """Cover nothing more by a policy whose grace is over, until it is paid."""
    policy = queries.lock_policy(session, policy_id)
    if policy.id not in queries.to_suspend(session, now):
        return
    policy.status = POLICY.after(policy.status, PolicyAction.SUSPEND)
    audit.record(session, policy, PolicyAction.SUSPEND, by=None, at=now)
    announce(session, PolicySuspended(policy.id, now))


def subscription_lapsed(session: Session, event: payments.SubscriptionLapsed) -> None:
    """Nobody paid in time."""
    _end(session, event.purpose, event.subject_id, PolicyAction.LAPSE, event.at)


def subscription_ended(session: Session, event: payments.SubscriptionEnded) -> None:
    """It is paid for no more: nothing new is covered; what was promised before stays so."""
    _end(session, event.purpose, event.subject_id, PolicyAction.END, event.at)


def _end(session: Session, purpose: str, policy_id: int, action: PolicyAction, now: datetime) -> None:
    if purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, policy_id)
    if not POLICY.allows(policy.status, action):
        return
    policy.status = POLICY.after(policy.status, action)
    policy.unpaid_since, policy.ended_at = None, now
    policy.next_version_id = policy.asked_version_id = None
    audit.record(session, policy, action, by=None, at=now)
    if action is PolicyAction.END:
        announce(session, PolicyEnded(policy.id, now))


def cancel_at_end(session: Session, reference: str, *, person_id: int, now: datetime) -> int:
    """Let a policy run out; gives the outbox message that tells Stripe.

    Raises:
        IllegalMove: it does not run.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    POLICY.after(policy.status, PolicyAction.END)
    audit.record(session, policy, "cancel_at_end", by=person_id, at=now)
    return payments.cancel_subscription(session, _subscription_id(session, policy), at_end=True, now=now)


def go_on(session: Session, reference: str, *, person_id: int, now: datetime) -> int:
    """Let a policy go on that was to run out; gives the outbox message that tells Stripe.

    Raises:
        IllegalMove: it does not run.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    POLICY.after(policy.status, PolicyAction.END)
    audit.record(session, policy, "go_on", by=person_id, at=now)
    return payments.resume_subscription(session, _subscription_id(session, policy), now=now)


def cancel_now(session: Session, reference: str, *, person_id: int, seen: Money, now: datetime) -> int:
    """End a policy at once; what is not earned yet goes back, less what cover has paid or promised in this year.

    Raises:
        RefundHasChanged: another amount goes back than was seen.
        IllegalMove: it does not run.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    POLICY.after(policy.status, PolicyAction.END)
    refund = queries.cancellation(session, policy, now).refund
    if refund != seen:
        raise RefundHasChanged
    audit.record(session, policy, "cancel_now", by=person_id, at=now, minor=refund.minor)
    subscription_id = _subscription_id(session, policy)
    return payments.cancel_subscription(session, subscription_id, at_end=False, refund=refund or None, now=now)


def change_plan(
    session: Session, reference: str, *, person_id: int, version_id: int, prorated_at: datetime, now: datetime
) -> int:
    """Go over to another plan: to a dearer one at once, to a cheaper one with the next period.

    Gives the outbox message that asks Stripe for it.

    Raises:
        NotOnSale: it is not sold as it was seen, or not to who has this policy.
        DifferenceHasChanged: `prorated_at` is not the moment of a preview that was seen just now.
        IllegalMove: it does not run.
        NotRunning, ChangeUnderWay: see `payments.change_subscription`.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    POLICY.after(policy.status, PolicyAction.END)
    if not now - CHANGE_SEEN_FOR <= prorated_at <= now:
        raise DifferenceHasChanged
    version = queries.version(session, version_id)
    if version.id not in {one.id for one in queries.plans_to_change_to(session, policy)}:
        raise NotOnSale
    subscription = money.subscription(session, _subscription_id(session, policy))
    is_dearer = version.terms.price > subscription.price
    policy.asked_version_id = version.id
    audit.record(session, policy, "change_plan", by=person_id, at=now, version_id=version.id)
    _change, message_id = payments.change_subscription(
        session,
        subscription.id,
        price=version.terms.price,
        description=localized(version.names),
        at=ChangeMoment.NOW if is_dearer else ChangeMoment.PERIOD_END,
        prorated_at=prorated_at,
        now=now,
    )
    return message_id


def subscription_changed(session: Session, event: payments.SubscriptionChanged) -> None:
    """The difference is paid: the dearer plan holds from now on. A cheaper one waits for its period."""
    if event.purpose != PURPOSE:
        return
    policy = queries.lock_policy(session, event.subject_id)
    asked_id, policy.asked_version_id = policy.asked_version_id, None
    if asked_id is None:
        return
    if event.moment is ChangeMoment.NOW:
        _go_over(session, policy, queries.version(session, asked_id), event.at)
    else:
        policy.next_version_id = asked_id


def change_refused(session: Session, event: payments.SubscriptionChangeRefused) -> None:
    """The difference was not paid: all is as before, and what was to come comes."""
    if event.purpose == PURPOSE:
        queries.lock_policy(session, event.subject_id).asked_version_id = None


def _go_over(session: Session, policy: Policy, version: PlanVersion, now: datetime) -> None:
    policy.version_id, policy.next_version_id = version.id, None
    session.flush()
    session.expire(policy, ["version", "next_version"])
    bring_years_to(session, policy, version.terms, now=now)
    audit.record(session, policy, "go_over", by=None, at=now, version_id=version.id)


def _subscription_id(session: Session, policy: Policy) -> int:
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    assert subscription is not None, "a policy that runs is paid for by a subscription"
    return subscription.id
