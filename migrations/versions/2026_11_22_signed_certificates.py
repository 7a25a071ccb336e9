"""Let certificates be signed, and revoked where machines look."""

import secrets

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

ENTRIES = 131_072
LIST_FILL = ENTRIES // 2
IN_USE = "retired_at IS NULL"
COLUMNS = ("status_list", "status_index")
UNIQUE = "uq_credential_status_list_status_index"
CHECKS = {
    "status_list_counts": "status_list >= 1",
    "status_index_in_list": f"status_index >= 0 AND status_index < {ENTRIES}",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(32), nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("retired_at > made_at", name=op.f("ck_signing_key_retired_after_made")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_key_kid")),
    )
    op.create_index(
        "uq_signing_key_in_use",
        "signing_key",
        ["algorithm"],
        unique=True,
        sqlite_where=sa.text(IN_USE),
        postgresql_where=sa.text(IN_USE),
    )
    for column in COLUMNS:
        op.add_column("credential", sa.Column(column, sa.Integer(), nullable=True))
    _give_places()
    with altered("credential", after=CHECKS) as batch:
        for column in COLUMNS:
            batch.alter_column(column, existing_type=sa.Integer(), nullable=False)
        batch.create_unique_constraint(op.f(UNIQUE), list(COLUMNS))


def _give_places() -> None:
    """Draw a place for each certificate: lists are filled one after the other, each to a half."""
    connection = op.get_bind()
    credential = sa.table("credential", sa.column("id"), sa.column("status_list"), sa.column("status_index"))
    ids = list(connection.scalars(sa.select(credential.c.id).order_by(credential.c.id)))
    drawn: set[tuple[int, int]] = set()
    for row_id in ids:
        place = (1 + row_id // LIST_FILL, secrets.randbelow(ENTRIES))
        while place in drawn:
            place = (place[0], secrets.randbelow(ENTRIES))
        drawn.add(place)
        values = dict(zip(COLUMNS, place, strict=True))
        connection.execute(sa.update(credential).where(credential.c.id == row_id).values(**values))


def downgrade() -> None:
    """Take back."""
    with altered("credential", before=CHECKS) as batch:
        batch.drop_constraint(op.f(UNIQUE), type_="unique")
        for column in COLUMNS:
            batch.drop_column(column)
    op.drop_table("signing_key")
