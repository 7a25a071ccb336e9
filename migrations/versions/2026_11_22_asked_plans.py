"""Know which plan Stripe is being asked to change a policy to, apart from the plan of its next period."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

CHECKS = {"nothing_next_when_over": "ended_at IS NULL OR (next_version_id IS NULL AND asked_version_id IS NULL)"}
ASKED = "fk_policy_asked_version_id_plan_version"
# What was noted as the next plan while Stripe is being asked is not decided yet.
FILL = """
    UPDATE policy SET asked_version_id = next_version_id, next_version_id = NULL WHERE EXISTS (
        SELECT 1 FROM subscription JOIN subscription_change ON subscription_change.subscription_id = subscription.id
        WHERE subscription.purpose = 'policy' AND subscription.subject_id = policy.id
        AND subscription_change.status = 'asked'
    )
"""
OVER = "UPDATE policy SET next_version_id = NULL WHERE ended_at IS NOT NULL"


def upgrade() -> None:
    """Apply; what is being asked now is told from what comes with the next period."""
    op.add_column("policy", sa.Column("asked_version_id", sa.Integer(), nullable=True))
    op.execute(FILL)
    op.execute(OVER)
    with altered("policy", after=CHECKS) as batch:
        batch.create_foreign_key(op.f(ASKED), "plan_version", ["asked_version_id"], ["id"])


def downgrade() -> None:
    """Take back; what is being asked is the next plan again."""
    op.execute("UPDATE policy SET next_version_id = asked_version_id WHERE asked_version_id IS NOT NULL")
    with altered("policy", before=CHECKS) as batch:
        batch.drop_constraint(op.f(ASKED), type_="foreignkey")
        batch.drop_column("asked_version_id")
