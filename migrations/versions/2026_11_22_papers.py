"""Issue papers: receipts, invoices, credit notes and statements, numbered and never changed."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("receipt", "invoice", "credit_note", "statement")
NEVER_CHANGED = ("paper", "paper_tax", "stated_booking")
MESSAGE = "a paper is never changed: issue another that corrects it"


def upgrade() -> None:
    """Apply."""
    _make_series()
    _make_papers()
    _make_what_belongs_to_papers()
    for statement in _guards(op.get_context().dialect.name):
        op.execute(statement)


def _kind() -> sa.Enum:
    return sa.Enum(*KINDS, name="paperkind", native_enum=False, create_constraint=True, length=32)


def _make_series() -> None:
    op.create_table(
        "series",
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.CheckConstraint("issued >= 0", name=op.f("ck_series_issued_counted")),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_series")),
    )
    op.create_table(
        "billing_details",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=True),
        sa.Column("updated_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_billing_details_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_billing_details")),
    )


def _make_papers() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("fact", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("closing_minor", sa.Integer(), nullable=True),
        sa.Column("issued_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (corrects_id IS NOT NULL)", name=op.f("ck_paper_credit_notes_correct")
        ),
        sa.CheckConstraint(
            "(kind = 'statement') = (closing_minor IS NOT NULL)", name=op.f("ck_paper_statements_have_a_balance")
        ),
        sa.CheckConstraint("(kind = 'statement') = (hold_id IS NULL)", name=op.f("ck_paper_others_for_a_payment")),
        sa.CheckConstraint("(kind = 'statement') = (month IS NOT NULL)", name=op.f("ck_paper_statements_for_a_month")),
        sa.CheckConstraint(
            "(kind = 'statement') = (provider_id IS NOT NULL)", name=op.f("ck_paper_statements_for_partners")
        ),
        sa.CheckConstraint(
            "kind = 'statement' OR total_minor <> 0 AND (kind = 'credit_note') = (total_minor < 0)",
            name=op.f("ck_paper_signs"),
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (provider_id IS NULL)", name=op.f("ck_paper_one_recipient")),
        sa.CheckConstraint("net_minor + tax_minor = total_minor", name=op.f("ck_paper_adds_up")),
        sa.CheckConstraint("serial > 0", name=op.f("ck_paper_serial_counted")),
        sa.ForeignKeyConstraint(["corrects_id"], ["paper.id"], name=op.f("fk_paper_corrects_id_paper")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_paper_hold_id_hold")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_person_id_person")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_paper_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("fact", name=op.f("uq_paper_fact")),
        sa.UniqueConstraint("kind", "year", "serial", name=op.f("uq_paper_kind_year_serial")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_number")),
    )
    op.create_index(op.f("ix_paper_hold_id"), "paper", ["hold_id"], unique=False)
    op.create_index("ix_paper_issued_at", "paper", ["issued_at", "id"], unique=False)
    op.create_index(op.f("ix_paper_person_id"), "paper", ["person_id"], unique=False)
    op.create_index(op.f("ix_paper_provider_id"), "paper", ["provider_id"], unique=False)


def _make_what_belongs_to_papers() -> None:
    op.create_table(
        "paper_tax",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("ck_paper_tax_rate_in_range")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_tax_paper_id_paper")),
        sa.PrimaryKeyConstraint("paper_id", "rate", name=op.f("pk_paper_tax")),
    )
    op.create_table(
        "stated_booking",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_stated_booking_paper_id_paper")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transaction.id"],
            name=op.f("fk_stated_booking_transaction_id_ledger_transaction"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f("pk_stated_booking")),
    )
    op.create_index(op.f("ix_stated_booking_paper_id"), "stated_booking", ["paper_id"], unique=False)


def _guards(dialect: str) -> list[str]:
    """Write the triggers that keep papers as they were issued."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for table in NEVER_CHANGED
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE FUNCTION refuse_paper_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_paper_change()"
        for table in NEVER_CHANGED
    ]
    return [function, *triggers]


def downgrade() -> None:
    """Take back; what was issued is lost."""
    for table in ("stated_booking", "paper_tax", "paper", "billing_details", "series"):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_paper_change()")
