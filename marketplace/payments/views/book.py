"""The vendor's book: every booking, found by what it moved; and every cent followed from a request to a payout."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import total
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.spreadsheets import csv_answer
from marketplace.kernel.translate import reader
from marketplace.payments import queries
from marketplace.payments.models import LedgerTransaction, Subscription
from marketplace.payments.rules import AccountKind, BookFilter, Fact
from marketplace.payments.schemas import BookFilterSchema
from marketplace.payments.views import blueprint

PAGE = 40
COLUMNS = (
    *("transaction", "at", "fact", "key", "stripe_id", "purpose", "subject"),
    *("debit", "debit_owner", "credit", "credit_owner", "amount", "currency"),
)


@blueprint.get("/vendor/money/ledger")
@open_to(Role.STAFF)
def ledger() -> ResponseReturnValue:
    """List what was booked, by what is looked for."""
    session = reading()
    wanted, errors = _wanted()
    rows = [] if errors else queries.ledger(session, wanted, zone=reader().zone, limit=PAGE + 1)
    here: dict[str, Any] = {name: value for name, value in request.args.items() if value and name != "before"}
    older = url_for(".ledger", **here, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    names = queries.payee_names(session, queries.payees_booked(session))
    page = render_template(
        "payments/ledger.html",
        rows=rows[:PAGE],
        holds=queries.subjects_named(session, {(row.purpose, row.subject_id) for row in rows}),
        accounts=[(kind.value, kind.label) for kind in AccountKind],
        facts=[(fact.value, fact.label) for fact in Fact],
        currencies=[(currency, currency) for currency in queries.currencies_booked(session)],
        payees=sorted(((payee_id, name) for payee_id, name in names.items()), key=lambda one: one[1].casefold()),
        payee_names=names,
        typed=here,
        errors=errors,
        older=older,
        csv_url=url_for(".ledger_csv", **here),
    )
    return page, 422 if errors else 200


def _wanted() -> tuple[BookFilter, dict[str, list[str]]]:
    """Read what is looked for, or what is wrong with it."""
    schema = BookFilterSchema()
    try:
        return load(schema, query_values(schema, request.args)), {}
    except InvalidInput as error:
        return BookFilter(), error.fields


@blueprint.get("/vendor/money/ledger.csv")
@open_to(Role.FINANCE)
def ledger_csv() -> ResponseReturnValue:
    """Give what was booked to the accountant, one line for each movement, the newest first."""
    wanted, errors = _wanted()
    if errors:
        raise InvalidInput(errors)
    rows = queries.ledger(reading(), wanted, zone=reader().zone, limit=None)
    return csv_answer("ledger.csv", COLUMNS, (line for row in rows for line in _lines(row)))


def _lines(row: LedgerTransaction) -> Iterator[list[Any]]:
    for posting in row.postings:
        sides = [posting.debit.kind, posting.debit.owner_id, posting.credit.kind, posting.credit.owner_id]
        head = [row.id, row.at.isoformat(), row.fact, row.key, row.stripe_id or "", row.purpose, row.subject_id]
        yield [*head, *sides, posting.amount.major, posting.currency]


@blueprint.get("/vendor/money/balances")
@open_to(Role.STAFF)
def balances() -> ResponseReturnValue:
    """Show what stands on every account: the trial balance."""
    currencies = [
        (currency, rows, total((row.debit for row in rows), currency))
        for currency, rows in queries.trial_balance(reading()).items()
    ]
    return render_template("payments/balances.html", currencies=currencies)


@blueprint.get("/vendor/money/subjects/<purpose>/<int:subject_id>")
@open_to(Role.STAFF)
def subject(purpose: str, subject_id: int) -> ResponseReturnValue:
    """Follow the money of one subject: from what was set aside to who has it now."""
    session = reading()
    subscriptions = queries.subscriptions_of(session, purpose, subject_id)
    if subscriptions:
        return _subscribed(subscriptions, queries.ledger_of_subject(session, purpose, subject_id))
    holds = queries.holds_of_subject(session, purpose, subject_id)
    hold_ids = [hold.id for hold in holds]
    payouts = queries.payouts_by_subject(session, [subject_id]).get(subject_id, [])
    return render_template(
        "payments/subject.html",
        holds=holds,
        refunds=queries.refunds_of(session, hold_ids),
        chargebacks=queries.chargebacks_of(session, hold_ids),
        payouts=payouts,
        clawbacks=queries.clawbacks_of(session, [payout.id for payout in payouts]),
        payees=queries.payee_names(session, [payout.payee_id for payout in payouts]),
        rows=queries.ledger_of_subject(session, purpose, subject_id),
    )


def _subscribed(subscriptions: Sequence[Subscription], rows: Sequence[LedgerTransaction]) -> str:
    """Follow the money of what is paid for by the period."""
    session = reading()
    payments = [paid for one in subscriptions for paid in queries.period_payments(session, one.id)]
    return render_template(
        "payments/subscribed.html",
        subscriptions=subscriptions,
        payments=payments,
        refunds=queries.period_refunds(session, [paid.id for paid in payments]),
        chargebacks=queries.chargebacks_of_periods(session, [paid.id for paid in payments]),
        rows=rows,
    )


@blueprint.get("/vendor/money/reconciliation")
@open_to(Role.STAFF)
def reconciliation() -> ResponseReturnValue:
    """Show where Stripe's book and ours differ."""
    session = reading()
    unknown = queries.unknown_to_stripe(session, utcnow())
    return render_template(
        "payments/reconciliation.html",
        read_until=queries.read_until(session),
        count=queries.lines_read(session),
        unexplained=queries.unexplained(session),
        unknown=unknown,
        holds=queries.subjects_named(session, {(row.purpose, row.subject_id) for row in unknown}),
    )
