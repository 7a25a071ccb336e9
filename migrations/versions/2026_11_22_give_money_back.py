"""Give money back: settlements, refunds in parts, chargebacks, clawbacks and reserves."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = sa.text("status NOT IN ('failed', 'lapsed', 'refunded', 'released', 'settled')")

HOLD_NEW = {
    "given_back_within_captured": (
        "refunded_minor >= 0 AND lost_minor >= 0 AND refunded_minor + lost_minor <= captured_minor"
    ),
    "part_counted": "part > 0",
}
JOB_NEW = {
    "tax_in_range": "tax_rate BETWEEN 0 AND 10000",
    "commission_tax_in_range": "commission_tax_rate BETWEEN 0 AND 10000",
}
PAYOUT = {
    "commission_not_negative": "commission_minor >= 0",
    "payoutstatus": one_of("status", "due", "paid"),
}
PAYOUT_NOW = {
    "taken_off_within_amount": (
        "reduced_minor >= 0 AND set_off_minor >= 0 AND reduced_minor + set_off_minor <= amount_minor"
    ),
    "clawed_back_within_amount": "clawed_back_minor >= 0 AND clawed_back_minor <= amount_minor - reduced_minor",
    "reserve_falls_due": "(kind = 'reserve') = (falls_due_at IS NOT NULL)",
    "payoutkind": one_of("kind", "share", "reserve"),
    "payoutstatus": one_of("status", "waiting", "due", "frozen", "paid", "cancelled"),
}
CALL = {
    "one_subject": "(hold_id IS NULL) <> (payout_id IS NULL)",
    "callkind": one_of("kind", "checkout", "capture", "release", "refund", "transfer"),
}
CALL_NOW = {
    "callkind": one_of("kind", "checkout", "capture", "release", "refund", "transfer", "reverse", "respond"),
}
ACCOUNT = {
    "accountkind": one_of(
        "kind",
        *("stripe_balance", "bank", "customer_held", "partner_payable"),
        *("commission", "stripe_fees", "authorised", "authorised_contra"),
    )
}
ACCOUNT_NOW = {
    "accountkind": one_of(
        "kind",
        *("stripe_balance", "bank", "partner_receivable", "dispute_receivable", "customer_held", "partner_payable"),
        *("partner_reserve", "tax_payable", "commission", "stripe_fees", "dispute_fees", "dispute_losses"),
        *("bad_debt", "authorised", "authorised_contra"),
    )
}
FACTS = ("authorised", "unauthorised", "captured", "settled", "transferred", "paid_by_hand", "refunded")
FACT = {"fact": one_of("fact", *FACTS)}
FACT_NOW = {
    "fact": one_of(
        "fact",
        *("authorised", "unauthorised", "captured", "settled", "reserve_released", "transferred", "paid_by_hand"),
        *("unsettled", "refunded", "refund_returned", "refunded_by_hand", "reversed", "owed", "set_off"),
        *("written_off", "disputed", "dispute_lost"),
    )
}


def upgrade() -> None:
    """Apply."""
    _make_tables()
    with altered("hold", after=HOLD_NEW) as batch:
        batch.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("refunded_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("lost_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_index("uq_hold_live")
        batch.create_index(
            "uq_hold_live",
            ["purpose", "subject_id", "part"],
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        )
    with altered("job", after=JOB_NEW) as batch:
        batch.add_column(sa.Column("tax_rate", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("commission_tax_rate", sa.Integer(), nullable=False, server_default="0"))
    _keep_what_was_settled_and_refunded()
    with altered("payout", before=PAYOUT, after=PAYOUT_NOW) as batch:
        batch.add_column(sa.Column("kind", sa.String(32), nullable=False, server_default="share"))
        batch.add_column(sa.Column("reduced_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("set_off_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("clawed_back_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("falls_due_at", UTCDateTime(timezone=True), nullable=True))
        batch.drop_constraint("uq_payout_hold_id", type_="unique")
        batch.create_unique_constraint("uq_payout_hold_id_kind", ["hold_id", "kind"])
        batch.drop_column("commission_minor")
    _point_calls_at_their_rows()
    with altered("ledger_account", before=ACCOUNT, after=ACCOUNT_NOW):
        pass
    with altered("ledger_transaction", before=FACT, after=FACT_NOW):
        pass
    _forget_defaults()


def _make_tables() -> None:
    op.create_table(
        "chargeback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("stripe_dispute_id", sa.String(length=255), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("due_by", UTCDateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_chargeback_amount_positive")),
        sa.CheckConstraint(
            one_of("status", "needs_response", "under_review", "won", "lost"),
            name=op.f("ck_chargeback_chargebackstatus"),
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_chargeback_by_person_id_person")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_chargeback_hold_id_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chargeback")),
        sa.UniqueConstraint("stripe_dispute_id", name=op.f("uq_chargeback_stripe_dispute_id")),
    )
    op.create_index(op.f("ix_chargeback_hold_id"), "chargeback", ["hold_id"])
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("payee_minor", sa.Integer(), nullable=False),
        sa.Column("commission_minor", sa.Integer(), nullable=False),
        sa.Column("commission_tax_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("stripe_refund_id", sa.String(length=255), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount_positive")),
        sa.CheckConstraint(
            "payee_minor + commission_minor + commission_tax_minor + tax_minor IN (0, amount_minor)",
            name=op.f("ck_refund_shares_add_up"),
        ),
        sa.CheckConstraint(
            one_of("cause", "ended", "unused", "cancelled", "settled", "goodwill"),
            name=op.f("ck_refund_refundcause"),
        ),
        sa.CheckConstraint(
            one_of("status", "due", "sent", "succeeded", "failed", "paid_by_hand"),
            name=op.f("ck_refund_refundstatus"),
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_refund_by_person_id_person")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_refund_hold_id_hold")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("stripe_refund_id", name=op.f("uq_refund_stripe_refund_id")),
    )
    op.create_index(op.f("ix_refund_hold_id"), "refund", ["hold_id"])
    op.create_table(
        "settlement",
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("commission_percent", sa.Integer(), nullable=False),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("commission_tax_rate", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("commission_percent BETWEEN 0 AND 100", name=op.f("ck_settlement_commission_in_range")),
        sa.CheckConstraint(
            "commission_tax_rate BETWEEN 0 AND 10000", name=op.f("ck_settlement_commission_tax_in_range")
        ),
        sa.CheckConstraint("tax_rate BETWEEN 0 AND 10000", name=op.f("ck_settlement_tax_in_range")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_settlement_hold_id_hold")),
        sa.ForeignKeyConstraint(["payee_id"], ["provider.id"], name=op.f("fk_settlement_payee_id_provider")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_settlement")),
    )
    op.create_index(op.f("ix_settlement_payee_id"), "settlement", ["payee_id"])
    op.create_table(
        "clawback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payout_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
        sa.Column("chargeback_id", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("set_off_minor", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("reversal_id", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(refund_id IS NULL) <> (chargeback_id IS NULL)", name=op.f("ck_clawback_one_cause")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_clawback_amount_positive")),
        sa.CheckConstraint(
            "set_off_minor >= 0 AND set_off_minor <= amount_minor", name=op.f("ck_clawback_set_off_within_amount")
        ),
        sa.CheckConstraint(
            one_of("status", "due", "reversed", "owed", "paid_off", "written_off"),
            name=op.f("ck_clawback_clawbackstatus"),
        ),
        sa.ForeignKeyConstraint(
            ["chargeback_id"], ["chargeback.id"], name=op.f("fk_clawback_chargeback_id_chargeback")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["provider.id"], name=op.f("fk_clawback_payee_id_provider")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_clawback_payout_id_payout")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_clawback_refund_id_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clawback")),
        sa.UniqueConstraint("reversal_id", name=op.f("uq_clawback_reversal_id")),
    )
    op.create_index(op.f("ix_clawback_payee_id"), "clawback", ["payee_id"])
    op.create_index(op.f("ix_clawback_payout_id"), "clawback", ["payout_id"])


def _keep_what_was_settled_and_refunded() -> None:
    """Write down in the new tables what holds and jobs said before: each refund was of the whole hold."""
    op.execute(
        "INSERT INTO settlement (hold_id, payee_id, commission_percent, tax_rate, commission_tax_rate, at) "
        "SELECT payout.hold_id, payout.payee_id, job.commission_percent, 0, 0, payout.created_at "
        "FROM payout JOIN job ON job.request_id = payout.subject_id"
    )
    op.execute(
        "INSERT INTO refund (hold_id, currency, amount_minor, payee_minor, commission_minor, commission_tax_minor, "
        "tax_minor, cause, status, stripe_refund_id, created_at, ended_at) "
        "SELECT hold.id, hold.currency, hold.captured_minor, 0, 0, 0, 0, 'ended', "
        "CASE hold.status WHEN 'refunded' THEN 'succeeded' ELSE 'due' END, stripe_call.stripe_id, "
        "stripe_call.created_at, hold.ended_at "
        "FROM hold JOIN stripe_call ON stripe_call.hold_id = hold.id AND stripe_call.kind = 'refund'"
    )
    op.execute("UPDATE hold SET refunded_minor = captured_minor WHERE status IN ('refunding', 'refunded')")


def _point_calls_at_their_rows() -> None:
    op.add_column("stripe_call", sa.Column("about_id", sa.Integer(), nullable=True))
    op.execute("UPDATE stripe_call SET about_id = COALESCE(hold_id, payout_id)")
    op.execute(
        "UPDATE stripe_call SET about_id = (SELECT refund.id FROM refund WHERE refund.hold_id = stripe_call.hold_id) "
        "WHERE kind = 'refund'"
    )
    with altered("stripe_call", before=CALL, after=CALL_NOW) as batch:
        batch.alter_column("about_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_constraint("uq_stripe_call_kind_hold_id_attempt", type_="unique")
        batch.drop_constraint("uq_stripe_call_kind_payout_id_attempt", type_="unique")
        batch.create_unique_constraint("uq_stripe_call_kind_about_id_attempt", ["kind", "about_id", "attempt"])
        batch.drop_constraint("fk_stripe_call_payout_id_payout", type_="foreignkey")
        batch.drop_constraint("fk_stripe_call_hold_id_hold", type_="foreignkey")
        batch.drop_column("hold_id")
        batch.drop_column("payout_id")


def _forget_defaults() -> None:
    """Forget what only the rows of before needed; new rows get it from the code."""
    added = {
        "hold": ("part", "refunded_minor", "lost_minor"),
        "job": ("tax_rate", "commission_tax_rate"),
        "payout": ("kind", "reduced_minor", "set_off_minor", "clawed_back_minor"),
    }
    for table, columns in added.items():
        with altered(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)


def downgrade() -> None:
    """Take back; what only the new tables know is lost."""
    op.execute("DELETE FROM stripe_call WHERE kind IN ('refund', 'reverse', 'respond')")
    op.add_column("stripe_call", sa.Column("hold_id", sa.Integer(), nullable=True))
    op.add_column("stripe_call", sa.Column("payout_id", sa.Integer(), nullable=True))
    op.execute("UPDATE stripe_call SET payout_id = about_id WHERE kind = 'transfer'")
    op.execute("UPDATE stripe_call SET hold_id = about_id WHERE kind <> 'transfer'")
    with altered("stripe_call", before=CALL_NOW, after=CALL) as batch:
        batch.drop_constraint("uq_stripe_call_kind_about_id_attempt", type_="unique")
        batch.create_foreign_key("fk_stripe_call_hold_id_hold", "hold", ["hold_id"], ["id"])
        batch.create_foreign_key("fk_stripe_call_payout_id_payout", "payout", ["payout_id"], ["id"])
        batch.create_unique_constraint("uq_stripe_call_kind_hold_id_attempt", ["kind", "hold_id", "attempt"])
        batch.create_unique_constraint("uq_stripe_call_kind_payout_id_attempt", ["kind", "payout_id", "attempt"])
        batch.drop_column("about_id")
    for table in ("clawback", "settlement", "refund", "chargeback"):
        op.drop_table(table)
    op.execute("DELETE FROM payout WHERE kind = 'reserve'")
    op.execute("UPDATE payout SET status = 'due' WHERE status NOT IN ('due', 'paid')")
    with altered("payout", before=PAYOUT_NOW, after=PAYOUT) as batch:
        batch.add_column(sa.Column("commission_minor", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_constraint("uq_payout_hold_id_kind", type_="unique")
        batch.create_unique_constraint("uq_payout_hold_id", ["hold_id"])
        for column in ("kind", "reduced_minor", "set_off_minor", "clawed_back_minor", "falls_due_at"):
            batch.drop_column(column)
    with altered("job", before=JOB_NEW) as batch:
        batch.drop_column("tax_rate")
        batch.drop_column("commission_tax_rate")
    with altered("hold", before=HOLD_NEW) as batch:
        batch.drop_index("uq_hold_live")
        batch.create_index(
            "uq_hold_live", ["purpose", "subject_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        )
        for column in ("part", "refunded_minor", "lost_minor"):
            batch.drop_column(column)
