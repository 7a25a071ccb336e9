"""Accounts: the platform's own, and those of the businesses that it pays."""

from copy import deepcopy

from marketplace.sandbox.stripe.engine.copying import changes
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Missing, MissingReference, NoAccess, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object, page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Address,
    Choice,
    Currency,
    Email,
    Fields,
    Flag,
    Given,
    Metadata,
    Pattern,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import account_states, balance_transactions, banks, countries
from marketplace.sandbox.stripe.resources.account_body import (
    CAPABILITIES,
    NOTHING_DUE,
    account_body,
    bank_account,
    capability_body,
)

KIND = "account"
URL = "/v1/accounts"

PLATFORM_ID = "acct_1StandInPlatform"

REQUESTED = Fields(optional={"requested": Flag()})
CONTROLLER = Fields(
    optional={
        "fees": Fields(optional={"payer": Choice("account", "application")}),
        "losses": Fields(optional={"payments": Choice("application", "stripe")}),
        "requirement_collection": Choice("application", "stripe"),
        "stripe_dashboard": Fields(optional={"type": Choice("express", "full", "none")}),
    }
)
BUSINESS_PROFILE = Fields(
    optional={
        **dict.fromkeys(("mcc", "name", "product_description", "support_phone"), Text()),
        "support_email": Email(),
        "support_url": Address(clearable=True),
        "url": Address(),
    }
)
PAYOUTS = Fields(optional={"schedule": Fields(optional={"interval": Choice("daily", "manual", "monthly", "weekly")})})
CREATE = takes(
    optional={
        "business_profile": BUSINESS_PROFILE,
        "business_type": Choice("company", "government_entity", "individual", "non_profit"),
        "capabilities": Fields(optional=dict.fromkeys(CAPABILITIES, REQUESTED)),
        "controller": CONTROLLER,
        "country": Pattern("[A-Z]{2}"),
        "default_currency": Currency(),
        "email": Email(),
        "metadata": Metadata(),
        "settings": Fields(optional={"payouts": PAYOUTS}),
        "tos_acceptance": Fields(optional={"service_agreement": Choice("full", "recipient")}),
        "type": Choice("custom", "express", "standard"),
    }
)
UPDATE = takes(
    optional={
        "business_profile": BUSINESS_PROFILE,
        "email": Email(),
        "metadata": Metadata(),
        "settings": Fields(optional={"payouts": PAYOUTS}),
    }
)


