"""Pages of money: paying, and the vendor's book."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)

from marketplace.payments.views import (  # noqa: E402, F401 - for their routes
    book,
    cards,
    desk,
    goodwill,
    payees,
    paying,
    subscriptions,
)
