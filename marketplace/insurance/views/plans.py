"""The vendor's desk for plans: every version that was ever promised, the next one, and what is on sale."""

from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from marketplace.accounts import choices
from marketplace.accounts import queries as accounts
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import LAYER_LABELS
from marketplace.insurance import commands, queries, wording, wording_of_plans
from marketplace.insurance.models import Plan, PlanVersion
from marketplace.insurance.schemas import (
    NAME,
    TERMS,
    PlaceSchema,
    PlanOrder,
    PlanSchema,
    SaleSchema,
    Step,
    VersionSchema,
)
from marketplace.insurance.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import form_values, load, load_form
from marketplace.kernel.translate import _, languages, localized, own_name
from marketplace.payments.rules import Interval

FIRST_TYPED = {
    "interval": Interval.YEAR.value,
    "deductible": "0",
    "waiting_days": 14,
    "grace_days": 7,
    "layers": list(LAYER_LABELS),
}


@blueprint.get("/vendor/cover/plans")
@open_to(Role.STAFF)
def vendor_plans() -> ResponseReturnValue:
    """List the plans: what each promises now, whether it is on sale, and how many policies run by it."""
    session = reading()
    return render_template(
        "insurance/vendor_plans.html",
        plans=queries.plans(session),
        running=queries.policies_by_version(session),
        wording=wording,
    )


@blueprint.get("/vendor/cover/plans/<slug>")
@open_to(Role.STAFF)
def vendor_plan(slug: str) -> ResponseReturnValue:
    """Show every version of a plan, the last first, with what each changed."""
    session = reading()
    plan, categories = queries.plan_by_slug(session, slug), catalogue.categories(session)
    earlier = [None, *plan.versions]
    return render_template(
        "insurance/vendor_plan.html",
        plan=plan,
        versions=[
            (one, before, wording_of_plans.promises(one, categories))
            for one, before in reversed(list(zip(plan.versions, earlier, strict=False)))
        ],
        categories=categories,
        running=queries.policies_by_version(session),
        traces=accounts.traces_of(session, plan),
        said=wording_of_plans,
    )


@blueprint.get("/vendor/cover/plans/new")
@open_to(Role.FINANCE)
def new_plan() -> ResponseReturnValue:
    """Ask what a new plan is to promise."""
    return _form(None, {**FIRST_TYPED, "currency": accounts.person(reading(), caller_id()).currency}, {})


@blueprint.post("/vendor/cover/plans/new")
@open_to(Role.FINANCE)
def make_plan() -> ResponseReturnValue:
    """Show a new plan as customers will read it, or make it."""
    return _decide(PlanSchema(), None)


@blueprint.get("/vendor/cover/plans/<slug>/versions")
@open_to(Role.FINANCE)
def new_version(slug: str) -> ResponseReturnValue:
    """Ask what a plan is to promise from now on; what it promises already stands there."""
    plan = queries.plan_by_slug(reading(), slug)
    return _form(plan, _typed_of(plan.versions[-1]) if plan.versions else FIRST_TYPED, {})


@blueprint.post("/vendor/cover/plans/<slug>/versions")
@open_to(Role.FINANCE)
def add_version(slug: str) -> ResponseReturnValue:
    """Show a version as customers will read it, or promise it from now on."""
    return _decide(VersionSchema(), queries.plan_by_slug(reading(), slug))


@blueprint.post("/vendor/cover/plans/<slug>/sale")
@open_to(Role.FINANCE)
def sell_plan(slug: str) -> ResponseReturnValue:
    """Put a plan on sale, or withdraw it."""
    is_on_sale: bool = load_form(SaleSchema())["is_on_sale"]
    with transaction() as session:
        plan = queries.plan_by_slug(session, slug)
        commands.put_on_sale(session, plan.id, is_on_sale=is_on_sale, by=caller_id(), now=utcnow())
    tell(_("The plan is on sale.") if is_on_sale else _("The plan is sold no more. Policies that run go on."))
    return redirect(url_for(".vendor_plan", slug=slug), code=303)


