"""What Stripe has: one module for each kind of object."""

from types import MappingProxyType

from marketplace.sandbox.stripe.resources import (
    account_links,
    accounts,
    balance,
    balance_transactions,
    charges,
    checkout_sessions,
    customers,
    events,
    payment_intents,
    payment_methods,
    refunds,
    transfers,
    webhook_endpoints,
)

RESOURCES = MappingProxyType({
    module.RESOURCE.kind: module.RESOURCE
    for module in (
        account_links,
        accounts,
        balance,
        balance_transactions,
        charges,
        checkout_sessions,
        customers,
        events,
        payment_intents,
        payment_methods,
        refunds,
        transfers,
        webhook_endpoints,
    )
})  # fmt: skip
