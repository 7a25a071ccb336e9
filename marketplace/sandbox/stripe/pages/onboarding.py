"""Onboarding: the owner of a connected account says who they are and where their money goes."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import _, country_name, use_locale
from marketplace.sandbox.stripe.cards import digits_of
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import has_token, language, nothing_here, page
from marketplace.sandbox.stripe.resources import account_links, account_states, accounts

blueprint = Blueprint("onboarding", __name__, url_prefix="/setup")

TEXT_MAX = 200
ACCOUNT_NUMBER = "000123456789"  # Suits every country, because no money goes there.
SHORTEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed."""

    name: str = ""
    account_number: str = ""
    agrees: bool = False


@blueprint.get("/<account_id>/<secret>")
def enter(account_id: str, secret: str) -> ResponseReturnValue:
    """Open a link, once; a link that is used up leads to where a new one is made."""
    with simulator().world() as world:
        account = _account(world, account_id)
        if account is None:
            return nothing_here(world)
        visit = account_links.use(world, account, secret)
        if visit is None:
            elsewhere = account_links.refresh_url(account, secret)
            return redirect(elsewhere, SEE_OTHER) if elsewhere else nothing_here(world)
        return redirect(url_for(".show", account_id=account_id, visit=visit), SEE_OTHER)


@blueprint.get("/<account_id>/visit/<visit>")
def show(account_id: str, visit: str) -> ResponseReturnValue:
    """Show the form."""
    with simulator().world() as world:
        account = _account(world, account_id)
        if account is None or account_links.return_url(world, account, visit) is None:
            return nothing_here(world)
        return _form_page(world, account, visit, Typed(account_number=ACCOUNT_NUMBER), {})


@blueprint.post("/<account_id>/visit/<visit>")
def submit(account_id: str, visit: str) -> ResponseReturnValue:
    """Finish, or leave it for later; both lead back to where the link was made."""
    with simulator().world() as world:
        account = _account(world, account_id)
        way_back = account_links.return_url(world, account, visit) if account else None
        if account is None or way_back is None:
            return nothing_here(world)
        typed = _read()
        with use_locale(language()):
            found = _faults(typed) if has_token(world, account_id) else {"": _("This page was open for too long.")}
        if request.form.get("answer") == "later":
            return redirect(way_back, SEE_OTHER)
        if found:
            return _form_page(world, account, visit, typed, found)
        accounts.complete(world, account, holder=typed.name, number=digits_of(typed.account_number))
        return redirect(way_back, SEE_OTHER)


def _account(world: World, account_id: str) -> Record | None:
    record = world.find(account_id)
    return record if account_states.is_within_reach(record) else None


def _read() -> Typed:
    return Typed(
        name=request.form.get("name", "").strip()[:TEXT_MAX],
        account_number=request.form.get("account_number", "").strip()[:TEXT_MAX],
        agrees="agrees" in request.form,
    )


def _faults(typed: Typed) -> dict[str, str]:
    is_number = len(digits_of(typed.account_number)) >= SHORTEST_NUMBER
    found = {
        "name": "" if typed.name else _("Enter your full name."),
        "account_number": "" if is_number else _("Enter the number of your bank account, at least 4 digits."),
        "agrees": "" if typed.agrees else _("Agree to the terms of this simulation to finish."),
    }
    return {field: fault for field, fault in found.items() if fault}


def _form_page(world: World, account: Record, visit: str, typed: Typed, found: dict[str, str]) -> ResponseReturnValue:
    with use_locale(language()):
        country = country_name(account.body["country"])
    return page(
        "sandbox/onboarding.html",
        world=world,
        subject=account.id,
        status=NOT_AS_IT_SHOULD_BE if found else 200,
        leads_to=[account_links.return_url(world, account, visit)],
        business=account.body["business_profile"]["name"] or account.body["email"] or account.id,
        country=country,
        is_complete=account.body["details_submitted"],
        typed=typed,
        faults=found,
    )
