"""Note who has changed in the public list, so that each process can keep an index of it up to date."""

import sqlalchemy as sa
from alembic import op

from migrations.watching import EVERYBODY, ITSELF, OF_MEMBER, OF_PERSON, PROVIDER, unwatch, watch

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

OF_SEASON = "SELECT provider_id FROM member JOIN season ON season.member_id = member.id WHERE season.id = ROW.season_id"
WATCHED = {
    "provider": ITSELF,
    "member": PROVIDER,
    "member_language": OF_MEMBER,
    "weekly_interval": OF_MEMBER,
    "season": OF_MEMBER,
    "season_interval": OF_SEASON,
    "absence": OF_MEMBER,
    "service": PROVIDER,
    "credential": OF_PERSON,
    "niche": EVERYBODY,
    "track": EVERYBODY,
    "release": EVERYBODY,
}


def upgrade() -> None:
    """Apply."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    written_by = sa.text("(pg_current_xact_id()::text)::bigint") if is_postgresql else sa.text("0")
    op.create_table(
        "directory_change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.Integer()),
        sa.Column("written_by", sa.BigInteger(), server_default=written_by, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_directory_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_directory_change_written_by"), "directory_change", ["written_by"])
    for table, provider in WATCHED.items():
        watch(table, provider)
    watch("person", OF_PERSON.replace("ROW.person_id", "ROW.id"), verbs=("UPDATE",), columns="name")


def downgrade() -> None:
    """Take it back."""
    for table in ("person", *WATCHED):
        unwatch(table)
    op.drop_table("directory_change")
