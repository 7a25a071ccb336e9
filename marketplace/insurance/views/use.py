"""For the vendor's people: how policies are used beside each other, and all there is to know of one."""

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import queries as accounts
from marketplace.insurance import queries, wording, wording_of_use
from marketplace.insurance.queries.peers import policies_named, used_beside_peers
from marketplace.insurance.rules import PURPOSE
from marketplace.insurance.rules.peers import Beside
from marketplace.insurance.schemas import UseSchema
from marketplace.insurance.views import blueprint
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.spreadsheets import csv_answer
from marketplace.kernel.translate import localized
from marketplace.payments import queries as payments

PAGE = 40
COLUMNS = (
    *("policy", "plan", "version", "status", "used_percent", "taken", "limit", "currency"),
    *("claims", "events", "mean_per_event", "above_percent", "policies_of_plan", "stands_out"),
)


@blueprint.get("/vendor/cover/policies")
@open_to(Role.STAFF)
def use() -> ResponseReturnValue:
    """List the policies, each beside the others of its plan; those first that somebody should look at."""
    session, schema = reading(), UseSchema()
    typed = query_values(schema, request.args)
    wanted = load(schema, typed)
    offset, plan = wanted.get("offset", 0), wanted.get("plan")
    plan_id = queries.plan_by_slug(session, plan).id if plan else None
    rows = [one for one in used_beside_peers(session, utcnow()) if plan_id in {None, one.usage.plan_id}]
    shown = rows[offset : offset + PAGE]
    return render_template(
        "insurance/vendor_policies.html",
        rows=shown,
        policies=policies_named(session, [one.usage.policy_id for one in shown]),
        plans=[(one.slug, localized(one.versions[-1].names)) for one in queries.plans(session) if one.versions],
        typed={"plan": plan} if plan else {},
        more=url_for(".use", plan=plan, offset=offset + PAGE) if len(rows) > offset + PAGE else None,
        fewer=url_for(".use", plan=plan, offset=max(0, offset - PAGE)) if offset else None,
        said=wording_of_use,
    )


@blueprint.get("/vendor/cover/policies.csv")
@open_to(Role.FINANCE)
def use_csv() -> ResponseReturnValue:
    """Give how policies are used, a line for each whose year runs."""
    return csv_answer("policies.csv", COLUMNS, _lines())


def _lines() -> Iterator[list[Any]]:
    session = reading()
    rows = used_beside_peers(session, utcnow())
    for start in range(0, len(rows), PAGE):
        some = rows[start : start + PAGE]
        policies = policies_named(session, [one.usage.policy_id for one in some])
        for one in some:
            policy, used = policies[one.usage.policy_id], one.usage
            yield [
                *(policy.reference, localized(policy.version.names), policy.version.number, policy.status.value),
                *(used.percent, used.taken.major, used.limit.major, used.limit.currency),
                *(used.claims, used.events, used.mean.major if used.mean else ""),
                *(one.above_percent, one.peers, "yes" if one.stands_out else "no"),
            ]


@blueprint.get("/vendor/cover/policies/<reference>")
@open_to(Role.STAFF)
def used(reference: str) -> ResponseReturnValue:
    """Show all there is to know of a policy: how it stands, its years, claims, payments and history."""
    session, now = reading(), utcnow()
    policy = queries.policy_by_reference(session, reference)
    paid = payments.subscriptions_of(session, PURPOSE, policy.id)
    claims = queries.claims_of(session, [policy.id])
    made = [one for subscription in paid for one in payments.period_payments(session, subscription.id)]
    return render_template(
        "insurance/vendor_policy.html",
        policy=policy,
        subscription=payments.live_subscription(session, PURPOSE, policy.id),
        year=queries.year_at(session, policy.id, now),
        years=queries.years_of(session, [policy.id])[::-1],
        compared=_beside(policy.id, used_beside_peers(session, now)),
        claims=[(one.event_id or one.id, wording.claim_line(one)) for one in claims if one.parts],
        payments=made[::-1],
        chargebacks=payments.chargebacks_of_periods(session, [one.id for one in made]),
        traces=accounts.traces_of(session, policy),
        wording=wording,
        said=wording_of_use,
    )


def _beside(policy_id: int, rows: list[Beside]) -> Beside | None:
    return next((one for one in rows if one.usage.policy_id == policy_id), None)
