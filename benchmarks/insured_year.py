"""A past year of one plan in a database: its policies, what they claimed, and what the ledger says of both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from marketplace.insurance.models import Claim, ClaimPart, Policy, PolicyYear
from marketplace.insurance.rules import PURPOSE as POLICY
from marketplace.insurance.rules import PolicyStatus
from marketplace.insurance.rules.past_year import Chargeable, Claims, PolicyYears
from marketplace.insurance.rules.resampling import Whole
from marketplace.insurance.rules.what_if import covered_minor
from marketplace.jobs.rules import PURPOSE as REQUEST
from marketplace.kernel.database import Model, db, transaction, writing
from marketplace.payments.models import (
    Hold,
    LedgerAccount,
    LedgerTransaction,
    PeriodPayment,
    Posting,
    Subscription,
)
from marketplace.payments.rules import (
    AccountKind,
    Fact,
    HoldStatus,
    Interval,
    PeriodReason,
    SubscriptionStatus,
    earned_minor_by,
)
from tests.factories.accounts import make_person
from tests.factories.insurance import eur, make_version

AT_ONCE = 10_000  # Rows.
MINUTES = 365 * 24 * 60  # Of a year.
COVER_CLAIMS, COMMISSION = 1, 2  # Accounts.
OWNED = 3  # The first account of a claim.
SAME_EVENT = 0.1  # Of the claims that are not the first of their policy year.

Rows = Iterator[dict[str, Any]]


class InsuredYear:
    """What is to be written down: claims in the order in which they came, and when everything was."""

    def __init__(self, claims: Claims, years: PolicyYears, chargeable: Chargeable, now: datetime) -> None:
        """Draw the moments. Each policy has had a second year, or began in the last one; all have the same terms."""
        luck = np.random.default_rng(2)
        self.years, self._now = years, now
        began = luck.integers(1, MINUTES, years.policies)[years.policy]  # So many minutes ago.
        began[: years.policies] += MINUTES * (np.bincount(years.policy) - 1)
        ran = np.minimum(began, MINUTES)[claims.year]
        made = began[claims.year] - (ran * luck.random(len(ran))).astype(np.int64)
        order = np.argsort(-made, kind="stable")
        claims = _rows(claims, order)
        claims = replace(claims, event=_events(claims.year, luck))
        paid = covered_minor(claims, years, chargeable)
        is_covered = paid > 0  # Of the others there is no claim.
        claims = replace(claims, paid_minor=paid, cost_minor=paid * 3 // 4)
        self.claims = _rows(claims, is_covered)
        self.made, self.began = made[order][is_covered], began

    def at(self, minutes_ago: int) -> datetime:
        """Tell a moment."""
        return self._now - timedelta(minutes=minutes_ago)


def _rows(claims: Claims, chosen: Any) -> Claims:
    columns = ("price_minor", "paid_minor", "cost_minor", "year", "event", "is_counted")
    return Claims(*(getattr(claims, column)[chosen] for column in columns))


def _events(year: Whole, luck: np.random.Generator) -> Whole:
    """Let some claims be about the same as the one before in their policy year; an event is its first claim's row."""
    by_year = np.argsort(year, kind="stable")
    goes_on = np.diff(year[by_year], prepend=-1) == 0
    begins = ~(goes_on & (luck.random(len(year)) < SAME_EVENT))
    first = np.maximum.accumulate(np.where(begins, np.arange(len(year)), 0))
    events = np.empty_like(year)
    events[by_year] = by_year[first]
    return events


def write(made: InsuredYear) -> str:
    """Write it into the database of the site; gives the plan's name in addresses."""
    with transaction() as session:
        version = make_version(session, limit=eur(60_000), deductible=eur(2000), claim_limit=eur(40_000))
        person_id, version_id, slug = make_person(session).id, version.id, version.plan.slug
    for model, rows in (
        (Policy, _policies(made, person_id, version_id)),
        (PolicyYear, _years(made)),
        (Claim, _claims(made)),
        (Hold, _holds(made, person_id)),
        (ClaimPart, _parts(made)),
        (Subscription, _subscriptions(made, person_id)),
        (PeriodPayment, _premiums(made)),
        (LedgerAccount, _accounts(made)),
    ):
        _insert(model, rows)
    _insert(LedgerTransaction, (booking for booking, _moved in _bookings(made)))
    _insert(Posting, (moved for _booking, moved in _bookings(made)))
    if db.engine.dialect.name == "postgresql":  # Which does it by itself after a while.
        with writing() as connection:
            connection.execute(text("ANALYZE"))
    return slug


def _insert(model: type[Model], rows: Rows) -> None:
    with writing() as connection:
        while some := list(islice(rows, AT_ONCE)):
            connection.execute(insert(model), some)


def _policies(made: InsuredYear, person_id: int, version_id: int) -> Rows:
    for row, began in enumerate(made.began[: made.years.policies].tolist()):
        yield {
            "id": row + 1,
            "reference": f"pol{row}",
            "person_id": person_id,
            "version_id": version_id,
            "licence": f"L{row}",
            "status": PolicyStatus.ACTIVE,
            "made_at": made.at(began),
            "begins_at": made.at(began),
            "waits_until": made.at(began),
        }


def _years(made: InsuredYear) -> Rows:
    used = np.bincount(made.claims.year, made.claims.paid_minor, len(made.began)).astype(np.int64)
    columns = zip(made.years.policy.tolist(), made.began.tolist(), used.tolist(), made.years.limit_minor, strict=True)
    for row, (policy, began, used_minor, limit_minor) in enumerate(columns):
        yield {
            "id": row + 1,
            "policy_id": policy + 1,
            "number": int(made.began[policy] > began),
            "starts_at": made.at(began),
            "ends_at": made.at(began - MINUTES),
            "currency": "EUR",
            "limit_minor": int(limit_minor),
            "used_minor": used_minor,
        }


