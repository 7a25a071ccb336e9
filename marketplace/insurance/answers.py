"""Plans, policies and claims as the API tells of them."""

from datetime import datetime
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from marketplace.catalogue.rules import Layer
from marketplace.insurance import queries
from marketplace.insurance.models import Claim, PlanVersion, Policy, PolicyYear
from marketplace.insurance.rules import LIVE, PURPOSE, ClaimStatus, PolicyStatus
from marketplace.insurance.wording import claim_line
from marketplace.kernel.money import Money
from marketplace.kernel.schema import AnswerSchema, MoneySchema, money_json
from marketplace.kernel.translate import localized
from marketplace.payments import queries as money
from marketplace.payments.models import Subscription
from marketplace.payments.rules import Interval, SubscriptionStatus


def _told(description: str, **more: Any) -> dict[str, Any]:
    """Describe a field of an answer."""
    return {"required": True, "metadata": {"description": description, **more}}


def _amount(description: str, *, may_miss: bool = False) -> fields.Nested:
    return fields.Nested(MoneySchema, allow_none=may_miss, **_told(description))


class ListAnswer(AnswerSchema):
    """What lists have beside their items; these are short, and have one page."""

    next = fields.String(allow_none=True, **_told("`cursor` of the next page; null on the last one"))
    total = fields.Integer(**_told("How many there are on all pages"))


class PlanAnswer(AnswerSchema):
    """What is on sale, on which terms."""

    slug = fields.String(**_told("Short name of the plan", example="careful"))
    version = fields.Integer(**_told("Of the plan: whoever buys keeps it, whatever comes later"))
    name = fields.String(**_told("In the caller's language"))
    price = _amount("Of one interval, tax included")
    interval = fields.Enum(Interval, by_value=True, **_told("How often it is paid"))
    limit = _amount("The most that cover pays in a policy year")
    limit_minutes = fields.Integer(allow_none=True, **_told("The most working time in a policy year, if it counts"))
    deductible = _amount("What the customer bears of each event")
    claim_limit = _amount("The most that cover pays of one event, if there is such a limit", may_miss=True)
    waiting_days = fields.Integer(**_told("After the first payment, in which nothing is covered"))
    grace_days = fields.Integer(**_told("For how long it covers on if a renewal is not paid"))
    layers = fields.List(fields.Enum(Layer, by_value=True), **_told("Parts of the system that are covered"))
    categories = fields.List(fields.String(), allow_none=True, **_told("Slugs of what is covered; null for all"))
    needs_licence = fields.Boolean(**_told("A policy is for one licence of the product"))
    terms = fields.String(**_told("The terms in full, in the caller's language"))


class PlansAnswer(ListAnswer):
    """A list of what is on sale."""

    items = fields.List(fields.Nested(PlanAnswer), required=True)


class YearAnswer(AnswerSchema):
    """The policy year that runs; what is left is the limit less what is used and reserved."""

    ends_at = fields.AwareDateTime(**_told("When the next one begins, in UTC"))
    limit = _amount("The most that cover pays in it")
    used = _amount("Paid by now")
    reserved = _amount("Promised for work under way")
    left = _amount("What can still be promised")


class PolicyAnswer(AnswerSchema):
    """A policy of the caller."""

    id = fields.String(**_told("Reference in addresses", example="k7m2xq9wtb"))
    plan = fields.String(**_told("Slug of its plan"))
    version = fields.Integer(**_told("Of the plan, as it was bought"))
    next_plan = fields.String(allow_none=True, **_told("Slug of the plan to which it goes over"))
    status = fields.Enum(PolicyStatus, by_value=True, **_told("Where it stands"))
    licence = fields.String(**_told("For which it is; empty if the plan needs none"))
    begins_at = fields.AwareDateTime(allow_none=True, **_told("When the first period was paid"))
    waits_until = fields.AwareDateTime(allow_none=True, **_told("From when it covers"))
    paid_until = fields.AwareDateTime(allow_none=True, **_told("End of the last period that was paid"))
    cancels_at = fields.AwareDateTime(allow_none=True, **_told("When it ends, instead of being renewed"))
    ended_at = fields.AwareDateTime(allow_none=True, **_told("When it ended"))
    year = fields.Nested(YearAnswer, allow_none=True, **_told("The policy year that runs"))
    refund_now = _amount("What goes back if it is cancelled at once; null if it does not run", may_miss=True)
    checkout_url = fields.String(allow_none=True, **_told("Page on which it is paid, while it waits for that"))


