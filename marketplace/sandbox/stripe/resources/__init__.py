"""What Stripe has: one module for each kind of object.

What is done to an object beyond the API stands in a module that is named for the doing: `charging` beside `charges`.
"""

from types import MappingProxyType

from marketplace.sandbox.stripe.resources import (
    account_links,
    accounts,
    balance,
    balance_transactions,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    external_accounts,
    login_links,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    setup_intents,
    test_clocks,
    topups,
    transfer_reversals,
    transfers,
    webhook_endpoints,
)
from marketplace.sandbox.stripe.resources.billing import (
    credit_notes,
    customer_balance,
    invoice_items,
    invoice_payments,
    invoices,
    portal_configurations,
    portal_sessions,
    previewing,
    prices,
    products,
    subscriptions,
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
        disputes,
        events,
        external_accounts,
        login_links,
        payment_intents,
        payment_methods,
        payouts,
        refunds,
        setup_intents,
        test_clocks,
        topups,
        transfer_reversals,
        transfers,
        webhook_endpoints,
        *(credit_notes, customer_balance, invoice_items, invoice_payments, invoices),
        *(portal_configurations, portal_sessions, previewing, prices, products, subscriptions),
    )
})  # fmt: skip
