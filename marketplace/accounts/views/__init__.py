"""Pages of accounts: sign-up, sign-in, letters with links, and one's own account."""

from marketplace.accounts.views import entering, own_account
from marketplace.accounts.views.common import blueprint

__all__ = ["blueprint", "entering", "own_account"]