def create(world: World, given: Given) -> Json:
    """Open an account for a business; it can do nothing until its owner has gone through onboarding."""
    if {"type", "controller"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: type, controller.")
    country = given.setdefault("country", current(world).body["country"])
    agreement = given.get("tos_acceptance", {}).get("service_agreement", "full")
    if country not in countries.MARKETS | countries.RECIPIENTS_ONLY:
        raise Refused(f"Country '{country}' is unknown or not supported.", code="country_unsupported", param="country")
    if country in countries.RECIPIENTS_ONLY and agreement != "recipient":
        raise Refused(
            f"Accounts in '{country}' need the recipient service agreement: tos_acceptance[service_agreement].",
            param="tos_acceptance[service_agreement]",
        )
    return world.add(account_body(new_id("acct", length=16), given, world.timestamp)).body


def retrieve(world: World, _given: Given, account: str) -> Json:
    """Show an account: one of the platform's, or one's own."""
    own = current(world)
    return own.body if account == own.id else reached(world, account).body


def update(world: World, given: Given, account: str) -> Json:
    """Change what was given; metadata and what is nested is merged."""
    record = reached(world, account)
    before = deepcopy(record.body)
    change = dict(given)
    if "metadata" in change:
        change["metadata"] = merged(before["metadata"], change["metadata"])
    if "business_profile" in change:
        change["business_profile"] = {**before["business_profile"], **change["business_profile"]}
    schedule = change.pop("settings", {}).get("payouts", {}).get("schedule", {})
    record.body["settings"]["payouts"]["schedule"] |= schedule
    record.body.update(change)
    world.save(record)
    if changes(before, record.body):
        previous = changes(before, record.body)
        world.announce("account.updated", record.body, account=record.id, previous=previous)
    return record.body


def delete(world: World, _given: Given, account: str) -> Json:
    """Close an account of the platform's that has no money.

    Raises:
        Refused: it has, or it owes some.
    """
    record = reached(world, account)
    if any(balance_transactions.totals(world, record.id).values()):
        raise Refused(f"The account {record.id} can be deleted only when its balances are zero.")
    record.account = account_states.OUT_OF_REACH
    record.due_at = None
    world.save(record)
    return {"id": record.id, "object": KIND, "deleted": True}


def reject(world: World, given: Given, account: str) -> Json:
    """Turn an account away for good.

    Raises:
        Refused: the platform does not answer for its losses, or it was turned away before.
    """
    record = reached(world, account)
    if record.body["controller"]["losses"]["payments"] != "application":
        raise Refused("Only accounts for whose negative balances the platform is liable can be rejected.")
    if account_states.is_rejected(record):
        raise Refused(f"The account {record.id} was rejected already.")
    account_states.reject(world, record, f"platform_{given['reason']}")
    return record.body


def retrieve_current(world: World, _given: Given) -> Json:
    """Show one's own account."""
    return current(world).body


def list_all(world: World, given: Given) -> Json:
    """List the platform's connected accounts."""
    return page(world, KIND, URL, given, where=[objects.c.id != PLATFORM_ID])


def list_capabilities(world: World, _given: Given, account: str) -> Json:
    """List what an account may do, or asked to."""
    body = reached(world, account).body
    found = [capability_body(body, name) for name in body["capabilities"]]
    return list_object(f"{URL}/{account}/capabilities", found)


def retrieve_capability(world: World, _given: Given, account: str, capability: str) -> Json:
    """Show one of the things that an account may do, or asked to."""
    body = reached(world, account).body
    if capability not in body["capabilities"]:
        raise Missing("capability", capability, "capability")
    return capability_body(body, capability)


def current(world: World) -> Record:
    """Look up the account that asks."""
    record = world.find(world.account or PLATFORM_ID)
    return record or world.add(_platform(world), account="")


def key_of(record: Record) -> str:
    """Tell under which name the objects of an account are kept; the platform's under none."""
    return "" if record.id == PLATFORM_ID else record.id


def reached(world: World, account_id: str) -> Record:
    """Look up a connected account that the address of a request names.

    Raises:
        NoAccess: there is none, it has left the platform, or another account asks.
    """
    record = world.find(account_id)
    if world.account or record is None or account_id == PLATFORM_ID or not account_states.is_within_reach(record):
        raise NoAccess(
            f"The key does not have access to account '{account_id}' (or that account does not exist).",
            code="account_invalid",
        )
    return record


def referred(world: World, account_id: str, *, param: str) -> Record:
    """Look up a connected account that a parameter names.

    Raises:
        MissingReference: there is none.
    """
    if account_id == PLATFORM_ID:
        raise MissingReference("destination", account_id, param)
    return world.referred(KIND, account_id, param=param)


def complete(world: World, record: Record, *, holder: str, number: str) -> None:
    """Finish onboarding: nothing is due any more, and what was asked for becomes active, unless it was turned away."""
    banks.name_bank(world, record, holder=holder, number=number)
    if account_states.is_rejected(record):
        return
    record.due_at = None
    accepted = {**record.body["tos_acceptance"], "date": world.timestamp, "ip": "127.0.0.1"}
    account_states.become(
        world,
        record,
        dict(NOTHING_DUE),
        capabilities="active",
        can_pay_out=True,
        details_submitted=True,
        tos_acceptance=accepted,
    )


def _platform(world: World) -> Json:
    body = account_body(
        PLATFORM_ID, {"country": "US", "type": "standard", "capabilities": {}, "metadata": {}}, world.timestamp
    )
    profile = {**body["business_profile"], "name": "Platform in the stand-in"}
    body["external_accounts"]["data"] = [bank_account(body, holder="Platform in the stand-in", last4="6789")]
    enabled = {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True}
    return {**body, **enabled, "business_profile": profile, "requirements": dict(NOTHING_DUE)}


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", "/v1/account", RETRIEVE, retrieve_current, is_scoped=True),
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(), list_all),
        Endpoint("GET", f"{URL}/<account>", RETRIEVE, retrieve, is_scoped=True),
        Endpoint("POST", f"{URL}/<account>", UPDATE, update),
        Endpoint("DELETE", f"{URL}/<account>", Fields(), delete),
        Endpoint(
            "POST",
            f"{URL}/<account>/reject",
            takes(required={"reason": Choice(*account_states.PLATFORM_REJECTIONS)}),
            reject,
        ),
        Endpoint("GET", f"{URL}/<account>/capabilities", RETRIEVE, list_capabilities),
        Endpoint("GET", f"{URL}/<account>/capabilities/<capability>", RETRIEVE, retrieve_capability),
    ),
    when_due=account_states.miss_deadline,
)