class PoliciesAnswer(ListAnswer):
    """A list of policies."""

    items = fields.List(fields.Nested(PolicyAnswer), required=True)


class ClaimAnswer(AnswerSchema):
    """What a policy pays for one request."""

    id = fields.Integer(**_told("Of the claim"))
    page = fields.String(**_told("Path of the page of what it is for", example="/requests/k7m2xq9wtb"))
    description = fields.String(**_told("What it is for"))
    status = fields.Enum(ClaimStatus, by_value=True, **_told("Where it stands"))
    at = fields.AwareDateTime(**_told("When it was promised first, in UTC"))
    price = _amount("For which it was promised")
    own_part = _amount("What the customer bears first of the event, as far as it was left")
    covered = _amount("What cover pays, or has promised, by now")


class ClaimsAnswer(ListAnswer):
    """A list of claims, the newest first."""

    items = fields.List(fields.Nested(ClaimAnswer), required=True)


def plan_facts(version: PlanVersion) -> dict[str, Any]:
    """Tell what a plan promises."""
    terms = version.terms
    return {
        "slug": version.plan.slug,
        "version": version.number,
        "name": localized(version.names),
        "price": money_json(terms.price),
        "interval": version.interval,
        "limit": money_json(terms.limit),
        "limit_minutes": terms.limit_minutes,
        "deductible": money_json(terms.deductible),
        "claim_limit": _or_none(terms.claim_limit),
        "waiting_days": terms.waiting_days,
        "grace_days": terms.grace_days,
        "layers": sorted(terms.layers),
        "categories": None if terms.categories is None else sorted(terms.categories),
        "needs_licence": terms.needs_licence,
        "terms": localized(version.terms_texts),
    }


def policy_facts(session: Session, policy: Policy, now: datetime) -> dict[str, Any]:
    """Tell how a policy stands."""
    subscription = money.live_subscription(session, PURPOSE, policy.id)
    year = queries.year_at(session, policy.id, now) if policy.status in LIVE else None
    runs = policy.status in LIVE - {PolicyStatus.OPENING}
    return {
        "id": policy.reference,
        "plan": policy.version.plan.slug,
        "version": policy.version.number,
        "next_plan": policy.next_version.plan.slug if policy.next_version else None,
        "status": policy.status,
        "licence": policy.licence,
        "begins_at": policy.begins_at,
        "waits_until": policy.waits_until,
        "paid_until": subscription.period_end if subscription else None,
        "cancels_at": subscription.cancels_at if subscription else None,
        "ended_at": policy.ended_at,
        "year": _year(year) if year else None,
        "refund_now": money_json(queries.cancellation(session, policy, now).refund) if runs else None,
        "checkout_url": _page(subscription),
    }


def _year(year: PolicyYear) -> dict[str, Any]:
    parts = {name: money_json(getattr(year, name)) for name in ("limit", "used", "reserved", "left")}
    return {"ends_at": year.ends_at, **parts}


def _page(subscription: Subscription | None) -> str | None:
    is_awaited = subscription is not None and subscription.status is SubscriptionStatus.AWAITING
    return subscription.checkout_url if subscription is not None and is_awaited else None


def _or_none(amount: Money | None) -> dict[str, Any] | None:
    return None if amount is None else money_json(amount)


def claim_facts(claim: Claim) -> dict[str, Any]:
    """Tell what cover pays for a request."""
    line = claim_line(claim)
    return {
        "id": claim.id,
        "page": line.path,
        "description": line.description,
        "status": claim.status,
        "at": line.made_at,
        "price": money_json(line.price),
        "own_part": money_json(line.own),
        "covered": money_json(line.covered),
    }
