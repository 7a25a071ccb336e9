"""Say for which release a track certifies, and a certificate; and keep which letters said that one ends."""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TRACK_CHECKS = {"release_with_moment": "(release_id IS NULL) = (certifies_since IS NULL)"}
NOT_REVOKED = "revoked_at IS NULL"


def upgrade() -> None:
    """Apply; nothing is for a release by name so far."""
    with altered("track", after=TRACK_CHECKS) as batch:
        batch.add_column(sa.Column("release_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("certifies_since", UTCDateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_track_release_id_release"), "release", ["release_id"], ["id"])
    with altered("credential") as batch:
        batch.add_column(sa.Column("release_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_credential_release_id_release"), "release", ["release_id"], ["id"])
    op.create_index(
        "ix_credential_ending",
        "credential",
        ["valid_until"],
        sqlite_where=sa.text(NOT_REVOKED),
        postgresql_where=sa.text(NOT_REVOKED),
    )
    op.create_table(
        "credential_reminder",
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before >= 1", name=op.f("ck_credential_reminder_days_before_the_end")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_reminder_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("credential_id", "days_before", name=op.f("pk_credential_reminder")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("credential_reminder")
    op.drop_index("ix_credential_ending", table_name="credential")
    with altered("credential") as batch:
        batch.drop_constraint(op.f("fk_credential_release_id_release"), type_="foreignkey")
        batch.drop_column("release_id")
    with altered("track", before=TRACK_CHECKS) as batch:
        batch.drop_constraint(op.f("fk_track_release_id_release"), type_="foreignkey")
        batch.drop_column("certifies_since")
        batch.drop_column("release_id")
