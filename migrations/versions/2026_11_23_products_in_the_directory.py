"""Note changes of products for the public list: releases are named after them."""

from migrations.watching import EVERYBODY, unwatch, watch

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    watch("product", EVERYBODY)


def downgrade() -> None:
    """Take it back."""
    unwatch("product")
