"""Let payers subscribe: what they pay for by the period, what of it is earned, and what goes back."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CALLS = (
    *("checkout", "capture", "release", "refund", "transfer", "reverse", "respond", "setup", "forget", "account"),
    *("renew", "ask", "let_go"),
)
NEW_CALLS = ("subscribe", "withdraw", "set_end", "cancel", "change", "refund_period", "portal")
FACTS = (
    *("authorised", "unauthorised", "captured", "settled", "reserve_released", "transferred", "paid_by_hand"),
    *("unsettled", "refunded", "refund_returned", "refunded_by_hand", "reversed", "owed", "set_off"),
    *("written_off", "disputed", "dispute_lost"),
)
LATER_FACTS = ("banked", "stripe_fee")
ACCOUNTS = (
    *("stripe_balance", "bank", "partner_receivable", "dispute_receivable", "customer_held", "partner_payable"),
    *("partner_reserve", "tax_payable"),
)
LATER_ACCOUNTS = (
    *("stripe_fees", "dispute_fees", "dispute_losses", "bad_debt", "goodwill", "authorised", "authorised_contra"),
)
ALTERED = {
    "stripe_call": ({"callkind": one_of("kind", *CALLS)}, {"callkind": one_of("kind", *CALLS, *NEW_CALLS)}),
    "ledger_account": (
        {"accountkind": one_of("kind", *ACCOUNTS, "commission", *LATER_ACCOUNTS)},
        {"accountkind": one_of("kind", *ACCOUNTS, "deferred", "commission", "earned", *LATER_ACCOUNTS)},
    ),
    "ledger_transaction": (
        {"fact": one_of("fact", *FACTS, *LATER_FACTS)},
        {"fact": one_of("fact", *FACTS, "period_paid", "earned", *LATER_FACTS)},
    ),
}
TABLES = {
    "subscription": {
        "reason_when_ended": "(status = 'ended') = (end_reason IS NOT NULL)",
        "ended_when_over": "(status IN ('ended', 'lapsed')) = (ended_at IS NOT NULL)",
        "began_when_running": "status NOT IN ('active', 'past_due') OR began_at IS NOT NULL",
        "next_told_whole": "(next_price_minor IS NULL) = (next_description IS NULL)",
        "period_whole": "(period_start IS NULL) = (period_end IS NULL)",
        "looks_counted": "looks >= 0",
        "period_in_order": "period_end > period_start",
        "prices_positive": "price_minor > 0 AND next_price_minor > 0",
        "tax_in_range": "tax_rate BETWEEN 0 AND 10000",
        "interval": one_of("interval", "month", "year"),
        "subscriptionstatus": one_of("status", "opening", "awaiting", "active", "past_due", "ended", "lapsed"),
        "endreason": one_of("end_reason", "cancelled", "unpaid", "disputed"),
    },
    "subscription_change": {
        "ended_when_answered": "(status = 'asked') = (ended_at IS NULL)",
        "failure_when_refused": "(status = 'refused') = (failure IS NOT NULL)",
        "price_positive": "price_minor > 0",
        "changemoment": one_of("moment", "now", "period_end"),
        "changestatus": one_of("status", "asked", "done", "refused"),
    },
    "period_payment": {
        "amount_positive": "amount_minor > 0",
        "earned_or_refunded_once": "earned_minor + refunded_minor - refunded_tax_minor <= amount_minor - tax_minor",
        "earned_not_negative": "earned_minor >= 0",
        "fee_not_negative": "fee_minor >= 0",
        "period_in_order": "period_end > period_start",
        "refunded_within_amount": "refunded_minor >= 0 AND refunded_minor <= amount_minor",
        "refunded_tax_within_tax": "refunded_tax_minor >= 0 AND refunded_tax_minor <= tax_minor",
        "tax_within_amount": "tax_minor >= 0 AND tax_minor <= amount_minor",
        "periodreason": one_of("reason", "first", "renewal", "change"),
    },
    "period_refund": {
        "no_bank_decides": "status NOT IN ('waiting', 'covered')",
        "amount_positive": "amount_minor > 0",
        "tax_within_amount": "tax_minor >= 0 AND tax_minor <= amount_minor",
        "refundstatus": one_of("status", "waiting", "due", "sent", "succeeded", "failed", "paid_by_hand", "covered"),
    },
}


def upgrade() -> None:
    """Apply."""
    for table, (before, after) in ALTERED.items():
        with altered(table, before=before, after=after):
            pass
    _subscriptions()
    _changes()
    _payments()
    _refunds()
    _visits()


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("next_price_minor", sa.Integer(), nullable=True),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("interval", sa.String(32), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("next_description", sa.String(length=200), nullable=True),
        sa.Column("return_path", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_session_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("stripe_subscription_id", sa.String(length=255), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("period_start", UTCDateTime(timezone=True), nullable=True),
        sa.Column("period_end", UTCDateTime(timezone=True), nullable=True),
        sa.Column("cancels_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("needs_action", sa.Boolean(), nullable=False),
        sa.Column("action_url", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.String(32), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("began_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["payer_id"], ["person.id"], name=op.f("fk_subscription_payer_id_person")),
        *_checks("subscription"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("checkout_session_id", name=op.f("uq_subscription_checkout_session_id")),
        sa.UniqueConstraint("stripe_subscription_id", name=op.f("uq_subscription_stripe_subscription_id")),
    )
    op.create_index(op.f("ix_subscription_payer_id"), "subscription", ["payer_id"])
    op.create_index(op.f("ix_subscription_subject_id"), "subscription", ["subject_id"])
    op.create_index(
        "uq_subscription_live",
        "subscription",
        ["purpose", "subject_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('ended', 'lapsed')"),
        postgresql_where=sa.text("status NOT IN ('ended', 'lapsed')"),
    )


def _changes() -> None:
    op.create_table(
        "subscription_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("moment", sa.String(32), nullable=False),
        sa.Column("prorated_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_change_subscription_id_subscription")
        ),
        *_checks("subscription_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_change")),
    )
    op.create_index(op.f("ix_subscription_change_subscription_id"), "subscription_change", ["subscription_id"])
    op.create_index(
        "uq_subscription_change_asked",
        "subscription_change",
        ["subscription_id"],
        unique=True,
        sqlite_where=sa.text("status = 'asked'"),
        postgresql_where=sa.text("status = 'asked'"),
    )


def _payments() -> None:
    op.create_table(
        "period_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stripe_invoice_id", sa.String(length=255), nullable=False),
        sa.Column("charge_id", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        sa.Column("period_start", UTCDateTime(timezone=True), nullable=False),
        sa.Column("period_end", UTCDateTime(timezone=True), nullable=False),
        sa.Column("earned_minor", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), nullable=False),
        sa.Column("refunded_tax_minor", sa.Integer(), nullable=False),
        sa.Column("paid_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_period_payment_subscription_id_subscription")
        ),
        *_checks("period_payment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_payment")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_period_payment_charge_id")),
        sa.UniqueConstraint("stripe_invoice_id", name=op.f("uq_period_payment_stripe_invoice_id")),
    )
    op.create_index(op.f("ix_period_payment_subscription_id"), "period_payment", ["subscription_id"])


def _refunds() -> None:
    op.create_table(
        "period_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("stripe_refund_id", sa.String(length=255), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["period_payment.id"], name=op.f("fk_period_refund_payment_id_period_payment")
        ),
        *_checks("period_refund"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_refund")),
        sa.UniqueConstraint("stripe_refund_id", name=op.f("uq_period_refund_stripe_refund_id")),
    )
    op.create_index(op.f("ix_period_refund_payment_id"), "period_refund", ["payment_id"])


def _visits() -> None:
    op.create_table(
        "portal_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("return_path", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("opened_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["payer.person_id"], name=op.f("fk_portal_visit_person_id_payer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_visit")),
    )
    op.create_index(op.f("ix_portal_visit_person_id"), "portal_visit", ["person_id"])


def _checks(table: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in TABLES[table].items()]


def downgrade() -> None:
    """Take back; refused once anything was booked about subscriptions, because what is booked is never deleted."""
    calls = ", ".join(f"'{kind}'" for kind in NEW_CALLS)
    op.execute(f"DELETE FROM stripe_call WHERE kind IN ({calls})")  # noqa: S608 -- Our own words.
    for table in ("portal_visit", "period_refund", "period_payment", "subscription_change", "subscription"):
        op.drop_table(table)
    for table, (before, after) in ALTERED.items():
        with altered(table, before=after, after=before):
            pass
