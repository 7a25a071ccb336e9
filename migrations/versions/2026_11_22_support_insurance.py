"""Sell support insurance: plans, policies, and what they cover by year."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LIVE = "status IN ('active', 'grace', 'opening', 'suspended')"
MESSAGE = "a version of a plan is never changed: policies run by it; make another"


def upgrade() -> None:
    """Apply."""
    _make_plans()
    _make_policies()
    _make_years()
    _make_claims()
    for statement in _guards(op.get_context().dialect.name):
        op.execute(statement)


def _make_plans() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("is_on_sale", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("slug", name=op.f("uq_plan_slug")),
    )
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("terms_texts", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column(
            "interval",
            sa.Enum("month", "year", name="interval", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("limit_minor", sa.Integer(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("deductible_minor", sa.Integer(), nullable=False),
        sa.Column("claim_limit_minor", sa.Integer(), nullable=True),
        sa.Column("waiting_days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("needs_licence", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "claim_limit_minor > 0 AND claim_limit_minor <= limit_minor",
            name=op.f("ck_plan_version_claim_limit_within_limit"),
        ),
        sa.CheckConstraint("deductible_minor >= 0", name=op.f("ck_plan_version_deductible_not_negative")),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 60", name=op.f("ck_plan_version_grace_in_range")),
        sa.CheckConstraint("limit_minutes > 0", name=op.f("ck_plan_version_time_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_plan_version_number_counted")),
        sa.CheckConstraint("price_minor > 0 AND limit_minor > 0", name=op.f("ck_plan_version_amounts_positive")),
        sa.CheckConstraint("waiting_days BETWEEN 0 AND 365", name=op.f("ck_plan_version_waiting_in_range")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_plan_version_made_by_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    op.create_index(op.f("ix_plan_version_plan_id"), "plan_version", ["plan_id"], unique=False)


def _make_policies() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("next_version_id", sa.Integer(), nullable=True),
        sa.Column("licence", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "opening",
                "active",
                "grace",
                "suspended",
                "ended",
                "lapsed",
                name="policystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("begins_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("waits_until", UTCDateTime(timezone=True), nullable=True),
        sa.Column("unpaid_since", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('ended', 'lapsed')) = (ended_at IS NOT NULL)", name=op.f("ck_policy_ended_when_over")
        ),
        sa.CheckConstraint(
            "(status IN ('grace', 'suspended')) = (unpaid_since IS NOT NULL)",
            name=op.f("ck_policy_unpaid_when_overdue"),
        ),
        sa.CheckConstraint(
            "status IN ('opening', 'lapsed') = (begins_at IS NULL)", name=op.f("ck_policy_begun_when_paid")
        ),
        sa.CheckConstraint("(begins_at IS NULL) = (waits_until IS NULL)", name=op.f("ck_policy_waits_when_begun")),
        sa.CheckConstraint("waits_until >= begins_at", name=op.f("ck_policy_waits_after_begin")),
        sa.ForeignKeyConstraint(
            ["next_version_id"], ["plan_version.id"], name=op.f("fk_policy_next_version_id_plan_version")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_person_id_person")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_policy_version_id_plan_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("reference", name=op.f("uq_policy_reference")),
    )
    op.create_index(op.f("ix_policy_person_id"), "policy", ["person_id"], unique=False)
    op.create_index(op.f("ix_policy_version_id"), "policy", ["version_id"], unique=False)
    op.create_index(
        "uq_policy_live",
        "policy",
        ["person_id", "licence"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )


def _make_years() -> None:
    op.create_table(
        "policy_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("limit_minor", sa.Integer(), nullable=False),
        sa.Column("reserved_minor", sa.Integer(), nullable=False),
        sa.Column("used_minor", sa.Integer(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("reserved_minutes", sa.Integer(), nullable=False),
        sa.Column("used_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_policy_year_moments_in_order")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_policy_year_number_counted")),
        sa.CheckConstraint("reserved_minor + used_minor <= limit_minor", name=op.f("ck_policy_year_never_overdrawn")),
        sa.CheckConstraint("reserved_minor >= 0 AND used_minor >= 0", name=op.f("ck_policy_year_amounts_not_negative")),
        sa.CheckConstraint(
            "reserved_minutes + used_minutes <= limit_minutes", name=op.f("ck_policy_year_time_never_overdrawn")
        ),
        sa.CheckConstraint(
            "reserved_minutes >= 0 AND used_minutes >= 0", name=op.f("ck_policy_year_time_not_negative")
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_year_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_year")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_year_policy_id_number")),
    )


def _make_claims() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["claim.id"], name=op.f("fk_claim_event_id_claim")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_claim_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("purpose", "subject_id", "policy_id", name=op.f("uq_claim_purpose_subject_id_policy_id")),
    )
    op.create_index("ix_claim_event", "claim", ["event_id"], unique=False)
    op.create_index(op.f("ix_claim_policy_id"), "claim", ["policy_id"], unique=False)
    op.create_table(
        "claim_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("year_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("own_minor", sa.Integer(), nullable=False),
        sa.Column("promised_minor", sa.Integer(), nullable=False),
        sa.Column("promised_minutes", sa.Integer(), nullable=False),
        sa.Column("reserved_minor", sa.Integer(), nullable=False),
        sa.Column("used_minor", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "promised_minor > 0 AND promised_minor <= price_minor", name=op.f("ck_claim_part_promised_within_price")
        ),
        sa.CheckConstraint("promised_minutes >= 0 AND own_minor >= 0", name=op.f("ck_claim_part_promise_not_negative")),
        sa.CheckConstraint("reserved_minor + used_minor <= promised_minor", name=op.f("ck_claim_part_within_promise")),
        sa.CheckConstraint("reserved_minor = 0 OR used_minor = 0", name=op.f("ck_claim_part_reserved_or_used")),
        sa.CheckConstraint("reserved_minor >= 0 AND used_minor >= 0", name=op.f("ck_claim_part_amounts_not_negative")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_part_claim_id_claim")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_claim_part_hold_id_hold")),
        sa.ForeignKeyConstraint(["year_id"], ["policy_year.id"], name=op.f("fk_claim_part_year_id_policy_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_part")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_claim_part_hold_id")),
    )
    op.create_index(op.f("ix_claim_part_claim_id"), "claim_part", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_part_year_id"), "claim_part", ["year_id"], unique=False)


def _guards(dialect: str) -> list[str]:
    """Write the triggers that keep versions of plans as they were sold."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER plan_version_no_{verb.lower()} BEFORE {verb} ON plan_version "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    trigger = (
        "CREATE TRIGGER plan_version_no_change BEFORE UPDATE OR DELETE ON plan_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_plan_change()"
    )
    return [function, trigger]


def downgrade() -> None:
    """Take back; who was covered, and for what, is forgotten."""
    for table in ("claim_part", "claim", "policy_year", "policy", "plan_version", "plan"):
        op.drop_table(table)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_plan_change()")
