"""The billing portal: customers look after their subscriptions, cards and invoices by themselves.

Every page lies below the address of a session, which is its own key. `visit` finds the session and what it allows.
"""

from marketplace.sandbox.stripe.pages.portal import cards, home, subscriptions
from marketplace.sandbox.stripe.pages.portal.visit import blueprint

PAGES = (cards, home, subscriptions)

__all__ = ["blueprint"]
