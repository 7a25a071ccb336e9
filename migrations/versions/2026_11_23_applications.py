"""Let businesses apply: what they say, what is asked about it, what is decided, and whom they invite."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

BEFORE = {"providerstatus": one_of("status", "listed", "suspended")}
AFTER = {"providerstatus": one_of("status", "applying", "listed", "suspended")}
STATUSES = ("draft", "submitted", "questions_asked", "approved", "refused", "withdrawn")
LIVE = "status NOT IN ('refused', 'withdrawn')"
OPEN = "answered_at IS NULL"
CHECKS = {
    "sent_at_moment": "status NOT IN ('submitted', 'questions_asked') OR submitted_at IS NOT NULL",
    "draft_not_sent": "status <> 'draft' OR submitted_at IS NULL",
    "decided_with_moment": "(status IN ('approved', 'refused')) = (decided_at IS NOT NULL)",
    "decided_by_somebody": "(decided_at IS NULL) = (decided_by IS NULL)",
    "decided_after_sent": "decided_at IS NULL OR submitted_at <= decided_at",
    "refused_with_reason": "(status = 'refused') = (reason IS NOT NULL)",
    "conduct_with_moment": "(conduct_version IS NULL) = (conduct_accepted_at IS NULL)",
    "conduct_by_somebody": "(conduct_version IS NULL) = (conduct_accepted_by IS NULL)",
    "sent_with_conduct": "submitted_at IS NULL OR conduct_version IS NOT NULL",
    "applicationstatus": one_of("status", *STATUSES),
}


def upgrade() -> None:
    """Apply; whoever is there already was listed without an application."""
    with altered("provider", before=BEFORE, after=AFTER):
        pass
    _applications()
    _questions()
    _invitations()


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("begun_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("conduct_version", sa.Integer(), nullable=True),
        sa.Column("conduct_accepted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("conduct_accepted_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_application_{name}")) for name, text in CHECKS.items()),
        *(_refers("application", name, to) for name, to in (("provider_id", "provider"), ("decided_by", "person"))),
        _refers("application", "conduct_accepted_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_provider_id"), "application", ["provider_id"])
    op.create_index("ix_application_status", "application", ["status", "submitted_at"])
    _only_one("uq_application_live", "application", "provider_id", LIVE)


def _questions() -> None:
    op.create_table(
        "application_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_application_question_answered_with_words")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_application_question_answered_by_somebody")
        ),
        _refers("application_question", "application_id", "application"),
        *(_refers("application_question", name, "person") for name in ("asked_by", "answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_question")),
    )
    op.create_index(op.f("ix_application_question_application_id"), "application_question", ["application_id"])
    _only_one("uq_application_question_open", "application_question", "application_id", OPEN)


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("accepted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_invitation_accepted_by_somebody")
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR taken_back_at IS NULL", name=op.f("ck_invitation_used_or_taken_back")
        ),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_invitation_expires_later")),
        _refers("invitation", "provider_id", "provider"),
        *(_refers("invitation", name, "person") for name in ("made_by", "accepted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_provider_id"), "invitation", ["provider_id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _only_one(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=True, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Take back; businesses that were never on the list are kept off it as suspended ones."""
    for table in ("invitation", "application_question", "application"):
        op.drop_table(table)
    op.execute(
        "UPDATE provider SET status = 'suspended', suspended_reason = 'Has applied, and was not approved.' "
        "WHERE status = 'applying'"
    )
    with altered("provider", before=AFTER, after=BEFORE):
        pass