@blueprint.post("/vendor/cover/plans/<slug>/place")
@open_to(Role.FINANCE)
def move_plan(slug: str) -> ResponseReturnValue:
    """Let customers read a plan earlier, or later."""
    is_earlier: bool = load_form(PlaceSchema())["is_earlier"]
    with transaction() as session:
        commands.move_plan(session, slug, is_earlier=is_earlier, by=caller_id(), now=utcnow())
    tell(_("Customers read the plans in this order now."))
    return redirect(url_for(".vendor_plans"), code=303)


def _decide(schema: Schema, plan: Plan | None) -> ResponseReturnValue:
    """Take what was typed a step further; with a mistake, or to change something, back to the form."""
    typed = form_values(schema, request.form)
    try:
        order: PlanOrder = load(schema, typed)
        if order.step is Step.SAVE:
            return _keep(plan, order)
        shown = _draft(plan, order)
    except InvalidInput as error:
        return _form(plan, typed, error.fields), 422
    return _preview(plan, shown, typed) if order.step is Step.PREVIEW else _form(plan, typed, {})


def _draft(plan: Plan | None, order: PlanOrder) -> PlanVersion:
    session = reading()
    if plan is None:
        commands.check_slug(session, order.slug)
    said = {"names": order.names, "texts": order.texts}
    return commands.draft_version(session, plan, order.terms, **said, by=caller_id(), now=utcnow())


def _keep(plan: Plan | None, order: PlanOrder) -> ResponseReturnValue:
    facts: dict[str, Any] = {"by": caller_id(), "now": utcnow()}
    with transaction() as session:
        kept = commands.make_plan(session, order.slug, **facts) if plan is None else plan
        facts |= {"names": order.names, "texts": order.texts, "seen": order.seen}
        commands.add_version(session, kept.id, order.terms, **facts)
        slug = kept.slug
    tell(
        _("The plan is there. Nobody can buy it until you put it on sale.")
        if plan is None
        else _("The version holds for whoever buys the plan from now on. Policies that run keep what they have.")
    )
    return redirect(url_for(".vendor_plan", slug=slug), code=303)


def _form(plan: Plan | None, typed: dict[str, Any], errors: Any) -> str:
    session = reading()
    return render_template(
        "insurance/vendor_plan_form.html",
        plan=plan,
        typed=typed,
        errors=errors,
        currencies=choices.currencies(session),
        layers=[(layer.value, label) for layer, label in LAYER_LABELS.items()],
        categories=[(one.slug, localized(one.names)) for one in catalogue.categories(session) if not one.is_defect],
        spoken=[(code, own_name(code), f"{NAME}{code}", f"{TERMS}{code}") for code in languages()],
    )


def _preview(plan: Plan | None, shown: PlanVersion, typed: dict[str, Any]) -> str:
    session = reading()
    return render_template(
        "insurance/vendor_plan_preview.html",
        plan=plan,
        shown=shown,
        before=plan.versions[-1] if plan is not None and plan.versions else None,
        readings=list(wording_of_plans.as_read(shown, catalogue.categories(session))),
        categories=catalogue.categories(session),
        running=sum(queries.policies_by_version(session).get(one.id, 0) for one in plan.versions) if plan else 0,
        typed=[(name, value) for name, value in typed.items() if name not in {"step", "seen"}],
        said=wording_of_plans,
    )


def _typed_of(version: PlanVersion) -> dict[str, Any]:
    """Write a version as it would be typed."""
    terms = version.terms
    return {
        "currency": version.currency,
        "interval": version.interval.value,
        "price": terms.price.major,
        "limit": terms.limit.major,
        "limit_hours": terms.limit_minutes // 60 if terms.limit_minutes else None,
        "deductible": terms.deductible.major,
        "claim_limit": terms.claim_limit.major if terms.claim_limit else None,
        "waiting_days": version.waiting_days,
        "grace_days": version.grace_days,
        "layers": version.layers,
        "categories": version.categories,
        "needs_licence": version.needs_licence,
        **{f"{NAME}{code}": text for code, text in version.names.items()},
        **{f"{TERMS}{code}": text for code, text in version.terms_texts.items()},
    }