def _claims(made: InsuredYear) -> Rows:
    policies = made.years.policy[made.claims.year]
    _, first, event = np.unique(made.claims.event, return_index=True, return_inverse=True)
    for row, (policy, opened_by, ago) in enumerate(
        zip(policies.tolist(), first[event].tolist(), made.made.tolist(), strict=True)
    ):
        yield {
            "id": row + 1,
            "policy_id": policy + 1,
            "event_id": None if opened_by == row else opened_by + 1,
            "purpose": REQUEST,
            "subject_id": row,
            "description": "Help with an upgrade",
            "path": f"/requests/{row}",
            "made_at": made.at(ago),
        }


def _holds(made: InsuredYear, person_id: int) -> Rows:
    for row, (price, paid, ago) in enumerate(_columns(made)):
        yield {
            "id": row + 1,
            "purpose": REQUEST,
            "subject_id": row,
            "payer_id": person_id,
            "currency": "EUR",
            "amount_minor": price,
            "cover_cap_minor": paid,
            "covered_minor": paid,
            "asked_minor": price - paid,
            "captured_minor": price,
            "charged_minor": price - paid,
            "description": "Help with an upgrade",
            "return_path": f"/requests/{row}",
            "status": HoldStatus.SETTLED,
            "created_at": made.at(ago),
            "checked_at": made.at(ago),
            "held_at": made.at(ago),
        }


def _parts(made: InsuredYear) -> Rows:
    for row, ((price, paid, ago), year) in enumerate(zip(_columns(made), made.claims.year.tolist(), strict=True)):
        yield {
            "id": row + 1,
            "claim_id": row + 1,
            "year_id": year + 1,
            "part": 1,
            "hold_id": row + 1,
            "currency": "EUR",
            "price_minor": price,
            "own_minor": 0,
            "promised_minor": paid,
            "promised_minutes": 0,
            "reserved_minor": 0,
            "used_minor": paid,
            "made_at": made.at(ago),
        }


def _columns(made: InsuredYear) -> Iterator[tuple[int, int, int]]:
    """Give price, what was paid of it, and how long ago, of each claim."""
    claims = made.claims
    return zip(claims.price_minor.tolist(), claims.paid_minor.tolist(), made.made.tolist(), strict=True)


def _subscriptions(made: InsuredYear, person_id: int) -> Rows:
    premiums = made.years.premium_minor[: made.years.policies].tolist()
    for row, (began, premium) in enumerate(zip(made.began[: len(premiums)].tolist(), premiums, strict=True)):
        yield {
            "id": row + 1,
            "purpose": POLICY,
            "subject_id": row + 1,
            "payer_id": person_id,
            "currency": "EUR",
            "price_minor": premium,
            "tax_rate": 0,
            "interval": Interval.YEAR,
            "description": "Support cover",
            "return_path": "/cover",
            "status": SubscriptionStatus.ACTIVE,
            "created_at": made.at(began),
            "checked_at": made.at(began),
            "began_at": made.at(began),
        }


def _premiums(made: InsuredYear) -> Rows:
    """Give what was paid for each policy year, and what of it is earned by today."""
    years = zip(made.years.policy.tolist(), made.began.tolist(), made.years.premium_minor.tolist(), strict=True)
    today = made.at(0).date()
    for row, (policy, began, premium) in enumerate(years):
        start, end = made.at(began), made.at(began - MINUTES)
        yield {
            "id": row + 1,
            "subscription_id": policy + 1,
            "currency": "EUR",
            "stripe_invoice_id": f"in_{row}",
            "charge_id": f"ch_{row}",
            "reason": PeriodReason.FIRST,
            "amount_minor": premium,
            "tax_minor": 0,
            "fee_minor": 0,
            "period_start": start,
            "period_end": end,
            "earned_minor": earned_minor_by(today, start.date(), end.date(), premium, 1),
            "earned_on": today,
            "paid_at": start,
        }


def _accounts(made: InsuredYear) -> Rows:
    of_all = (AccountKind.COVER_CLAIMS, AccountKind.COMMISSION)
    owned = chain(zip(of_all, repeat(0)), zip(repeat(AccountKind.CUSTOMER_HELD), range(len(made.made))))
    for number, (kind, owner_id) in enumerate(owned, start=1):
        yield {"id": number, "kind": kind, "owner_id": owner_id, "currency": "EUR"}


def _bookings(made: InsuredYear) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give each booking with what it moves."""
    for number, booked in enumerate(_of_claims(made), start=1):
        fact, purpose, subject_id, ago, debit_id, credit_id, minor = booked
        about = {"fact": fact, "purpose": purpose, "subject_id": subject_id, "at": made.at(ago)}
        accounts = {"debit_id": debit_id, "credit_id": credit_id, "currency": "EUR", "amount_minor": minor}
        yield {"id": number, "key": f"{number}", **about}, {"transaction_id": number, "seq": 0, **accounts}


def _of_claims(made: InsuredYear) -> Iterator[tuple[Fact, str, int, int, int, int, int]]:
    """Book what was covered, and what of it stays with the vendor."""
    costs = made.claims.cost_minor.tolist()
    for row, ((_price, paid, ago), cost) in enumerate(zip(_columns(made), costs, strict=True)):
        yield Fact.COVERED, REQUEST, row, ago, COVER_CLAIMS, OWNED + row, paid
        yield Fact.SETTLED, REQUEST, row, ago, COMMISSION, COVER_CLAIMS, paid - cost
