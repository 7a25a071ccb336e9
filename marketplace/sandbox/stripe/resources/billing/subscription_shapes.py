"""What subscriptions take."""

from marketplace.kernel.money import MAX_MINOR
from marketplace.sandbox.stripe.engine.more_shapes import Clearable, OnlyBuilt, WordOrWhole, not_built
from marketplace.sandbox.stripe.engine.shapes import (
    Choice,
    Currency,
    Fields,
    Flag,
    Listing,
    Metadata,
    Shape,
    Text,
    Whole,
    takes,
)
from marketplace.sandbox.stripe.resources.billing.prices import RECURRING, TAX_BEHAVIOR
from marketplace.sandbox.stripe.resources.billing.subscription_states import Status

ITEMS_MAX = 20
FEEDBACK = (
    *("customer_service", "low_quality", "missing_features", "other"),
    *("switched_service", "too_complex", "too_expensive", "unused"),
)
PRORATION = Choice("always_invoice", "create_prorations", "none")
CANCELLATION = Fields(optional={"comment": Text(clearable=True), "feedback": Clearable(Choice(*FEEDBACK))})
PRICE_DATA = Fields(
    required={"currency": Currency(), "product": Text(), "recurring": RECURRING},
    optional={
        "tax_behavior": TAX_BEHAVIOR,
        "unit_amount": Whole(maximum=MAX_MINOR),
        **not_built("unit_amount_decimal"),
    },
)
ITEM: dict[str, Shape] = {
    "metadata": Metadata(),
    "price": Text(),
    "price_data": PRICE_DATA,
    "quantity": Whole(maximum=999_999),
    **not_built("billing_thresholds discounts tax_rates"),
}
ITEMS = Listing(Fields(optional=ITEM), maximum=ITEMS_MAX)
CHANGED_ITEMS = Listing(
    Fields(optional={**ITEM, "deleted": Flag(), "id": Text(), **not_built("clear_usage")}), maximum=ITEMS_MAX
)
TRIAL_SETTINGS = Fields(
    required={"end_behavior": Fields(required={"missing_payment_method": Choice("cancel", "create_invoice", "pause")})}
)
PAYMENT_SETTINGS = Fields(
    optional={
        "payment_method_types": Clearable(Listing(OnlyBuilt("card", but_not="sepa_debit link paypal"))),
        "save_default_payment_method": Choice("off", "on_subscription"),
        **not_built("payment_method_options"),
    }
)
BILLING_MODE = Fields(
    required={"type": OnlyBuilt("flexible", but_not="classic")},
    optional={"flexible": Fields(optional={"proration_discounts": OnlyBuilt("included", but_not="itemized")})},
)
NOT_BUILT = (
    "add_invoice_items application_fee_percent automatic_tax billing_schedules billing_thresholds days_until_due "
    "default_source default_tax_rates discounts invoice_settings on_behalf_of pending_invoice_item_interval "
    "transfer_data trial_from_plan"
)
DETAILS: dict[str, Shape] = {
    "cancel_at": WordOrWhole("min_period_end", "max_period_end"),
    "cancel_at_period_end": Flag(),
    "collection_method": OnlyBuilt("charge_automatically", but_not="send_invoice"),
    "default_payment_method": Text(),
    "description": Text(longest=500),
    "metadata": Metadata(),
    "off_session": Flag(),
    "payment_behavior": OnlyBuilt(
        "allow_incomplete default_incomplete error_if_incomplete", but_not="pending_if_incomplete"
    ),
    "payment_settings": PAYMENT_SETTINGS,
    "proration_behavior": PRORATION,
    "trial_end": WordOrWhole("now"),
    "trial_settings": TRIAL_SETTINGS,
    **not_built(NOT_BUILT),
}
CREATE = takes(
    required={"customer": Text(), "items": ITEMS},
    optional={
        **DETAILS,
        "billing_cycle_anchor": Whole(),
        "billing_mode": BILLING_MODE,
        "currency": Currency(),
        "trial_period_days": Whole(minimum=1, maximum=730),
        **not_built("backdate_start_date billing_cycle_anchor_config customer_account"),
    },
)
UPDATE = takes(
    optional={
        **DETAILS,
        "billing_cycle_anchor": Choice("now", "unchanged"),
        "cancel_at": WordOrWhole("", "min_period_end", "max_period_end"),
        "cancellation_details": CANCELLATION,
        "description": Text(clearable=True, longest=500),
        "items": CHANGED_ITEMS,
        "pause_collection": Clearable(
            Fields(
                required={"behavior": Choice("keep_as_draft", "mark_uncollectible", "void")},
                optional={"resumes_at": Whole()},
            )
        ),
        "proration_date": Whole(),
    }
)
CANCEL = takes(optional={"cancellation_details": CANCELLATION, "invoice_now": Flag(), "prorate": Flag()})
RESUME = takes(
    optional={
        "billing_cycle_anchor": OnlyBuilt("now", but_not="unchanged"),
        "proration_behavior": PRORATION,
        **not_built("proration_date"),
    }
)
FILTERS: dict[str, Shape] = {
    "customer": Text(),
    "price": Text(),
    "status": Choice(*Status, "all", "ended"),
    "test_clock": Text(),
    **not_built("automatic_tax collection_method current_period_end current_period_start customer_account"),
}
