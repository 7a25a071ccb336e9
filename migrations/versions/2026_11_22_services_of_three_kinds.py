"""Let help be sold by the hour with a cap, and as a session at a time; the vendor says how for each kind of problem."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered, one_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("incident", "hourly", "session")
SERVICE = {"servicekind": one_of("kind", "incident")}
SERVICE_NOW = {
    "servicekind": one_of("kind", *KINDS),
    "cap_when_hourly": "(kind = 'hourly') = (cap_minutes IS NOT NULL)",
    "length_when_session": "(kind = 'session') = (session_minutes IS NOT NULL)",
    "cap_in_range": "cap_minutes BETWEEN 30 AND 2400",
    "length_in_range": "session_minutes BETWEEN 15 AND 480",
}
CATEGORY_NOW = {
    "servicekind": one_of("service_kind", *KINDS),
    "defects_are_incidents": "NOT is_defect OR service_kind = 'incident'",
}


def upgrade() -> None:
    """Apply."""
    with altered("service", before=SERVICE, after=SERVICE_NOW) as batch:
        batch.add_column(sa.Column("cap_minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("session_minutes", sa.Integer(), nullable=True))
    with altered("category", after=CATEGORY_NOW) as batch:
        batch.add_column(sa.Column("service_kind", sa.String(32), nullable=False, server_default="incident"))
    with altered("category") as batch:
        batch.alter_column("service_kind", server_default=None)


def downgrade() -> None:
    """Take back; what is sold otherwise than at a fixed price is sold no more."""
    op.execute(
        "UPDATE offer SET service_id = NULL WHERE service_id IN (SELECT id FROM service WHERE kind <> 'incident')"
    )
    op.execute("DELETE FROM service WHERE kind <> 'incident'")
    with altered("category", before=CATEGORY_NOW) as batch:
        batch.drop_column("service_kind")
    with altered("service", before=SERVICE_NOW, after=SERVICE) as batch:
        batch.drop_column("session_minutes")
        batch.drop_column("cap_minutes")
