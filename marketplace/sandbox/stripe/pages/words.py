"""Words for what comes again: prices, states and moments, in the reader's language."""

from datetime import UTC, datetime
from types import MappingProxyType

from marketplace.kernel.translate import _, _l, format_day, ngettext
from marketplace.sandbox.stripe.engine.world import Json
from marketplace.sandbox.stripe.pages.frame import money

STATUS_LABELS = MappingProxyType({
    "incomplete": _l("Waits for the first payment"),
    "incomplete_expired": _l("Never began"),
    "trialing": _l("On trial"),
    "active": _l("Active"),
    "past_due": _l("Payment is overdue"),
    "unpaid": _l("Not paid"),
    "canceled": _l("Ended"),
    "paused": _l("Paused"),
})  # fmt: skip
INVOICE_LABELS = MappingProxyType({
    "draft": _l("Draft"),
    "open": _l("To be paid"),
    "paid": _l("Paid"),
    "void": _l("Taken back"),
    "uncollectible": _l("Given up"),
})  # fmt: skip


def price_words(price: Json, quantity: int = 1) -> str:
    """Say what something costs, and how often."""
    amount = money(price["unit_amount"] * quantity, price["currency"])
    count = price["recurring"]["interval_count"]
    words = {
        "day": ngettext("%(amount)s a day", "%(amount)s every %(n)d days", count),
        "week": ngettext("%(amount)s a week", "%(amount)s every %(n)d weeks", count),
        "month": ngettext("%(amount)s a month", "%(amount)s every %(n)d months", count),
        "year": ngettext("%(amount)s a year", "%(amount)s every %(n)d years", count),
    }
    return words[price["recurring"]["interval"]] % {"amount": amount, "n": count}


def renewal_words(items: list[Json], trial_end: int | None) -> str:
    """Say how what is subscribed to goes on."""
    prices = ", ".join(price_words(item["price"], item["quantity"]) for item in items)
    if trial_end is not None:
        return _("Free until %(day)s, then %(prices)s, until you cancel.") % {"day": day(trial_end), "prices": prices}
    return _("Renews by itself, for %(prices)s, until you cancel.") % {"prices": prices}


def day(timestamp: int) -> str:
    """Write the day of a moment."""
    return format_day(datetime.fromtimestamp(timestamp, UTC))
