"""Plans, policies and claims, by JSON."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.insurance import answers, commands, queries
from marketplace.insurance.models import PlanVersion
from marketplace.insurance.rules import PURPOSE, NotOnSale
from marketplace.insurance.schemas_of_calls import BuyCallSchema, CancelCallSchema
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.repeating import KEY_PARAMETER, RETRY_AFTER, RETRY_AFTER_S, once
from marketplace.kernel.schema import money_json
from marketplace.kernel.translate import _
from marketplace.payments import queries as money
from marketplace.payments.rules import SubscriptionStatus

blueprint = CallsBlueprint("insurance_api", __name__, url_prefix="/api/v1", description="Plans, policies and claims")
repeatable = blueprint.doc(parameters=[KEY_PARAMETER])
Facts = dict[str, Any]


def _list(items: list[Facts]) -> Facts:
    return {"items": items, "next": None, "total": len(items)}


@blueprint.get("/plans")
@blueprint.response(200, answers.PlansAnswer)
@open_to(Role.ANYONE)
def plans() -> Facts:
    """List what is on sale, in the vendor's order."""
    return _list([answers.plan_facts(one) for one in queries.plans_on_sale(reading())])


@blueprint.get("/policies")
@blueprint.response(200, answers.PoliciesAnswer)
@open_to(Role.PERSON)
def policies() -> Facts:
    """List the policies of the caller, the newest first."""
    session, now = reading(), utcnow()
    return _list([answers.policy_facts(session, one, now) for one in queries.policies_of(session, caller_id())])


@blueprint.post("/policies")
@blueprint.arguments(BuyCallSchema, example={"plan": "careful", "version": 2})
@blueprint.response(201, answers.PolicyAnswer)
@blueprint.alt_response(
    202,
    schema=answers.PolicyAnswer,
    description="The payment page is being made: ask for the policy until it has a `checkout_url`, or another status",
    headers={"Retry-After": RETRY_AFTER},
)
@repeatable
@open_to(Role.PERSON)
def buy(typed: Facts) -> Any:
    """Buy a plan; it begins when the first period is paid on the page at `checkout_url`."""

    def perform(session: Session) -> Facts:
        person, version = accounts.person(session, caller_id()), _wanted(session, typed)
        policy, message_id = commands.buy(
            session,
            person_id=person.id,
            country=person.country,
            version_id=version.id,
            licence=typed["licence"],
            now=utcnow(),
        )
        return {"reference": policy.reference, "policy_id": policy.id, "message_id": message_id}

    done = once(perform, typed)
    outbox.deliver_now(done["message_id"])
    subscription = money.live_subscription(reading(), PURPOSE, done["policy_id"])
    is_waiting = subscription is not None and subscription.status is SubscriptionStatus.OPENING
    answer = _facts_of(done["reference"])
    return (answer, 202, {"Retry-After": str(RETRY_AFTER_S)}) if is_waiting else answer


def _wanted(session: Session, typed: Facts) -> PlanVersion:
    """Find the plan that is wanted, as it is on sale.

    Raises:
        InvalidInput: no such plan is on sale.
        NotOnSale: it has another version than was named.
    """
    found = [one for one in queries.plans_on_sale(session) if one.plan.slug == typed["plan"]]
    if not found:
        raise InvalidInput({"plan": [_("There is no such plan on sale.")]})
    if typed["version"] not in {None, found[0].number}:
        raise NotOnSale
    return found[0]


@blueprint.get("/policies/<string:reference>")
@blueprint.response(200, answers.PolicyAnswer)
@open_to(Role.PERSON)
def policy(reference: str) -> Facts:
    """Tell how a policy stands: what is left of the year, until when it is paid, and what goes back if it ends now."""
    return _facts_of(reference)


@blueprint.post("/policies/<string:reference>/cancel")
@blueprint.arguments(CancelCallSchema, example={"when": "now", "refund": {"amount": 8120, "currency": "EUR"}})
@blueprint.response(200, answers.PolicyAnswer)
@repeatable
@open_to(Role.PERSON)
def cancel(typed: Facts, reference: str) -> Facts:
    """End a policy with the period that is paid, or at once.

    At once, `refund` names what goes back, as `refund_now` of the policy says; if that is another amount by now,
    nothing is cancelled: 409.
    """

    def perform(session: Session) -> Facts:
        how: Facts = {"person_id": caller_id(), "now": utcnow()}
        if typed["when"] == "end":
            return {"message_id": commands.cancel_at_end(session, reference, **how)}
        return {"message_id": commands.cancel_now(session, reference, seen=typed["refund"], **how)}

    refund = typed["refund"]
    done = once(perform, {**typed, "refund": money_json(refund) if refund else None})
    outbox.deliver_now(done["message_id"])
    return _facts_of(reference)


@blueprint.get("/policies/<string:reference>/claims")
@blueprint.response(200, answers.ClaimsAnswer)
@open_to(Role.PERSON)
def claims(reference: str) -> Facts:
    """List what a policy paid for, or has promised to, the newest first."""
    found = queries.policy_by_reference(reading(), reference, caller_id())
    return _list([answers.claim_facts(one) for one in queries.claims_of(reading(), [found.id])])


def _facts_of(reference: str) -> Facts:
    session = reading()
    return answers.policy_facts(session, queries.policy_by_reference(session, reference, caller_id()), utcnow())
