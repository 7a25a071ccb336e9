"""Let partners sell the same once more for those who need an answer sooner; what is sold is for any urgency."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import altered

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

CHECKS = {
    "urgency_in_range": "urgency_hours BETWEEN 0 AND 168",
    "session_has_its_start": "kind <> 'session' OR urgency_hours = 0",
}
SOLD_ONCE = ["provider_id", "niche_id", "layer", "kind"]
NAME = "uq_service_provider_id_niche_id_layer_kind"
NAME_WITH_URGENCY = f"{NAME}_urgency_hours"


def upgrade() -> None:
    """Apply."""
    with altered("service", after=CHECKS) as batch:
        batch.add_column(sa.Column("urgency_hours", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_constraint(op.f(NAME), type_="unique")
        batch.create_unique_constraint(op.f(NAME_WITH_URGENCY), [*SOLD_ONCE, "urgency_hours"])


def downgrade() -> None:
    """Take it back; of what is sold at several urgencies, only what was sold first is kept."""
    op.execute(
        "UPDATE offer SET service_id = (SELECT min(kept.id) FROM service AS sold JOIN service AS kept "
        "ON kept.provider_id = sold.provider_id AND kept.niche_id = sold.niche_id AND kept.layer = sold.layer "
        "AND kept.kind = sold.kind WHERE sold.id = offer.service_id) WHERE service_id IS NOT NULL"
    )
    op.execute(
        "DELETE FROM service WHERE id NOT IN (SELECT min(id) FROM service GROUP BY provider_id, niche_id, layer, kind)"
    )
    with altered("service", before=CHECKS) as batch:
        batch.drop_constraint(op.f(NAME_WITH_URGENCY), type_="unique")
        batch.create_unique_constraint(op.f(NAME), SOLD_ONCE)
        batch.drop_column("urgency_hours")
