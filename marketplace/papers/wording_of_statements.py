"""What stands on a partner's statement, in the language of whoever reads now."""

from collections.abc import Sequence
from datetime import date, datetime

from marketplace.kernel.money import Money, total
from marketplace.kernel.translate import LazyText, _, _l, country_name, format_day, format_month
from marketplace.papers.rules import Column, Grid, Line, PaperKind, Party, Sheet, Statement, begin_of, month_after
from marketplace.papers.seller import Seller
from marketplace.papers.wording import amount, seller_party, simulated
from marketplace.payments.rules import Fact, Shares
from providers.profiles.models import Provider

# As the partner sees what the ledger books; what is not here is named as in the ledger.
FACTS: dict[Fact, LazyText] = {
    Fact.SETTLED: _l("Your share of jobs"),
    Fact.UNSETTLED: _l("Given up for refunds"),
    Fact.TRANSFERRED: _l("Transferred to your account at Stripe"),
    Fact.PAID_BY_HAND: _l("Paid to your bank account"),
    Fact.REVERSED: _l("Taken back from your account at Stripe"),
    Fact.WRITTEN_OFF: _l("What you owed and need not pay any more"),
    Fact.OWED: _l("To be set off against what you earn later"),
    Fact.SET_OFF: _l("Set off against what you owed"),
    Fact.RESERVE_RELEASED: _l("Released from the reserve"),
}


def for_month(
    number: str, month: date, found: Statement, provider: Provider, seller: Seller, issued_at: datetime
) -> Sheet:
    """Write the statement of a month that is over."""
    head = [(_("Number"), number), (_("Issued on"), format_day(issued_at)), (_("Month"), format_month(month))]
    last = month_after(month).toordinal() - 1
    days = (begin_of(month).date(), date.fromordinal(last))
    return _sheet(str(PaperKind.STATEMENT.label), head, days, found, provider, seller)


def so_far(found: Statement, provider: Provider, seller: Seller, now: datetime) -> Sheet:
    """Write what the next statement says so far."""
    since = found.lines[0].at if found.lines else now
    head = [(_("As of"), format_day(now)), (_("Number"), _("None: this can still change"))]
    return _sheet(_("Preview of your next statement"), head, (since.date(), now.date()), found, provider, seller)


def _sheet(
    title: str,
    head: Sequence[tuple[str, str]],
    days: tuple[date, date],
    found: Statement,
    provider: Provider,
    seller: Seller,
) -> Sheet:
    grids = (_jobs(found), _payments(found.payments), _inner(found.inner))
    return Sheet(
        title=title,
        facts=[*head, (_("Currency"), found.opening.currency)],
        parties=[seller_party(seller), partner_party(provider)],
        grids=[grid for grid in grids if grid.rows],
        totals=_totals(found, days),
        notes=[*_notes(found), *simulated(seller)],
        is_wide=True,
    )


def partner_party(provider: Provider) -> Party:
    """Write whose statement it is: by its papers if it has told what stands in them."""
    business = provider.business
    if business is None:
        return Party(_("Partner"), [provider.name, country_name(provider.country)])
    number = [_("VAT number: %(number)s") % {"number": business.vat_number}] if business.vat_number else []
    address = [*business.address.splitlines(), country_name(business.country)]
    return Party(_("Partner"), [business.legal_name, *address, *number])


def _jobs(found: Statement) -> Grid:
    numbers = (_("Price"), _("Tax"), _("Commission"), _("Tax on the commission"), _("Your share"))
    columns = [Column(_("Day")), Column(_("Job"), is_wide=True), *(Column(one, is_number=True) for one in numbers)]
    lines = [line for line in found.jobs if line.shares is not None and _parts(line.shares)[0]]
    rows = [(format_day(line.at, "medium"), _job(line), *_cells(line)) for line in lines]
    currency = found.opening.currency
    sums = [
        total(column, currency) for column in zip(*(_parts(line.shares) for line in lines if line.shares), strict=True)
    ]
    return Grid(_("Jobs"), columns, rows, [_("Together"), "", *map(amount, sums)] if lines else [])


def _job(line: Line) -> str:
    if line.fact is Fact.SETTLED:
        return line.what
    return _("%(job)s\nTaken back for a refund or by the customer's bank") % {"job": line.what}


def _cells(line: Line) -> list[str]:
    assert line.shares is not None
    return [amount(part) for part in _parts(line.shares)]


def _parts(shares: Shares) -> tuple[Money, ...]:
    parts = (shares.tax, shares.commission, shares.commission_tax, shares.payee)
    return (total(parts, shares.tax.currency), *parts)


def _payments(lines: Sequence[Line]) -> Grid:
    columns = [
        Column(_("Day")),
        Column(_("What happened")),
        Column(_("Job"), is_wide=True),
        Column(_("Reference")),
        Column(_("Amount"), is_number=True),
    ]
    rows = [
        (format_day(line.at, "medium"), _named(line.fact), line.what, line.reference, amount(line.change))
        for line in lines
    ]
    return Grid(_("Payments"), columns, rows)


def _inner(lines: Sequence[Line]) -> Grid:
    columns = [
        Column(_("Day")),
        Column(_("What happened")),
        Column(_("Job"), is_wide=True),
        Column(_("Into the reserve"), is_number=True),
    ]
    rows = [(format_day(line.at, "medium"), _moved(line), line.what, amount(line.in_reserve)) for line in lines]
    return Grid(_("Reserve and debts"), columns, rows)


def _moved(line: Line) -> str:
    return _("Kept in reserve") if line.fact is Fact.SETTLED else _named(line.fact)


def _named(fact: Fact) -> str:
    return str(FACTS.get(fact, fact.label))


def _totals(found: Statement, days: tuple[date, date]) -> list[tuple[str, str]]:
    first, last = (format_day(day) for day in days)
    currency = found.opening.currency
    kinds = dict.fromkeys(line.fact for line in found.lines if line.change)
    sums = [
        (_named(fact), total((line.change for line in found.lines if line.fact is fact), currency)) for fact in kinds
    ]
    return [
        (_("Owed to you before %(day)s") % {"day": first}, amount(found.opening)),
        *((label, amount(sum_)) for label, sum_ in sums),
        (_("Owed to you after %(day)s") % {"day": last}, amount(found.closing)),
    ]


def _notes(found: Statement) -> list[str]:
    notes = [
        _("Customers pay the vendor. For each job the vendor owes you your share: the price less tax and commission."),
        _("This statement takes the place of invoices from you to the vendor. All days are those of UTC."),
    ]
    if found.closing_reserve:
        kept = {"amount": amount(found.closing_reserve)}
        notes.insert(0, _("Of what is owed to you, %(amount)s is in reserve for now.") % kept)
    if found.closing.minor < 0:
        notes.insert(0, _("The amount is negative: it is set off against what you earn next."))
    return notes
