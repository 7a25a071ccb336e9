"""Ask several partners for quotes: what each of them asks, and the states of an offer that is answered by one."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATUSES = ("open", "accepted", "declined", "expired", "withdrawn")
BEFORE = {
    "offerstatus": one_of("status", *STATUSES),
    "answered_when_not_open": "(status = 'open') = (answered_at IS NULL)",
}
AFTER = {
    "offerstatus": one_of("status", "open", "asked", "quoted", "chosen", "accepted", "not_chosen", *STATUSES[2:]),
    "answered_when_not_open": "(status IN ('open', 'asked')) = (answered_at IS NULL)",
}
MODE_BEFORE = {"mode": one_of("mode", "chosen", "best_fit")}
MODE_AFTER = {"mode": one_of("mode", "chosen", "best_fit", "quotes")}
INDEXES = {
    "uq_offer_asked_once": (["request_id", "provider_id"], "status <> 'not_chosen'"),
    "uq_offer_chosen": (["request_id"], "status IN ('chosen', 'accepted')"),
}


def upgrade() -> None:
    """Apply."""
    with altered("support_request", before=MODE_BEFORE, after=MODE_AFTER):
        pass
    with altered("offer", before=BEFORE, after=AFTER) as batch:
        batch.drop_constraint("uq_offer_request_id_provider_id", type_="unique")
    for name, (columns, where) in INDEXES.items():
        condition = sa.text(where)
        op.create_index(name, "offer", columns, unique=True, sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("includes", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("first_answer_minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", UTCDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("hourly_minor", sa.Integer(), nullable=True),
        sa.Column("cap_minutes", sa.Integer(), nullable=True),
        sa.Column("session_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_quote_price_positive")),
        sa.CheckConstraint("first_answer_minutes > 0", name=op.f("ck_quote_first_answer_later")),
        sa.CheckConstraint("valid_until > made_at", name=op.f("ck_quote_valid_later")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_quote_price_not_negative")),
        sa.CheckConstraint(one_of("kind", "incident", "hourly", "session"), name=op.f("ck_quote_servicekind")),
        sa.CheckConstraint(
            "(kind = 'hourly') = (hourly_minor IS NOT NULL)", name=op.f("ck_quote_hourly_price_when_hourly")
        ),
        sa.CheckConstraint("(kind = 'hourly') = (cap_minutes IS NOT NULL)", name=op.f("ck_quote_cap_when_hourly")),
        sa.CheckConstraint(
            "(kind = 'session') = (session_minutes IS NOT NULL)", name=op.f("ck_quote_length_when_session")
        ),
        sa.CheckConstraint("cap_minutes BETWEEN 30 AND 2400", name=op.f("ck_quote_cap_in_range")),
        sa.CheckConstraint("session_minutes BETWEEN 15 AND 480", name=op.f("ck_quote_length_in_range")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_quote_member_id_member")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_quote_offer_id_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index(op.f("ix_quote_offer_id"), "quote", ["offer_id"])


def downgrade() -> None:
    """Take back; what was asked for in this way has to have ended before."""
    op.drop_table("quote")
    for name in INDEXES:
        op.drop_index(name, "offer")
    with altered("offer", before=AFTER, after=BEFORE) as batch:
        batch.create_unique_constraint("uq_offer_request_id_provider_id", ["request_id", "provider_id"])
    with altered("support_request", before=MODE_AFTER, after=MODE_BEFORE):
        pass
