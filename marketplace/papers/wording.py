"""What stands on papers for customers, in the language of whoever reads now: a paper is written as its recipient's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _, _l, country_name, format_day, format_money
from marketplace.papers.models import BillingDetails, Paper
from marketplace.papers.rules import Column, Grid, PaperKind, Party, Sheet, TaxedAmount
from marketplace.papers.seller import Seller
from marketplace.payments.rules import PeriodReason
from marketplace.tariffs.rules import Tax

REQUEST = _l("Request")
POLICY = _l("Policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was paid for.

    Attributes:
        label: what the reference is of.
        reference: of the request or the policy.
        describe: says what was bought, in the language of whoever reads now.
        tax: what is taken of the price.
        taxed: what was taken from the buyer, by card.
        covered: what of the price was paid by cover.
        paid_at: when it was taken.
        buyer: name and address.
        instead_of: the receipt whose place the paper takes.
    """

    label: LazyText
    reference: str
    describe: Callable[[], str]
    tax: Tax
    taxed: TaxedAmount
    covered: Money
    paid_at: datetime
    buyer: Sequence[str] = ()
    instead_of: Paper | None = None


def for_payment(kind: PaperKind, number: str, sale: Sale, seller: Seller, issued_at: datetime) -> Sheet:
    """Write a receipt or an invoice."""
    return Sheet(
        title=str(kind.label),
        facts=[
            *_head(number, issued_at),
            *([(_("Takes the place of"), _named(sale.instead_of))] if sale.instead_of else []),
            (_("Paid"), format_day(sale.paid_at)),
            (_("Paid by"), _("Card")),
            (str(sale.label), sale.reference),
            *_cover_of(sale),
        ],
        parties=[seller_party(seller), Party(_("To"), sale.buyer)],
        grids=[Grid(_("What was bought"), _columns(), [(sale.describe(), *_amounts(sale.taxed, sale.tax))])],
        totals=_totals(sale.taxed, sale.tax, _("Total paid")),
        notes=simulated(seller),
    )


def _cover_of(sale: Sale) -> list[tuple[str, str]]:
    if not sale.covered:
        return []
    price = sale.taxed.total + sale.covered
    return [
        (_("Price agreed"), format_money(price, exact=True)),
        (_("Of that, paid by your cover"), format_money(sale.covered, exact=True)),
    ]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What goes back of what was paid: less than nothing."""

    label: LazyText
    reference: str
    cause: LazyText
    tax: Tax
    taxed: TaxedAmount


def for_refund(number: str, corrected: Paper, back: GivenBack, seller: Seller, issued_at: datetime) -> Sheet:
    """Write a credit note about a receipt or an invoice."""
    buyer = corrected.content["parties"][1]["lines"]
    row = (_("Given back: %(cause)s") % {"cause": back.cause}, *_amounts(back.taxed, back.tax))
    return Sheet(
        title=str(PaperKind.CREDIT_NOTE.label),
        facts=[
            *_head(number, issued_at),
            (_("Corrects"), _named(corrected)),
            (str(back.label), back.reference),
        ],
        parties=[seller_party(seller), Party(_("To"), buyer)],
        grids=[Grid(_("What goes back"), _columns(), [row])],
        totals=_totals(back.taxed, back.tax, _("Total given back")),
        notes=[_("It goes back to where it was paid from. Banks take some days for that."), *simulated(seller)],
    )


def _named(paper: Paper) -> str:
    about = {"kind": paper.kind.label, "number": paper.number, "day": format_day(paper.issued_at)}
    return _("%(kind)s %(number)s of %(day)s") % about


def _head(number: str, issued_at: datetime) -> list[tuple[str, str]]:
    return [(_("Number"), number), (_("Issued on"), format_day(issued_at))]


def seller_party(seller: Seller) -> Party:
    """Write who sells."""
    number = [_("Tax number: %(number)s") % {"number": seller.tax_number}] if seller.tax_number else []
    return Party(_("Issued by"), [seller.name, *seller.address, *number, seller.email])


def simulated(seller: Seller) -> list[str]:
    """Say that no real money has moved, where that is so."""
    return [] if seller.is_real else [_("Simulated: no real money was moved, and this paper is worth nothing.")]


def buyer_lines(details: BillingDetails) -> list[str]:
    """Write whom a customer wants to stand on a paper."""
    number = [_("VAT number: %(number)s") % {"number": details.vat_number}] if details.vat_number else []
    return [details.name, *details.address.splitlines(), country_name(details.country), *number]


def work_by(what: str, partner: tuple[str, str] | None) -> str:
    """Say what work was bought, and whose: the name and the country; None if nobody knows any more."""
    if partner is None:
        return what
    name, country = partner
    by = _("Work by %(name)s, %(country)s") % {"name": name, "country": country_name(country)}
    return f"{what}\n{by}"


def cover_for(plan: str, reason: PeriodReason, since: datetime, until: datetime) -> str:
    """Say what cover was bought, and for which time."""
    facts = {"what": reason.label, "since": format_day(since), "until": format_day(until)}
    period = _("%(what)s: from %(since)s until %(until)s") % facts
    return f"{plan}\n{period}"


def _columns() -> list[Column]:
    numbers = (_("Before tax"), _("Tax rate"), _("Tax"), _("Price"))
    return [Column(_("Description"), is_wide=True), *(Column(label, is_number=True) for label in numbers)]


def _amounts(taxed: TaxedAmount, tax: Tax) -> tuple[str, ...]:
    return (amount(taxed.net), tax.text or _("No tax"), amount(taxed.tax), amount(taxed.total))


def _totals(taxed: TaxedAmount, tax: Tax, label: str) -> list[tuple[str, str]]:
    return [
        (_("Before tax"), amount(taxed.net)),
        (tax.text or _("No tax"), amount(taxed.tax)),
        (label, amount(taxed.total)),
    ]


def amount(money: Money) -> str:
    """Write an amount with all its decimals."""
    return format_money(money, exact=True)
