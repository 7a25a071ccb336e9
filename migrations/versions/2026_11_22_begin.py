"""Begin: the tables of the main job."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEVER_CHANGED = ("posting", "ledger_transaction")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sign_in", "sign_up", "letter", name="tried", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_at"), ["at"], unique=False)
        batch_op.create_index("ix_attempt_email_key", ["kind", "email_key", "at"], unique=False)
        batch_op.create_index("ix_attempt_place", ["kind", "place", "at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("micros_per_base", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("micros_per_base > 0", name=op.f("ck_exchange_rate_micros_positive")),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "stripe_balance",
                "bank",
                "customer_held",
                "partner_payable",
                "commission",
                "stripe_fees",
                "authorised",
                "authorised_contra",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_ledger_account_id_currency")),
        sa.UniqueConstraint("kind", "owner_id", "currency", name=op.f("uq_ledger_account_kind_owner_id_currency")),
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column(
            "fact",
            sa.Enum(
                "authorised",
                "unauthorised",
                "captured",
                "settled",
                "transferred",
                "paid_by_hand",
                "refunded",
                name="fact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("stripe_id", sa.String(length=255), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transaction_key")),
    )
    with op.batch_alter_table("ledger_transaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_transaction_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_transaction_stripe_id"), ["stripe_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_transaction_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "niche",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_niche")),
        sa.UniqueConstraint("slug", name=op.f("uq_niche_slug")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("run_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("leased_until", UTCDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("dead_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_message_attempts_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_due", ["done_at", "dead_at", "run_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column(
            "staff_role",
            sa.Enum(
                "admin",
                "support",
                "certification",
                "finance",
                name="staffrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email_key", name=op.f("uq_person_email_key")),
        sa.UniqueConstraint("session_key", name=op.f("uq_person_session_key")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    op.create_table(
        "received_event",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=255), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("applied_at", UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_event")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_person_id"), ["person_id"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum(
                "application",
                "platform",
                "integration",
                name="layer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("niche_id", sa.Integer(), nullable=False),
        sa.Column("is_defect", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["niche_id"], ["niche.id"], name=op.f("fk_category_niche_id_niche")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("captured_minor", sa.Integer(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("return_path", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "opening",
                "awaiting",
                "held",
                "capturing",
                "captured",
                "settled",
                "releasing",
                "released",
                "lapsed",
                "failed",
                "refunding",
                "refunded",
                name="holdstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("checkout_session_id", sa.String(length=255), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("payment_intent_id", sa.String(length=255), nullable=True),
        sa.Column("charge_id", sa.String(length=255), nullable=True),
        sa.Column("capture_before", UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("held_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_hold_amount_positive")),
        sa.CheckConstraint(
            "captured_minor >= 0 AND captured_minor <= amount_minor", name=op.f("ck_hold_captured_within_hold")
        ),
        sa.CheckConstraint("fee_minor >= 0 AND fee_minor <= captured_minor", name=op.f("ck_hold_fee_within_captured")),
        sa.ForeignKeyConstraint(["payer_id"], ["person.id"], name=op.f("fk_hold_payer_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_hold_charge_id")),
        sa.UniqueConstraint("checkout_session_id", name=op.f("uq_hold_checkout_session_id")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_hold_payment_intent_id")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(
            "uq_hold_live",
            ["purpose", "subject_id"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('failed', 'lapsed', 'refunded', 'released', 'settled')"),
            postgresql_where=sa.text("status NOT IN ('failed', 'lapsed', 'refunded', 'released', 'settled')"),
        )

    op.create_table(
        "idempotency_key",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_idempotency_key_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "posting",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("debit_id", sa.Integer(), nullable=False),
        sa.Column("credit_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_posting_amount_positive")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_posting_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_id", "currency"],
            ["ledger_account.id", "ledger_account.currency"],
            name=op.f("fk_posting_credit_id_currency_ledger_account"),
        ),
        sa.ForeignKeyConstraint(
            ["debit_id", "currency"],
            ["ledger_account.id", "ledger_account.currency"],
            name=op.f("fk_posting_debit_id_currency_ledger_account"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_posting_transaction_id_ledger_transaction")
        ),
        sa.PrimaryKeyConstraint("transaction_id", "seq", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_credit_id"), ["credit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_debit_id"), ["debit_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_release_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("product_id", "version", name=op.f("uq_release_product_id_version")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size_bytes > 0 AND size_bytes <= 10485760", name=op.f("ck_stored_file_size_in_range")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_stored_file_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_file_key")),
    )
    op.create_table(
        "track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("niche_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_track_level_in_range")),
        sa.ForeignKeyConstraint(["niche_id"], ["niche.id"], name=op.f("fk_track_niche_id_niche")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_track_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("slug", name=op.f("uq_track_slug")),
    )
    op.create_table(
        "category_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "long_text",
                "choice",
                "url",
                name="fieldkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("max_length", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("max_length BETWEEN 1 AND 20000", name=op.f("ck_category_field_max_length_in_range")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_category_field_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_field")),
        sa.UniqueConstraint("category_id", "key", name=op.f("uq_category_field_category_id_key")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)", name=op.f("ck_credential_revoked_with_reason")
        ),
        sa.CheckConstraint("valid_until > issued_at", name=op.f("ck_credential_valid_after_issue")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id_person")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_credential_track_id_track")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("reference", name=op.f("uq_credential_reference")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_person_id"), ["person_id"], unique=False)

    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("abouts", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("listed", "suspended", name="providerstatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("suspended_reason", sa.String(length=500), nullable=True),
        sa.Column("is_vendor_desk", sa.Boolean(), nullable=False),
        sa.Column("commission_percent", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("photo_file_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("promises_due", sa.Integer(), nullable=False),
        sa.Column("promises_kept", sa.Integer(), nullable=False),
        sa.Column("jobs_done", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("stars_sum", sa.Integer(), nullable=False),
        sa.Column("first_answers", sa.Integer(), nullable=False),
        sa.Column("first_answer_minutes_sum", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'suspended') = (suspended_reason IS NOT NULL)", name=op.f("ck_provider_suspended_with_reason")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_provider_capacity_positive")),
        sa.CheckConstraint("commission_percent BETWEEN 0 AND 100", name=op.f("ck_provider_commission_in_range")),
        sa.CheckConstraint("first_answer_minutes_sum >= 0", name=op.f("ck_provider_first_answer_minutes_counted")),
        sa.CheckConstraint(
            "first_answers > 0 OR first_answer_minutes_sum = 0",
            name=op.f("ck_provider_first_answer_minutes_of_answers"),
        ),
        sa.CheckConstraint("first_answers >= 0", name=op.f("ck_provider_first_answers_counted")),
        sa.CheckConstraint("jobs_done >= 0", name=op.f("ck_provider_jobs_counted")),
        sa.CheckConstraint("promises_kept BETWEEN 0 AND promises_due", name=op.f("ck_provider_promises_kept_in_range")),
        sa.CheckConstraint("ratings >= 0", name=op.f("ck_provider_ratings_counted")),
        sa.CheckConstraint("stars_sum BETWEEN 1 * ratings AND 5 * ratings", name=op.f("ck_provider_stars_in_range")),
        sa.ForeignKeyConstraint(
            ["photo_file_id"], ["stored_file.id"], name=op.f("fk_provider_photo_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("slug", name=op.f("uq_provider_slug")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_provider_vendor_desk",
            ["is_vendor_desk"],
            unique=True,
            sqlite_where=sa.text("is_vendor_desk"),
            postgresql_where=sa.text("is_vendor_desk"),
        )

    op.create_table(
        "connected_account",
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("stripe_account_id", sa.String(length=255), nullable=True),
        sa.Column("may_receive", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("updated_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payee_id"], ["provider.id"], name=op.f("fk_connected_account_payee_id_provider")),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("pk_connected_account")),
        sa.UniqueConstraint("key", name=op.f("uq_connected_account_key")),
        sa.UniqueConstraint("stripe_account_id", name=op.f("uq_connected_account_stripe_account_id")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("owner", "member", name="memberrole", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("joined_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_member_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("person_id", name=op.f("uq_member_person_id")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "payout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("commission_minor", sa.Integer(), nullable=False),
        sa.Column(
            "method",
            sa.Enum("transfer", "by_hand", name="payoutmethod", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("due", "paid", name="payoutstatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("transfer_id", sa.String(length=255), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("paid_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payout_amount_not_negative")),
        sa.CheckConstraint("commission_minor >= 0", name=op.f("ck_payout_commission_not_negative")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_payout_hold_id_hold")),
        sa.ForeignKeyConstraint(["payee_id"], ["provider.id"], name=op.f("fk_payout_payee_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_payout_hold_id")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_payout_transfer_id")),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_payee_id"), ["payee_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("niche_id", sa.Integer(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum(
                "application",
                "platform",
                "integration",
                name="layer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("incident", name="servicekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("includes", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_minor BETWEEN 1 AND 99999999", name=op.f("ck_service_price_in_range")),
        sa.ForeignKeyConstraint(["niche_id"], ["niche.id"], name=op.f("fk_service_niche_id_niche")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_service_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint(
            "provider_id", "niche_id", "layer", "kind", name=op.f("uq_service_provider_id_niche_id_layer_kind")
        ),
    )
    op.create_table(
        "support_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "A1",
                "A2",
                "B1",
                "B2",
                "C1",
                "C2",
                "native",
                name="cefr",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("urgency_hours", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("chosen", "best_fit", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("ceiling_minor", sa.Integer(), nullable=True),
        sa.Column("chosen_provider_id", sa.Integer(), nullable=True),
        sa.Column("may_fall_back", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "awaiting_payment",
                "matching",
                "unmatched",
                "in_progress",
                "resolved",
                "closed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(mode = 'chosen') = (chosen_provider_id IS NOT NULL)", name=op.f("ck_support_request_chosen_has_provider")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'cancelled') OR mode IS NOT NULL", name=op.f("ck_support_request_mode_when_submitted")
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_progress', 'resolved', 'closed') OR provider_id IS NOT NULL",
            name=op.f("ck_support_request_provider_when_accepted"),
        ),
        sa.CheckConstraint("ceiling_minor > 0", name=op.f("ck_support_request_ceiling_positive")),
        sa.CheckConstraint("urgency_hours BETWEEN 1 AND 168", name=op.f("ck_support_request_urgency_in_range")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_support_request_category_id_category")),
        sa.ForeignKeyConstraint(
            ["chosen_provider_id"], ["provider.id"], name=op.f("fk_support_request_chosen_provider_id_provider")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["person.id"], name=op.f("fk_support_request_customer_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_support_request_provider_id_provider")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_support_request_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_support_request_reference")),
    )
    with op.batch_alter_table("support_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_request_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_support_request_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_support_request_status", ["status", "submitted_at"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days_in_order")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_member_id"), ["member_id"], unique=False)

    op.create_table(
        "member_language",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "A1",
                "A2",
                "B1",
                "B2",
                "C1",
                "C2",
                "native",
                name="cefr",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_language_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "language", name=op.f("pk_member_language")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "customer",
                "provider",
                "vendor",
                "house",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(side = 'house') = (author_id IS NULL)", name=op.f("ck_message_house_has_no_author")),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_message_something_said")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id_person")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_message_request_id_support_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_request", ["request_id", "id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="offerstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no_time",
                "not_my_field",
                "price",
                "unclear",
                "other",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("decline_note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(status = 'open') = (answered_at IS NULL)", name=op.f("ck_offer_answered_when_not_open")),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_offer_expires_later")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_offer_price_not_negative")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_offer_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_offer_request_id_support_request")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_offer_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("request_id", "provider_id", name=op.f("uq_offer_request_id_provider_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_expiry", ["status", "expires_at"], unique=False)
        batch_op.create_index("ix_offer_provider", ["provider_id", "status"], unique=False)
        batch_op.create_index(
            "uq_offer_open",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "request_file",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_request_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_request_file_request_id_support_request")
        ),
        sa.PrimaryKeyConstraint("request_id", "file_id", name=op.f("pk_request_file")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars_in_range")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_review_provider_id_provider")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_review_request_id_support_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("request_id", name=op.f("uq_review_request_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("ix_review_provider", ["provider_id", "at"], unique=False)

    op.create_table(
        "stripe_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "checkout",
                "capture",
                "release",
                "refund",
                "transfer",
                name="callkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("payout_id", sa.Integer(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("stripe_id", sa.String(length=255), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(hold_id IS NULL) <> (payout_id IS NULL)", name=op.f("ck_stripe_call_one_subject")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_stripe_call_hold_id_hold")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_stripe_call_payout_id_payout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_call")),
        sa.UniqueConstraint("key", name=op.f("uq_stripe_call_key")),
        sa.UniqueConstraint("kind", "hold_id", "attempt", name=op.f("uq_stripe_call_kind_hold_id_attempt")),
        sa.UniqueConstraint("kind", "payout_id", "attempt", name=op.f("uq_stripe_call_kind_payout_id_attempt")),
    )
    op.create_table(
        "weekly_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "end_minute > start_minute AND end_minute <= start_minute + 1440",
            name=op.f("ck_weekly_interval_end_in_range"),
        ),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_weekly_interval_start_in_range")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_weekly_interval_weekday_in_range")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_weekly_interval_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_interval")),
        sa.UniqueConstraint(
            "member_id", "weekday", "start_minute", name=op.f("uq_weekly_interval_member_id_weekday_start_minute")
        ),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("commission_percent", sa.Integer(), nullable=False),
        sa.Column("accepted_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("first_answer_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("commission_percent BETWEEN 0 AND 100", name=op.f("ck_job_commission_in_range")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_job_price_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_job_member_id_member")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_job_offer_id_offer")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_job_provider_id_provider")),
        sa.ForeignKeyConstraint(["request_id"], ["support_request.id"], name=op.f("fk_job_request_id_support_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_job_offer_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_job_request_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "message_file",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_message_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_file_message_id_message")),
        sa.PrimaryKeyConstraint("message_id", "file_id", name=op.f("pk_message_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_message_file_file_id")),
    )
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("due_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("kept_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("missed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at > made_at", name=op.f("ck_promise_due_later")),
        sa.CheckConstraint("kept_at IS NULL OR ended_at IS NULL", name=op.f("ck_promise_kept_or_ended")),
        sa.CheckConstraint("kept_at IS NULL OR missed_at IS NULL", name=op.f("ck_promise_kept_or_missed")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_promise_member_id_member")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_promise_message_id_message")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name=op.f("fk_promise_request_id_support_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint("message_id", name=op.f("uq_promise_message_id")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_request_id"), ["request_id"], unique=False)
        batch_op.create_index(
            "ix_promise_running",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("kept_at IS NULL AND missed_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND missed_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_promise_awaited",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
        )

    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("prevention", sa.Text(), nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_resolution_job_id_job")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_resolution_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    with op.batch_alter_table("resolution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resolution_job_id"), ["job_id"], unique=False)
    for statement in _refuse_changes(op.get_bind().dialect.name):
        op.execute(statement)


def _refuse_changes(dialect: str) -> list[str]:
    """Write the triggers that keep the ledger as it was booked."""
    message = "the ledger is never changed: book a correction"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for table in NEVER_CHANGED
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
        for table in NEVER_CHANGED
    ]
    return [function, *triggers]


def downgrade() -> None:
    """Take back."""
    for table in (
        "resolution",
        "promise",
        "message_file",
        "job",
        "weekly_interval",
        "stripe_call",
        "review",
        "request_file",
        "offer",
        "message",
        "member_language",
        "absence",
        "support_request",
        "service",
        "payout",
        "member",
        "connected_account",
        "provider",
        "credential",
        "category_field",
        "track",
        "stored_file",
        "release",
        "posting",
        "idempotency_key",
        "hold",
        "category",
        "api_token",
        "received_event",
        "product",
        "person",
        "outbox_message",
        "niche",
        "ledger_transaction",
        "ledger_account",
        "exchange_rate",
        "audit_entry",
        "attempt",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_ledger_change")
