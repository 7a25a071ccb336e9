"""The vendor's tables in words: what a row says, whether it holds, and what was changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.translate import _, country_name, format_day, format_number, ngettext
from marketplace.tariffs.rules import ANY_COUNTRY, DatedRow, PartnerLevel, ReserveOrder, Tax, Taxed


def country(code: str) -> str:
    """Name a country, or all that have no row of their own."""
    return country_name(code) if code != ANY_COUNTRY else _("All other countries")


def percent(number: int | None) -> str:
    """Write a commission; none means that the level decides."""
    return _("By level") if number is None else _("%(percent)s%%") % {"percent": format_number(number)}


def tax(one: Tax, *, may_be_reversed: bool) -> str:
    """Write a tax; one that takes nothing says so."""
    text = one.text or _("No tax")
    return _("%(tax)s, reversed with a VAT number") % {"tax": text} if may_be_reversed else text


def without_rates(taxed: Taxed) -> str:
    """Say what holds for something for which there are no rates."""
    if taxed is Taxed.COVER:
        return _("Taxed like what customers buy. Where the law taxes cover otherwise, or not at all, add its rates.")
    return _("No tax is taken.")


def reserve(order: ReserveOrder | None) -> str:
    """Write what is kept back of new partners' shares."""
    if order is None or not order.percent:
        return _("Nothing is kept in reserve.")
    facts = {"percent": format_number(order.percent), "days": _days(order.days), "jobs": _jobs(order.jobs)}
    return _("%(percent)s%% of each share is kept for %(days)s, of a partner's first %(jobs)s.") % facts


def _days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": format_number(number)}


def _jobs(number: int) -> str:
    return ngettext("job", "%(n)s jobs", number) % {"n": format_number(number)}


def state(row: DatedRow, rows: Iterable[DatedRow], today: date) -> tuple[str, str]:
    """Tell whether a row holds today, with the tone of its tag; `rows` are all of its kind."""
    if row.valid_from > today:
        return _("To come"), "warn"
    is_replaced = any(row.valid_from < one.valid_from <= today for one in rows)
    return (_("Over"), "neutral") if is_replaced else (_("Holds"), "good")


def change(entry: AuditEntry, payees: Mapping[int, str]) -> str:
    """Say what was changed, for the history."""
    facts = entry.facts
    said = {
        "what": _subject(entry, payees),
        "value": _value(entry),
        "day": format_day(date.fromisoformat(facts["valid_from"])),
    }
    if entry.action == "take_back":
        return _("%(what)s: %(value)s from %(day)s was taken back") % said
    return _("%(what)s: %(value)s from %(day)s") % said


def _subject(entry: AuditEntry, payees: Mapping[int, str]) -> str:
    facts = entry.facts
    if entry.subject_kind == "tax_rate":
        return _("%(taxed)s, %(country)s") % {
            "taxed": Taxed(facts["taxed"]).label,
            "country": country(facts["country"]),
        }
    if entry.subject_kind == "level_commission":
        return str(PartnerLevel(facts["level"]).label)
    if entry.subject_kind == "agreed_commission":
        return payees.get(facts["payee_id"], "")
    return _("Reserve")


def _value(entry: AuditEntry) -> str:
    facts: Mapping[str, Any] = entry.facts
    if entry.subject_kind == "tax_rate":
        return tax(Tax(facts["names"], facts["rate"]), may_be_reversed=facts["may_be_reversed"])
    if entry.subject_kind == "reserve_rule":
        return reserve(ReserveOrder(facts["percent"], facts["days"], facts["jobs"]))
    return percent(facts["percent"])
