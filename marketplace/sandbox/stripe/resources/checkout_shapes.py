"""What a Checkout session takes."""

from marketplace.sandbox.stripe.engine.more_shapes import OnlyBuilt, not_built
from marketplace.sandbox.stripe.engine.shapes import (
    Address,
    Choice,
    Currency,
    Email,
    Fields,
    Listing,
    Metadata,
    Text,
    Whole,
    takes,
)
from marketplace.sandbox.stripe.resources.billing.prices import RECURRING
from marketplace.sandbox.stripe.resources.billing.subscription_shapes import BILLING_MODE, TRIAL_SETTINGS
from marketplace.sandbox.stripe.resources.payment_method_body import REDISPLAY, SEPA

# As Checkout knows them; a page that the stand-in has no words for is in English.
LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru "
    "sk sl sv th tr vi zh zh-HK zh-TW"
).split()

PRODUCT_DATA = Fields(
    required={"name": Text()},
    optional={"description": Text(), "images": Listing(Address(), maximum=8), "metadata": Metadata()},
)
LINE_ITEM = Fields(
    optional={
        "price": Text(),
        "price_data": Fields(
            required={"currency": Currency(), "unit_amount": Whole()},
            optional={"product": Text(), "product_data": PRODUCT_DATA, "recurring": RECURRING},
        ),
        "quantity": Whole(minimum=1, maximum=999_999),
    },
)
SUBSCRIPTION_DATA = Fields(
    optional={
        "billing_mode": BILLING_MODE,
        "description": Text(longest=500),
        "metadata": Metadata(),
        "trial_end": Whole(),
        "trial_period_days": Whole(minimum=1, maximum=730),
        "trial_settings": TRIAL_SETTINGS,
        **not_built(
            "application_fee_percent billing_cycle_anchor default_tax_rates invoice_settings on_behalf_of "
            "pending_invoice_item_interval proration_behavior transfer_data"
        ),
    }
)
PAYMENT_INTENT_DATA = Fields(
    optional={
        "capture_method": Choice("automatic", "automatic_async", "manual"),
        "description": Text(),
        "metadata": Metadata(),
        "receipt_email": Email(),
        "setup_future_usage": Choice("off_session", "on_session"),
        "statement_descriptor": Text(),
        "statement_descriptor_suffix": Text(),
        "transfer_group": Text(),
    }
)
SETUP_INTENT_DATA = Fields(optional={"description": Text(), "metadata": Metadata()})
SAVED_METHODS = Fields(
    optional={
        "allow_redisplay_filters": Listing(Choice(*REDISPLAY), maximum=3),
        "payment_method_remove": Choice("disabled"),
        "payment_method_save": Choice("disabled", "enabled"),
    }
)
CREATE = takes(
    required={
        "mode": Choice("payment", "setup", "subscription"),
        "success_url": Address(),
    },
    optional={
        "cancel_url": Address(),
        "client_reference_id": Text(),
        "currency": Currency(),
        "customer": Text(),
        "customer_creation": Choice("always", "if_required"),
        "customer_email": Email(),
        "expires_at": Whole(),
        "integration_identifier": Text(),
        "line_items": Listing(LINE_ITEM),
        "locale": Choice(*LOCALES),
        "metadata": Metadata(),
        "payment_intent_data": PAYMENT_INTENT_DATA,
        "payment_method_collection": OnlyBuilt("always", but_not="if_required"),
        "payment_method_types": Listing(Choice("card", SEPA), maximum=2),
        "saved_payment_method_options": SAVED_METHODS,
        "setup_intent_data": SETUP_INTENT_DATA,
        "subscription_data": SUBSCRIPTION_DATA,
        "ui_mode": Choice("hosted_page"),
    },
)
