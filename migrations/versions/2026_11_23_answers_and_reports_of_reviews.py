"""Let partners answer reviews, and anybody report them; staff keep or hide what is reported."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

CHECKS = {
    "answered_at_a_moment": "(answer IS NULL) = (answered_at IS NULL)",
    "answered_by_somebody": "(answer IS NULL) = (answered_by IS NULL)",
    "partners_answer": "answer IS NULL OR about = 'provider'",
    "answered_once_shown": "answer IS NULL OR blind_until IS NULL",
    "hidden_with_reason": "(hidden_at IS NULL) = (hidden_reason IS NULL)",
    "hidden_once_shown": "hidden_at IS NULL OR blind_until IS NULL",
}
REPORT_CHECKS = {
    "decided_at_a_moment": "(status = 'open') = (decided_at IS NULL)",
    "decided_by_somebody": "(status = 'open') = (decided_by IS NULL)",
    "decided_with_reason": "(status = 'open') = (answer IS NULL)",
}
AUTHORS = """
    UPDATE review SET author_id = (SELECT customer_id FROM support_request WHERE support_request.id = review.request_id)
    WHERE author_id IS NULL AND about = 'provider'
"""


def upgrade() -> None:
    """Apply; whoever wrote a review before authors were named is the customer of its request."""
    with altered("review", after=CHECKS) as batch:
        batch.add_column(sa.Column("answer", sa.Text(), nullable=True))
        batch.add_column(sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("answered_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("hidden_at", UTCDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("hidden_reason", sa.String(length=500), nullable=True))
        batch.create_foreign_key(op.f("fk_review_answered_by_person"), "person", ["answered_by"], ["id"])
    op.execute(AUTHORS)
    op.create_table(
        "review_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("status", _status(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_review_report_{name}")) for name, text in REPORT_CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_review_report_{column}_{table}"))
            for column, table in (("review_id", "review"), ("reporter_id", "person"), ("decided_by", "person"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_report")),
        sa.UniqueConstraint("review_id", "reporter_id", name=op.f("uq_review_report_review_id_reporter_id")),
    )


def _status() -> sa.Enum:
    values = ("open", "kept", "hidden")
    return sa.Enum(*values, name="reportstatus", native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Take it back; what was hidden is gone, for it is not counted."""
    op.drop_table("review_report")
    op.execute("DELETE FROM review WHERE hidden_at IS NOT NULL")
    with altered("review", before=CHECKS) as batch:
        batch.drop_constraint(op.f("fk_review_answered_by_person"), type_="foreignkey")
        for name in ("hidden_reason", "hidden_at", "answered_by", "answered_at", "answer"):
            batch.drop_column(name)
