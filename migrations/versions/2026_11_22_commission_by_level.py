"""Keep the commission in tables with days: by level, or as agreed with one partner; and what is kept in reserve.

What stood in the partner's own row was decided for this partner, so it becomes an agreement.
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.database import UTCDateTime
from migrations.altering import altered, one_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PERCENT = "percent BETWEEN 0 AND 100"
FIRST_PERCENT = 15
BEFORE = {"commission_in_range": "commission_percent BETWEEN 0 AND 100"}
AFTER = {"partnerlevel": one_of("level", "new", "established", "leading")}

# Today's commission of each provider: as agreed, else by level, else the first.
TODAY = """
UPDATE provider SET commission_percent = COALESCE(
    (SELECT percent FROM agreed_commission WHERE payee_id = provider.id AND valid_from <= CURRENT_DATE
     ORDER BY valid_from DESC LIMIT 1),
    (SELECT percent FROM level_commission WHERE level = provider.level AND valid_from <= CURRENT_DATE
     ORDER BY valid_from DESC LIMIT 1),
    {first})
"""
AS_AGREED = """
INSERT INTO agreed_commission (payee_id, percent, valid_from, made_at)
SELECT id, commission_percent, DATE(created_at), created_at FROM provider WHERE NOT is_vendor_desk
"""


def _table(name: str, *columns: sa.Column, by_nobody: bool = False, checks: dict[str, str], unique: list[str]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("made_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=by_nobody),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{name}_{check}")) for check, text in checks.items()),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f(f"fk_{name}_made_by_person")),
        *(
            sa.ForeignKeyConstraint([one.name], ["provider.id"], name=op.f(f"fk_{name}_payee_id_provider"))
            for one in columns
            if one.name == "payee_id"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}")),
    )


def upgrade() -> None:
    """Apply."""
    _table(
        "level_commission",
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        checks={**AFTER, "percent_in_range": PERCENT},
        unique=["level", "valid_from"],
    )
    _table(
        "agreed_commission",
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        by_nobody=True,
        checks={"percent_in_range": PERCENT},
        unique=["payee_id", "valid_from"],
    )
    _table(
        "reserve_rule",
        *(sa.Column(column, sa.Integer(), nullable=False) for column in ("percent", "days", "jobs")),
        checks={
            "percent_in_range": PERCENT,
            "days_in_range": "days BETWEEN 1 AND 180",
            "jobs_in_range": "jobs BETWEEN 1 AND 1000",
        },
        unique=["valid_from"],
    )
    op.execute(AS_AGREED)
    with altered("provider", before=BEFORE, after=AFTER) as batch:
        batch.drop_column("commission_percent")
        batch.add_column(sa.Column("level", sa.String(32), nullable=False, server_default="new"))
    with altered("provider") as batch:
        batch.alter_column("level", server_default=None)


def downgrade() -> None:
    """Take back; each provider keeps the commission of today, and levels and the reserve are forgotten."""
    with altered("provider", after=BEFORE) as batch:
        batch.add_column(
            sa.Column("commission_percent", sa.Integer(), nullable=False, server_default=str(FIRST_PERCENT))
        )
    op.execute(TODAY.format(first=FIRST_PERCENT))
    with altered("provider", before=AFTER) as batch:
        batch.alter_column("commission_percent", server_default=None)
        batch.drop_column("level")
    for table in ("reserve_rule", "agreed_commission", "level_commission"):
        op.drop_table(table)
