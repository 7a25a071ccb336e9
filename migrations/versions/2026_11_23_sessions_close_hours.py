"""Note in the log of the public list when a session is booked or freed: meanwhile its host is not open."""

from migrations.watching import OF_MEMBER, unwatch, watch

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    watch("booking", OF_MEMBER)


def downgrade() -> None:
    """Take it back."""
    unwatch("booking")
