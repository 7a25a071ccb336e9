"""The Express Dashboard: the owner of a connected account looks at their money."""

from datetime import UTC, datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import format_day, use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages.frame import language, money, nothing_here, page
from marketplace.sandbox.stripe.resources import account_states, balance, charge_body, login_links, paying_out

blueprint = Blueprint("dashboard", __name__, url_prefix="/express")

ROWS = 20


@blueprint.get("/<account_id>/<secret>")
def show(account_id: str, secret: str) -> ResponseReturnValue:
    """Show the dashboard, once for each link."""
    with simulator().world(account=account_id) as world:
        account = world.find(account_id)
        if (
            account is None
            or not account_states.is_within_reach(account)
            or not login_links.use(world, account, secret)
        ):
            return nothing_here(world)
        with use_locale(language()):
            values: Json = {
                "name": account.body["business_profile"]["name"] or account.body["email"] or account.id,
                "balances": _balances(world),
                "payments": _rows(world, charge_body.KIND),
                "payouts": _rows(world, paying_out.KIND),
                "is_asked": bool(account.body["requirements"]["currently_due"]),
            }
        return page("sandbox/dashboard.html", world=world, subject=account_id, **values)


def _balances(world: World) -> list[Json]:
    shown = balance.retrieve(world, {})
    pairs = zip(shown["available"], shown["pending"], strict=True)
    return [
        {
            "available": money(available["amount"], available["currency"]),
            "pending": money(pending["amount"], pending["currency"]),
        }
        for available, pending in pairs
    ]


def _rows(world: World, kind: str) -> list[Json]:
    found: list[Record] = list(world.every(kind))[:ROWS]
    return [
        {
            "amount": money(one.body["amount"], one.body["currency"]),
            "day": format_day(datetime.fromtimestamp(one.body["created"], UTC).date()),
            "status": one.body["status"],
        }
        for one in found
    ]
