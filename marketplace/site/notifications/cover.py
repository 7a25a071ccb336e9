"""Letters about policies."""

from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.events import (
    AppealAnswered,
    AppealMade,
    PolicyBegan,
    PolicyDisputed,
    PolicyEnded,
    PolicyRestored,
    PolicySuspended,
    PolicyUnpaid,
)
from marketplace.insurance.models import Policy
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_money, localized
from marketplace.payments import queries as payments
from marketplace.site.notifications.post import decision_staff, page, tell, tell_all, when


def policy_began(session: Session, event: PolicyBegan) -> None:
    """Tell whoever bought a policy what it covers, and from when."""
    policy = queries.policy(session, event.policy_id)
    terms, waits_until = policy.version.terms, policy.waits_until
    assert waits_until is not None, "a policy that has begun has its waiting period"

    def write() -> Letter:
        facts = {**_named(policy), "limit": format_money(terms.limit), "day": when(waits_until)}
        return Letter(
            _("%(cover)s: %(plan)s has begun") % facts,
            [
                _("It pays for certified help with up to %(limit)s a year.") % facts,
                _("It covers what you ask for from %(day)s on.") % facts,
            ],
            (_("See what is left"), _page_of(policy)),
        )

    tell(session, policy.person, write, event.at)


def policy_unpaid(session: Session, event: PolicyUnpaid) -> None:
    """Tell the owner of a policy that its renewal was not paid, and what to do by when."""
    policy = queries.policy(session, event.policy_id)
    since = policy.unpaid_since or event.at
    until = since + timedelta(days=policy.version.grace_days)

    def write() -> Letter:
        facts = {**_named(policy), "day": when(until)}
        why = (
            _("Your bank wants to hear from you before it pays for the next period.")
            if event.needs_action
            else _("Your bank refused to pay for the next period. It is asked again in the next days.")
        )
        return Letter(
            _("%(cover)s: %(plan)s could not be renewed") % facts,
            [why, _("You are covered until %(day)s. Pay until then, and nothing changes.") % facts],
            _to_pay(session, policy),
        )

    tell(session, policy.person, write, event.at)


def policy_suspended(session: Session, event: PolicySuspended) -> None:
    """Tell the owner of a policy that it covers nothing more until it is paid."""
    policy = queries.policy(session, event.policy_id)

    def write() -> Letter:
        facts = _named(policy)
        return Letter(
            _("%(cover)s: %(plan)s is suspended") % facts,
            [
                _("The last period was not paid, so nothing new is covered."),
                _("What was covered before stays so. As soon as the period is paid, you are covered again."),
            ],
            _to_pay(session, policy),
        )

    tell(session, policy.person, write, event.at)


def policy_disputed(session: Session, event: PolicyDisputed) -> None:
    """Tell the owner of a policy that their bank took a payment back, and what that means."""
    policy = queries.policy(session, event.policy_id)

    def write() -> Letter:
        return Letter(
            _("%(cover)s: %(plan)s is suspended") % _named(policy),
            [
                _("Your bank has taken back what was paid for it. Nothing new is covered until it has decided."),
                _("What was covered before stays so."),
                _("If you did not want that, tell your bank: you are covered again if the payment stays."),
            ],
        )

    tell(session, policy.person, write, event.at)


def policy_restored(session: Session, event: PolicyRestored) -> None:
    """Tell the owner of a policy that it covers again."""
    policy = queries.policy(session, event.policy_id)

    def write() -> Letter:
        subject = _("%(cover)s: %(plan)s covers again") % _named(policy)
        unchanged = _("What you paid for ends when it would have: the days until the decision are not added.")
        return Letter(subject, [_("Your bank has decided that the payment stays."), unchanged])

    tell(session, policy.person, write, event.at)


def policy_ended(session: Session, event: PolicyEnded) -> None:
    """Tell the owner of a policy that it is over."""
    policy = queries.policy(session, event.policy_id)

    def write() -> Letter:
        return Letter(
            _("%(cover)s: %(plan)s has ended") % _named(policy),
            [
                _("Nothing more is charged for it, and nothing new is covered."),
                _("What was covered before stays so."),
            ],
        )

    tell(session, policy.person, write, event.at)


def appeal_made(session: Session, event: AppealMade) -> None:
    """Tell those who answer that a customer thinks that something should have been covered."""
    found = queries.appeal(session, event.appeal_id)

    def write() -> Letter:
        return Letter(
            _("%(name)s thinks that something should have been covered") % {"name": found.policy.person.name},
            [found.about, found.statement, _("Answer with a reason. An answer moves no money by itself.")],
            (_("Read and answer"), page(f"/vendor/cover/appeals/{found.id}")),
        )

    staff = [one for one in decision_staff(session) if one.id != found.policy.person_id]
    tell_all(session, staff, write, event.at)


def appeal_answered(session: Session, event: AppealAnswered) -> None:
    """Bring the answer to whoever asked for another look."""
    found = queries.appeal(session, event.appeal_id)
    answer = found.answer
    assert answer is not None, "it is answered"

    def write() -> Letter:
        return Letter(
            _("We have looked at it again: %(about)s") % {"about": found.about},
            [answer],
            (_("See your policy"), _page_of(found.policy)),
        )

    tell(session, found.policy.person, write, event.at)


def _named(policy: Policy) -> dict[str, str]:
    """Call a policy by its plan, and by what the vendor calls such things."""
    settings = current_app.extensions["handrail_settings"]
    return {"plan": localized(policy.version.names), "cover": str(settings.cover_name.label)}


def _page_of(policy: Policy) -> str:
    return page(f"/cover/policies/{policy.reference}")


def _to_pay(session: Session, policy: Policy) -> tuple[str, str]:
    """Lead to Stripe's page on which what is missing can be paid, or to the policy if there is none."""
    subscription = payments.live_subscription(session, PURPOSE, policy.id)
    if subscription is not None and subscription.action_url is not None:
        return _("Pay"), subscription.action_url
    return _("See what to do"), _page_of(policy)
