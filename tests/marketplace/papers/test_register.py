"""What the accountant gets: every paper, the sums of tax in them, and nothing that a spreadsheet would obey."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.kernel.spreadsheets import csv_answer
from marketplace.papers import queries
from marketplace.papers.rules import TaxedAmount, taxed
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.papers import make_credit_note, make_receipt, make_statement
from tests.factories.profiles import make_provider

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def finance(app, client):
    """A browser in which finance is signed in."""
    with transaction() as session:
        person = make_staff(session, "finance", zone="Pacific/Auckland")
    client.sign_in(person)
    return client


@pytest.fixture
def issued(app):
    """Papers of two months and kinds, with tax in them."""
    with transaction() as session:
        receipt = make_receipt(session, taxes=[taxed(Money(12100, "EUR"), 2100)], recipient="Ada Lovelace")
        make_credit_note(session, receipt, minor=1210, recipient="Ada Lovelace")
        make_receipt(session, now=APRIL, recipient='=HYPERLINK("http://evil")')
        commission = TaxedAmount(700, Money(1500, "EUR"), Money(105, "EUR"))
        make_statement(session, make_provider(session, name="Bo Helps"), now=APRIL, taxes=[commission])


def lines(answer):
    """Read a table."""
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_register_has_a_line_for_each_paper(finance, issued):
    found = lines(finance.get("/vendor/money/papers.csv"))
    assert [(one["number"], one["rate_percent"], one["net"], one["tax"], one["total"]) for one in found] == [
        ("S-2026-000001", "7", "15.00", "1.05", "16.05"),
        ("R-2026-000002", "0", "49.00", "0.00", "49.00"),
        ("C-2026-000001", "21", "-10.00", "-2.10", "-12.10"),
        ("R-2026-000001", "21", "100.00", "21.00", "121.00"),
    ]
    assert found[2]["corrects"] == "R-2026-000001"
    assert (found[0]["month"], found[0]["recipient"]) == ("2026-02", "Bo Helps")


def test_tax_is_summed_by_month_sale_and_rate(finance, issued):
    found = lines(finance.get("/vendor/money/taxes.csv"))
    assert [tuple(one.values()) for one in found] == [
        ("2026-04", "work", "0", "49.00", "0.00", "49.00", "EUR"),
        ("2026-03", "work", "21", "90.00", "18.90", "108.90", "EUR"),
        ("2026-02", "commission", "7", "15.00", "1.05", "16.05", "EUR"),
    ]


def test_no_name_is_taken_for_a_formula(finance, issued):
    found = lines(finance.get("/vendor/money/papers.csv?q=HYPERLINK"))
    assert [one["recipient"] for one in found] == ['\'=HYPERLINK("http://evil")']


def text_of(answer):
    """Give what is saved."""
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_what_could_be_a_formula_is_quoted_and_amounts_are_not(app, text):
    answer = csv_answer("x.csv", ["a", "b"], [[text, Money(-1210, "EUR").major], ['a,\n"b"', 7]])
    assert list(csv.reader(io.StringIO(text_of(answer), newline=""))) == [
        ["a", "b"],
        [f"'{text}", "-12.10"],
        ['a,\n"b"', "7"],
    ]
    assert text_of(answer).endswith("\r\n")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["S-2026-000001", "R-2026-000002", "C-2026-000001", "R-2026-000001"]),
        ("q=ada", ["C-2026-000001", "R-2026-000001"]),
        ("q=c-2026", ["C-2026-000001"]),
        ("q=%25", []),
        ("kind=statement", ["S-2026-000001"]),
        ("since=2026-04-01", ["S-2026-000001", "R-2026-000002"]),
        ("until=2026-03-31", ["C-2026-000001", "R-2026-000001"]),
        ("kind=receipt&until=2026-03-31", ["R-2026-000001"]),
    ],
)
def test_papers_are_found_by_what_is_asked_and_days_are_those_of_utc(finance, issued, asked, found):
    page = finance.get(f"/vendor/money/papers?{asked}")
    assert page.status_code == 200
    numbers = ["S-2026-000001", "R-2026-000002", "C-2026-000001", "R-2026-000001"]
    assert [one for one in numbers if f'href="/papers/{one}"' in page.text] == found
    assert [one["number"] for one in lines(finance.get(f"/vendor/money/papers.csv?{asked}"))] == found


@pytest.mark.parametrize("asked", ["kind=x", "since=soon", "until=x", "before=0", "odd=1"])
@pytest.mark.parametrize("path", ["/vendor/money/papers", "/vendor/money/papers.csv", "/vendor/money/taxes.csv"])
def test_an_odd_search_is_refused(finance, issued, path, asked):
    assert finance.get(f"{path}?{asked}").status_code == 422


def test_a_search_that_ends_before_it_begins_is_refused(finance, issued):
    answer = finance.get("/vendor/money/papers?since=2026-03-10&until=2026-03-09")
    assert answer.status_code == 422
    assert "This is before the first day." in answer.text


def test_the_page_shows_the_same_sums(finance, issued):
    page = finance.get("/vendor/money/papers").text
    for said in ("March 2026", "€90.00", "€18.90", "Commission, to partners"):
        assert said in page
    assert 'href="/vendor/money/papers"' in finance.get("/vendor/money").text


def test_sums_of_different_currencies_stay_apart(app):
    with transaction() as session:
        for currency in ("EUR", "JPY"):
            make_receipt(session, currency=currency, taxes=[taxed(Money(1100, currency), 1000)])
    found = queries.tax_summary(queries.register(reading()))
    assert [(one.month, one.currency, one.taxed.tax.minor) for one in found] == [
        (date(2026, 3, 1), "EUR", 100),
        (date(2026, 3, 1), "JPY", 100),
    ]


def test_a_long_register_has_further_pages(finance):
    with transaction() as session:
        for _number in range(41):
            make_receipt(session, now=NOON + DAY)
    first = finance.get("/vendor/money/papers?kind=receipt").text
    assert 'href="/papers/R-2026-000001"' not in first
    older = first.partition('rel="next"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "kind=receipt" in older
    assert 'href="/papers/R-2026-000001"' in finance.get(older).text
