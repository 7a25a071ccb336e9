"""What an account looks like, before and after its owner went through onboarding."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import list_object
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json
from marketplace.sandbox.stripe.resources import countries

CAPABILITIES = ("card_payments", "transfers")
APPLICATION_ID = "ca_StandInPlatform"
BANK_ACCOUNT = "bank_account"

DUE_AT_FIRST = (
    "business_type",
    "external_account",
    "individual.dob.day",
    "individual.dob.month",
    "individual.dob.year",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
NOTHING_DUE: Mapping[str, Any] = MappingProxyType({
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
})  # fmt: skip

NOTHING_DUE_OF_A_BANK: Mapping[str, Any] = MappingProxyType(
    {name: [] for name in ("currently_due", "errors", "past_due", "pending_verification")}
)

# Who decides what, by the older name for the same: https://docs.stripe.com/connect/migrate-to-controller-properties
CONTROLLERS = MappingProxyType({
    "custom": ("application_custom", "application", "application", "none"),
    "express": ("application_express", "application", "stripe", "express"),
    "standard": ("account", "stripe", "stripe", "full"),
})  # fmt: skip
TYPES = MappingProxyType({
    ("application", "application", "none"): "custom",
    ("application", "stripe", "express"): "express",
    ("stripe", "stripe", "full"): "standard",
})  # fmt: skip


def account_body(account_id: str, given: Given, timestamp: int) -> Json:
    """Write a new account: nothing is submitted, so nothing is active."""
    controller = _controller(given)
    country = given["country"]
    return {
        "id": account_id,
        "object": "account",
        "business_profile": _business_profile(given.get("business_profile", {})),
        "business_type": given.get("business_type"),
        "capabilities": _capabilities(given),
        "charges_enabled": False,
        "controller": controller,
        "country": country,
        "created": timestamp,
        "default_currency": given.get("default_currency", countries.currency_of(country)),
        "details_submitted": False,
        "email": given.get("email"),
        "external_accounts": list_object(f"/v1/accounts/{account_id}/external_accounts", []),
        "future_requirements": dict(NOTHING_DUE),
        "groups": {"payments_pricing": None},
        "metadata": merged({}, given.get("metadata", {})),
        "payouts_enabled": False,
        "requirements": _requirements(),
        "settings": _settings(given.get("settings", {})),
        "tos_acceptance": _terms(given.get("tos_acceptance", {})),
        "type": _type(controller),
    }


def capability_body(account: Json, name: str) -> Json:
    """Write a capability of an account as its events show it."""
    status = account["capabilities"][name]
    due = account["requirements"]
    requirements = {**due, "disabled_reason": None if status == "active" else "requirements.fields_needed"}
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": dict(NOTHING_DUE),
        "requested": True,
        "requested_at": account["created"],
        "requirements": requirements,
        "status": status,
    }


def application_body() -> Json:
    """Write the platform's application as the events about it show it."""
    return {"id": APPLICATION_ID, "object": "application", "name": "Platform in the stand-in"}


def bank_account(account: Json, *, holder: str, last4: str) -> Json:
    """Write the bank account that payouts go to."""
    return {
        "id": new_id("ba"),
        "object": BANK_ACCOUNT,
        "account": account["id"],
        "account_holder_name": holder,
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STAND-IN BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "customer": None,
        "default_for_currency": True,
        "fingerprint": new_id("", length=16)[1:],
        "future_requirements": dict(NOTHING_DUE_OF_A_BANK),
        "last4": last4,
        "metadata": {},
        "requirements": dict(NOTHING_DUE_OF_A_BANK),
        "routing_number": None,
        "status": "new",
    }


def _controller(given: Given) -> Json:
    if "controller" not in given:
        payer, losses, collects, dashboard = CONTROLLERS[given.get("type", "standard")]
    else:
        asked = given["controller"]
        payer = asked.get("fees", {}).get("payer", "account")
        losses = asked.get("losses", {}).get("payments", "stripe")
        collects = asked.get("requirement_collection", "stripe")
        dashboard = asked.get("stripe_dashboard", {}).get("type", "full")
    return {
        "fees": {"payer": payer},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": collects,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def _type(controller: Json) -> str:
    decides = (
        controller["losses"]["payments"],
        controller["requirement_collection"],
        controller["stripe_dashboard"]["type"],
    )
    return TYPES.get(decides, "none")


def _capabilities(given: Given) -> dict[str, str]:
    asked = given.get("capabilities", {})
    return {name: "inactive" for name in CAPABILITIES if asked.get(name, {}).get("requested")}


def _business_profile(given: Given) -> Json:
    unknown = ("annual_revenue", "estimated_worker_count", "minority_owned_business_designation", "support_address")
    known = ("mcc", "name", "product_description", "support_email", "support_phone", "support_url", "url")
    return {**dict.fromkeys(unknown), **{name: given.get(name) for name in known}}


def _requirements() -> Json:
    return {
        **NOTHING_DUE,
        "currently_due": list(DUE_AT_FIRST),
        "disabled_reason": "requirements.past_due",
        "eventually_due": list(DUE_AT_FIRST),
        "past_due": list(DUE_AT_FIRST),
    }


def _terms(given: Given) -> Json:
    agreement = given.get("service_agreement")
    return {"date": None, "ip": None, **({"service_agreement": agreement} if agreement else {}), "user_agent": None}


def _settings(given: Given) -> Json:
    descriptors = ("statement_descriptor", "statement_descriptor_kana", "statement_descriptor_kanji")
    prefixes = [name.replace("descriptor", "descriptor_prefix") for name in descriptors]
    interval = given.get("payouts", {}).get("schedule", {}).get("interval", "daily")
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": dict.fromkeys(("icon", "logo", "primary_color", "secondary_color")),
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}, **dict.fromkeys(prefixes)},
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": dict.fromkeys(descriptors),
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": interval},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
