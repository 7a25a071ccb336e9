"""The page of faults: what goes wrong on purpose, what it did, and how to move the clock."""

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import _, _l, format_moment, format_number, ngettext, use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.faults.kinds import GROUP_LABELS, NATURES, Group, Kind
from marketplace.sandbox.stripe.faults.register import Entry, Fault
from marketplace.sandbox.stripe.faults.rules import PERCENT_MAX, Plan, bad_day
from marketplace.sandbox.stripe.pages import fault_form
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import has_token, language, nothing_here, page

blueprint = Blueprint("faults", __name__, url_prefix="/faults")

SUBJECT = "faults"
LOG_ROWS = 30
BAD_DAY_PERCENT = 10
STEPS = {
    "hour": (_l("an hour"), timedelta(hours=1)),
    "day": (_l("a day"), timedelta(days=1)),
    "week": (_l("a week"), timedelta(days=7)),
    "month": (_l("30 days"), timedelta(days=30)),
}
PLACE_HINTS = {
    Group.ANSWER: _l("A method and an address, such as POST /v1/refunds. A * stands for anything."),
    Group.CARD: _l("The number of a customer, such as cus_123. A * stands for anybody."),
    Group.WEBHOOK: _l("A type of event, such as charge.captured. A * stands for anything."),
}


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the faults that are set up, those that can be, and what they did."""
    active, log = simulator().faults.active(), simulator().faults.log(LOG_ROWS)
    with simulator().world() as world:
        with use_locale(language()):
            values: Json = {
                "now": format_moment(world.now),
                "plans": [_plan(one) for one in active],
                "groups": [_group(group) for group in Group],
                "steps": [(name, str(label)) for name, (label, _length) in STEPS.items()],
                "log": [_entry(one) for one in log],
                "seed": world.timestamp % 1000,
            }
        return page("sandbox/faults.html", world=world, subject=SUBJECT, current=SUBJECT, **values)


@blueprint.get("/new/<kind>")
def describe(kind: str) -> ResponseReturnValue:
    """Show the form of a fault."""
    with simulator().world() as world:
        if kind not in NATURES:
            return nothing_here(world)
        return _form_page(world, Kind(kind), fault_form.usual(Kind(kind)), {})


@blueprint.post("/new/<kind>")
def add(kind: str) -> ResponseReturnValue:
    """Set a fault up."""
    typed = fault_form.read(request.form)
    with simulator().world() as world:
        if kind not in NATURES:
            return nothing_here(world)
        with use_locale(language()):
            plan, found = fault_form.plan_of(Kind(kind), typed)
            if not has_token(world, SUBJECT):
                found = {"": _("This page was open for too long. Check your answers and try again.")}
        if plan is None or found:
            return _form_page(world, Kind(kind), typed, found, status=NOT_AS_IT_SHOULD_BE)
    simulator().faults.add(plan)
    return redirect(url_for(".show"), SEE_OTHER)


@blueprint.post("/bad-day")
def add_bad_day() -> ResponseReturnValue:
    """Set up a little of everything that mends itself."""
    typed = request.form.get("seed", "").strip()[: fault_form.TEXT_MAX]
    seed = int(typed) % (PERCENT_MAX * PERCENT_MAX) if typed.isdecimal() else 0
    if _is_from_here():
        for plan in bad_day(seed=seed, percent=BAD_DAY_PERCENT):
            simulator().faults.add(plan)
    return redirect(url_for(".show"), SEE_OTHER)


@blueprint.post("/clear")
def clear() -> ResponseReturnValue:
    """Take all faults away."""
    if _is_from_here():
        simulator().faults.clear()
    return redirect(url_for(".show"), SEE_OTHER)


@blueprint.post("/<int:fault_id>/remove")
def remove(fault_id: int) -> ResponseReturnValue:
    """Take a fault away, if it is still there."""
    if _is_from_here():
        simulator().faults.remove(fault_id)
    return redirect(url_for(".show"), SEE_OTHER)


@blueprint.post("/clock")
def advance() -> ResponseReturnValue:
    """Move the clock forward by a step, and let happen what is due by then."""
    step = STEPS.get(request.form.get("step", ""))
    if step and _is_from_here():
        _label, length = step
        simulator().sweep(simulator().clock.advance(int(length.total_seconds())))
    return redirect(url_for(".show"), SEE_OTHER)


def _is_from_here() -> bool:
    with simulator().world() as world:
        return has_token(world, SUBJECT)


def _form_page(
    world: World, kind: Kind, typed: fault_form.Typed, found: dict[str, str], *, status: int = 200
) -> Response:
    nature = NATURES[kind]
    return page(
        "sandbox/fault.html",
        world=world,
        subject=SUBJECT,
        status=status,
        current=SUBJECT,
        here=url_for(".add", kind=kind),
        nature=nature,
        place_hint=PLACE_HINTS[Group.ANSWER if kind is Kind.CAPTURE_REFUSED else nature.group],
        typed=typed,
        faults=found,
    )


def _group(group: Group) -> Json:
    kinds = [(kind, nature) for kind, nature in NATURES.items() if nature.group is group]
    return {
        "label": str(GROUP_LABELS[group]),
        "kinds": [{"name": kind, "label": str(one.label), "effect": str(one.effect)} for kind, one in kinds],
    }


def _plan(fault: Fault) -> Json:
    return {
        "id": fault.id,
        "label": str(NATURES[fault.plan.kind].label),
        "place": fault.plan.place,
        "when": _when(fault.times_left),
        "details": _details(fault.plan),
        "struck": ngettext("Struck %(n)s time", "Struck %(n)s times", fault.struck)
        % {"n": format_number(fault.struck)},
    }


def _when(times_left: int | None) -> str:
    if times_left is None:
        return _("Each time")
    return ngettext("The next %(n)s time", "The next %(n)s times", times_left) % {"n": format_number(times_left)}


def _details(plan: Plan) -> list[str]:
    told = []
    if plan.percent < PERCENT_MAX:
        told.append(
            _("In %(percent)s of 100 cases, by the seed %(seed)s")
            % {"percent": format_number(plan.percent), "seed": format_number(plan.seed)}
        )
    if plan.seconds:
        told.append(ngettext("%(n)s second", "%(n)s seconds", plan.seconds) % {"n": format_number(plan.seconds)})
    if plan.copies:
        told.append(ngettext("%(n)s copy", "%(n)s copies", plan.copies) % {"n": format_number(plan.copies)})
    return told


def _entry(entry: Entry) -> Json:
    return {
        "label": str(NATURES[entry.kind].label),
        "subject": entry.subject,
        "at": format_moment(entry.at),
    }
