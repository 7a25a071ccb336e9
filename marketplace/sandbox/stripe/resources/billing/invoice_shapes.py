"""What invoices take."""

from marketplace.sandbox.stripe.engine.more_shapes import OnlyBuilt, not_built
from marketplace.sandbox.stripe.engine.shapes import Choice, Currency, Flag, Metadata, Text, takes
from marketplace.sandbox.stripe.resources.billing.invoicing import Status

DETAILS = {
    "auto_advance": Flag(),
    "collection_method": OnlyBuilt("charge_automatically", but_not="send_invoice"),
    "default_payment_method": Text(),
    "description": Text(longest=1500),
    "footer": Text(),
    "metadata": Metadata(),
    "number": Text(longest=26),
    **not_built(
        "account_tax_ids application_fee_amount automatic_tax automatically_finalizes_at custom_fields days_until_due "
        "default_source default_tax_rates discounts due_date effective_at issuer on_behalf_of payment_settings "
        "rendering shipping_cost shipping_details statement_descriptor transfer_data"
    ),
}
CREATE = takes(
    optional={
        **DETAILS,
        "currency": Currency(),
        "customer": Text(),
        "pending_invoice_items_behavior": Choice("exclude", "include"),
        "subscription": Text(),
        **not_built("customer_account from_invoice"),
    }
)
PAY = takes(
    optional={
        "off_session": Flag(),
        "payment_method": Text(),
        **not_built("forgive mandate paid_out_of_band source"),
    }
)
FILTERS = {
    "customer": Text(),
    "status": Choice(*Status),
    "subscription": Text(),
    **not_built("collection_method customer_account due_date"),
}
