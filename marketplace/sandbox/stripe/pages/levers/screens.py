"""The pages of the levers: what the stand-in holds that something can be done to, and what that is."""

import json
from datetime import UTC, datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, _l, format_moment, use_locale
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages import levers
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER, base_url
from marketplace.sandbox.stripe.pages.frame import has_token, language, money, nothing_here, page
from marketplace.sandbox.stripe.pages.levers.lever import AMOUNT, Lever
from marketplace.sandbox.stripe.resources import paying_out

blueprint = Blueprint("levers", __name__, url_prefix="/objects")

CURRENT = "levers"
ROWS = 20
TEXT_MAX = 200
KINDS = {
    "charge": (_l("Payments"), _l("Nobody has paid yet.")),
    "dispute": (_l("Disputes"), _l("Nobody disputes a payment.")),
    "refund": (_l("Refunds"), _l("Nothing was given back yet.")),
    "payout": (_l("Payouts"), _l("Nothing went to a bank yet.")),
    "topup": (_l("Topups"), _l("No money was added yet.")),
    "account": (_l("Accounts"), _l("There is no account yet.")),
    "subscription": (_l("Subscriptions"), _l("Nobody subscribes to anything.")),
    "invoice": (_l("Invoices"), _l("There is no invoice yet.")),
    "payment_method": (_l("Cards"), _l("There is no card yet.")),
}
ONE_OF = {
    "charge": _l("Payment"),
    "dispute": _l("Dispute"),
    "refund": _l("Refund"),
    "payout": _l("Payout"),
    "topup": _l("Topup"),
    "account": _l("Account"),
    "subscription": _l("Subscription"),
    "invoice": _l("Invoice"),
    "payment_method": _l("Card"),
}


@blueprint.get("")
def list_all() -> ResponseReturnValue:
    """Show the latest objects of each kind."""
    with simulator().world() as world:
        with use_locale(language()):
            sections = [
                {"label": str(label), "nothing": str(nothing), "rows": _rows(world, kind)}
                for kind, (label, nothing) in KINDS.items()
            ]
        return page("sandbox/levers.html", world=world, subject=CURRENT, current=CURRENT, sections=sections)


@blueprint.get("/<object_id>")
def show(object_id: str) -> ResponseReturnValue:
    """Show an object and what can be done to it."""
    with simulator().world() as world:
        record = _find(world, object_id)
        return _object_page(world, record, {}) if record else nothing_here(world)


@blueprint.post("/<object_id>/<name>")
def pull(object_id: str, name: str) -> ResponseReturnValue:
    """Do something to an object, and show what came of it."""
    with simulator().world(base_url=base_url()) as world:
        record = _find(world, object_id)
        if record is None:
            return nothing_here(world)
        lever = levers.find(world, record, name)
        if lever is None or not has_token(world, object_id):
            return redirect(url_for(".show", object_id=object_id), SEE_OTHER)
        with use_locale(language()):
            found, came = _pulled(world, record, lever)
        if found:
            return _object_page(world, record, found, status=NOT_AS_IT_SHOULD_BE)
        return redirect(url_for(".show", object_id=came.id), SEE_OTHER)


def _pulled(world: World, record: Record, lever: Lever) -> tuple[dict[str, str], Record]:
    """Pull a lever with what was typed; say what is wrong with that, or what came of it."""
    typed = {one.name: request.form.get(one.name, "").strip()[:TEXT_MAX] for one in lever.inputs}
    given = {name: text for name, text in typed.items() if text}
    if AMOUNT in given:
        try:
            given[AMOUNT] = str(Money.parse(given[AMOUNT], record.body["currency"].upper()).minor)
        except ValueError:
            return {f"{lever.name}-{AMOUNT}": _("Enter an amount, such as 12.34.")}, record
    try:
        with world.connection.begin_nested():
            return {}, lever.pull(world, record, lever.takes.read(given))
    except Refused as error:
        return {"": str(error)}, record


def _find(world: World, object_id: str) -> Record | None:
    record = world.find(object_id)
    if record is None or record.body["object"] not in levers.LEVERS:
        return None
    world.follow(record)
    return record


def _object_page(world: World, record: Record, found: dict[str, str], *, status: int = 200) -> Response:
    with use_locale(language()):
        row = _row(record)
        kind = str(ONE_OF[record.body["object"]])
    return page(
        "sandbox/lever_object.html",
        world=world,
        subject=record.id,
        status=status,
        current=CURRENT,
        kind=kind,
        row=row,
        levers=levers.possible(world, record),
        written=json.dumps(record.body, indent=2, ensure_ascii=False, sort_keys=True),
        faults=found,
    )


def _rows(world: World, kind: str) -> list[Json]:
    """List the latest objects of a kind; what connected accounts got and gave back is nobody's to change."""
    found = world.latest(kind, ROWS)
    return [_row(one) for one in found if not one.account or kind == paying_out.KIND]


def _row(record: Record) -> Json:
    body = record.body
    amount = body.get("amount", body.get("amount_due"))
    return {
        "id": record.id,
        "amount": "" if amount is None else money(amount, body["currency"]),
        "words": _words(body),
        "status": _status(body),
        "created": format_moment(datetime.fromtimestamp(body["created"], UTC)),
    }


def _words(body: Json) -> str:
    """Say by what people know an object."""
    if body["object"] == "payment_method":
        return f"•••• {body[body['type']]['last4']}"
    if body["object"] == "subscription":
        return str(body["items"]["data"][0]["price"]["nickname"] or body["customer"])
    name = body.get("business_profile", {}).get("name") or body.get("number")
    return str(body.get("description") or name or body.get("email") or "")


def _status(body: Json) -> str:
    if body["object"] == "payment_method":
        return str(body["customer"] or "")
    if body["object"] != "account":
        return str(body["status"])
    return str(body["requirements"]["disabled_reason"] or body["capabilities"].get("transfers", ""))
