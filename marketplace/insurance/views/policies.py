"""A policy: how it stands, what it paid for, and what its owner can do about it."""

from flask import flash as tell
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.catalogue import queries as catalogue
from marketplace.insurance import commands, queries, wording
from marketplace.insurance.models import PlanVersion, Policy
from marketplace.insurance.rules import PURPOSE
from marketplace.insurance.schemas import CancelSchema, ChangeSchema
from marketplace.insurance.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.payments import commands as payments
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import Refused, Uncertain
from marketplace.payments.models import Subscription
from marketplace.payments.rules import ChangePreview


@blueprint.get("/cover/policies/<reference>")
@open_to(Role.PERSON)
def show(reference: str) -> ResponseReturnValue:
    """Show how a policy stands and what it was used for."""
    session, now = reading(), utcnow()
    policy = _own(reference)
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    year = queries.year_at(session, policy.id, now)
    paid = [
        payment
        for one in money.subscriptions_of(session, PURPOSE, policy.id)
        for payment in money.period_payments(session, one.id)
    ]
    return render_template(
        "insurance/policy.html",
        policy=policy,
        subscription=subscription,
        year=year,
        step=wording.next_step(policy, subscription, now, is_at_bank=queries.is_at_bank(session, policy.id)),
        changing=money.asked_change(session, subscription.id) if subscription else None,
        others=queries.plans_to_change_to(session, policy),
        claims=[wording.claim_line(one) for one in queries.claims_of(session, [policy.id])],
        appeals=queries.appeals_of(session, policy.id),
        paid=paid[::-1],
        refunds=money.period_refunds(session, [one.id for one in paid]),
        categories=catalogue.categories(session),
        wording=wording,
    )


@blueprint.post("/cover/policies/<reference>/take-back")
@open_to(Role.PERSON)
def take_back(reference: str) -> ResponseReturnValue:
    """Let go of a policy that is not paid yet."""
    with transaction() as session:
        commands.take_back(session, reference, person_id=caller_id(), now=utcnow())
    tell(_("Nothing is charged. You can choose again at any time."))
    return redirect(url_for(".index"))


@blueprint.post("/cover/policies/<reference>/card")
@open_to(Role.PERSON)
def change_card(reference: str) -> ResponseReturnValue:
    """Lead to Stripe's page on which another card is chosen."""
    policy = _own(reference)
    back = url_for(".show", reference=policy.reference)
    reading().rollback()
    with transaction() as session:
        visit, message_id = payments.open_portal(session, caller_id(), back, now=utcnow())
        visit_id = visit.id
    outbox.deliver_now(message_id)
    url = money.portal_visit(reading(), visit_id, caller_id()).url
    if url is None:
        tell(_("Stripe did not answer. Try again in a minute."))
        return redirect(back, code=303)
    return redirect(url, code=303)


@blueprint.get("/cover/policies/<reference>/cancel")
@open_to(Role.PERSON)
def last_look_at_cancelling(reference: str) -> ResponseReturnValue:
    """Show what goes back if a policy ends at once, and until when it runs otherwise."""
    return _cancelling(_own(reference), {})


def _cancelling(policy: Policy, errors: dict[str, list[str]]) -> ResponseReturnValue:
    session = reading()
    subscription = _live(policy)
    page = render_template(
        "insurance/cancel.html",
        policy=policy,
        subscription=subscription,
        found=queries.cancellation(session, policy, utcnow()),
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/cover/policies/<reference>/cancel")
@open_to(Role.PERSON)
def cancel(reference: str) -> ResponseReturnValue:
    """End a policy, with its period or at once."""
    policy = _own(reference)
    try:
        typed = load_form(CancelSchema())
    except InvalidInput as error:
        return _cancelling(policy, dict(error.fields))
    currency, person_id = policy.version.currency, caller_id()
    reading().rollback()
    with transaction() as session:
        if typed["when"] == "end":
            message_id = commands.cancel_at_end(session, reference, person_id=person_id, now=utcnow())
        else:
            seen = Money(typed["seen_minor"], currency)
            message_id = commands.cancel_now(session, reference, person_id=person_id, seen=seen, now=utcnow())
    outbox.deliver_now(message_id)
    tell(_("It is cancelled: nothing more is charged."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/cover/policies/<reference>/go-on")
@open_to(Role.PERSON)
def go_on(reference: str) -> ResponseReturnValue:
    """Renew a policy after all that was to end with its period."""
    with transaction() as session:
        message_id = commands.go_on(session, reference, person_id=caller_id(), now=utcnow())
    outbox.deliver_now(message_id)
    tell(_("It goes on: the next period is charged as usual."))
    return redirect(url_for(".show", reference=reference))


@blueprint.get("/cover/policies/<reference>/change/<slug>")
@open_to(Role.PERSON)
def last_look_at_change(reference: str, slug: str) -> ResponseReturnValue:
    """Show what another plan changes and costs, before anything is changed."""
    policy, version, subscription = _change_to(reference, slug)
    is_dearer = version.terms.price > subscription.price
    preview = _preview(subscription.id, version.terms.price) if is_dearer else None
    policy, version, subscription = _change_to(reference, slug)  # What was read was let go of while Stripe was asked.
    return render_template(
        "insurance/change.html",
        policy=policy,
        subscription=subscription,
        year=queries.year_at(reading(), policy.id, utcnow()),
        version=version,
        preview=preview,
        is_dearer=is_dearer,
        categories=catalogue.categories(reading()),
        wording=wording,
    )


def _change_to(reference: str, slug: str) -> tuple[Policy, PlanVersion, Subscription]:
    """Find a policy and the plan to which it can go over, or raise `NotFound`."""
    policy = _own(reference)
    found = [one for one in queries.plans_to_change_to(reading(), policy) if one.plan.slug == slug]
    if not found:
        raise NotFound(plan=slug)
    return policy, found[0], _live(policy)


def _preview(subscription_id: int, price: Money) -> ChangePreview | None:
    """Ask what a dearer plan costs now, with nothing open meanwhile; None if Stripe does not say."""
    reading().rollback()
    try:
        return effects.preview_change(subscription_id, price)
    except (Refused, Uncertain):
        return None


@blueprint.post("/cover/policies/<reference>/change")
@open_to(Role.PERSON)
def change(reference: str) -> ResponseReturnValue:
    """Go over to another plan."""
    typed, now = load_form(ChangeSchema()), utcnow()
    with transaction() as session:
        message_id = commands.change_plan(
            session,
            reference,
            person_id=caller_id(),
            version_id=typed["version"],
            prorated_at=typed["prorated_at"] or now,
            now=now,
        )
    outbox.deliver_now(message_id)
    return redirect(url_for(".show", reference=reference))


def _own(reference: str) -> Policy:
    return queries.policy_by_reference(reading(), reference, caller_id())


def _live(policy: Policy) -> Subscription:
    """Find what is paid for a policy that runs, or raise `NotFound`."""
    found = money.live_subscription(reading(), PURPOSE, policy.id)
    if found is None:
        raise NotFound(reference=policy.reference)
    return found
