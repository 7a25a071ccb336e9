"""Let holders of revoked certificates appeal, and keep who has revoked them."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

CHECKS = {"revoked_by_with_moment": "revoked_by IS NULL OR revoked_at IS NOT NULL"}
WHO = "fk_credential_revoked_by_person"
OPEN = "status = 'open'"
BY_THE_TRAIL = (
    "UPDATE credential SET revoked_by = (SELECT max(audit_entry.by_person_id) FROM audit_entry "
    "JOIN person ON person.id = audit_entry.by_person_id WHERE audit_entry.subject_kind = 'credential' "
    "AND audit_entry.subject_id = credential.id AND audit_entry.action = 'revoke') WHERE revoked_at IS NOT NULL"
)


def upgrade() -> None:
    """Apply; who revoked what there is, the trail knows."""
    op.add_column("credential", sa.Column("revoked_by", sa.Integer(), nullable=True))
    op.execute(BY_THE_TRAIL)
    with altered("credential", after=CHECKS) as batch:
        batch.create_foreign_key(op.f(WHO), "person", ["revoked_by"], ["id"])
    _make_appeals()


def _make_appeals() -> None:
    named = {"name": "credentialappealstatus", "native_enum": False, "create_constraint": True, "length": 32}
    status = sa.Enum("open", "given_back", "kept", **named)
    op.create_table(
        "credential_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_reason", sa.String(500), nullable=False),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("made_at >= revoked_at", name=op.f("ck_credential_appeal_made_after_revocation")),
        sa.CheckConstraint("decided_at >= made_at", name=op.f("ck_credential_appeal_decided_after_made")),
        sa.CheckConstraint(
            "(status = 'open') = (decided_at IS NULL)", name=op.f("ck_credential_appeal_decided_with_moment")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (answer IS NULL)", name=op.f("ck_credential_appeal_decided_with_reason")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_credential_appeal_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_appeal_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_credential_appeal_revoked_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_credential_appeal_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_appeal")),
        sa.UniqueConstraint("credential_id", "revoked_at", name=op.f("uq_credential_appeal_credential_id_revoked_at")),
    )
    op.create_index(
        "ix_credential_appeal_open",
        "credential_appeal",
        ["made_at"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("credential_appeal")
    with altered("credential", before=CHECKS) as batch:
        batch.drop_constraint(op.f(WHO), type_="foreignkey")
        batch.drop_column("revoked_by")
