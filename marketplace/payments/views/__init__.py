"""Pages of money: paying, and the vendor's book."""

from flask import Blueprint

blueprint = Blueprint("payments", __name__)

from marketplace.payments.views import book, desk, paying  # noqa: E402, F401 - they add their routes to it
