"""Accounts: the platform's own, and those of the businesses that it pays."""

from copy import deepcopy

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, MissingReference, NoAccess, Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
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
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World, changes
from marketplace.sandbox.stripe.resources import countries
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
    if account == own.id:
        return own.body
    record = world.find(account)
    if world.account or record is None or record.body["object"] != KIND:
        raise NoAccess(
            f"The key does not have access to account '{account}' (or that account does not exist).",
            code="account_invalid",
        )
    return record.body


def retrieve_current(world: World, _given: Given) -> Json:
    """Show one's own account."""
    return current(world).body


def list_all(world: World, given: Given) -> Json:
    """List the platform's connected accounts."""
    return page(world, KIND, URL, given, where=[objects.c.id != PLATFORM_ID])


def current(world: World) -> Record:
    """Look up the account that asks."""
    record = world.find(world.account or PLATFORM_ID)
    return record or world.add(_platform(world), account="")


def referred(world: World, account_id: str, *, param: str) -> Record:
    """Look up a connected account that a parameter names.

    Raises:
        MissingReference: there is none.
    """
    if account_id == PLATFORM_ID:
        raise MissingReference("destination", account_id, param)
    return world.referred(KIND, account_id, param=param)


def complete(world: World, record: Record, *, holder: str, last4: str) -> None:
    """Finish onboarding: nothing is due any more, and what was asked for becomes active."""
    before = deepcopy(record.body)
    account = record.body
    account |= {
        "charges_enabled": account["capabilities"].get("card_payments") == "inactive" or account["charges_enabled"],
        "details_submitted": True,
        "payouts_enabled": True,
        "requirements": dict(NOTHING_DUE),
        "tos_acceptance": {**account["tos_acceptance"], "date": world.timestamp, "ip": "127.0.0.1"},
    }
    account["external_accounts"]["data"] = [bank_account(account, holder=holder, last4=last4)]
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active")
    world.save(record)
    for name in before["capabilities"]:
        inactive, active = capability_body(before, name), capability_body(account, name)
        if inactive != active:
            world.announce("capability.updated", active, account=record.id, previous=changes(inactive, active))
    if changes(before, account):
        world.announce("account.updated", account, account=record.id, previous=changes(before, account))


def _platform(world: World) -> Json:
    body = account_body(
        PLATFORM_ID, {"country": "US", "type": "standard", "capabilities": {}, "metadata": {}}, world.timestamp
    )
    profile = {**body["business_profile"], "name": "Platform in the stand-in"}
    enabled = {"charges_enabled": True, "details_submitted": True, "payouts_enabled": True}
    return {**body, **enabled, "business_profile": profile, "requirements": dict(NOTHING_DUE)}


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", "/v1/account", RETRIEVE, retrieve_current, is_scoped=True),
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(), list_all),
        Endpoint("GET", f"{URL}/<account>", RETRIEVE, retrieve, is_scoped=True),
    ),
)
