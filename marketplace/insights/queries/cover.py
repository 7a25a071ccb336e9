"""What cover brings and costs, over a year and by what it was used for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.catalogue.models import Category, Niche, Product, Release
from marketplace.insurance import queries as insurance
from marketplace.insurance.models import Claim, ClaimPart, PlanVersion
from marketplace.insurance.queries import figures
from marketplace.insurance.rules.loss_ratio import LossRatio
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.money import Money
from marketplace.kernel.translate import localized
from marketplace.payments import queries as payments
from marketplace.payments.rules import AccountKind
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Provider

DAYS = 365
LIST_LENGTH = 10
_Column = InstrumentedAttribute[Any]
KINDS = (AccountKind.EARNED, AccountKind.DEFERRED, AccountKind.COVER_CLAIMS)


@dataclass(frozen=True, slots=True)
class CoverDay:
    """How it stood at the end of a day, in UTC, without tax.

    Attributes:
        day: the day.
        earned: of premiums, since the first day that is shown.
        unearned: paid for a time to come.
        cost: of what was covered, since the first day that is shown, less what came back to the vendor.
    """

    day: date
    earned: Money
    unearned: Money
    cost: Money


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What a plan brought and cost."""

    version: PlanVersion  # The latest one.
    ratio: LossRatio


@dataclass(frozen=True, slots=True)
class Used:
    """How cover was used for one niche, release or partner."""

    name: str
    claims: int
    paid: Money
    reserved: Money


@dataclass(frozen=True, slots=True)
class CoverFigures:
    """A year of cover in one currency."""

    days: Sequence[CoverDay]
    ratio: LossRatio
    plans: Sequence[PlanFigures]
    reserved: Money
    reservations: int
    most_used: Sequence[figures.Use]

    @property
    def months(self) -> Iterator[CoverDay]:
        """Give the last day of each month, and today."""
        for one, following in pairwise(self.days):
            if one.day.month != following.day.month:
                yield one
        yield self.days[-1]


def time_of_days(today: date) -> tuple[datetime, datetime]:
    """Tell when the days that are shown begin, and when the last one, today, ends."""
    end = datetime.combine(today, time(), UTC) + timedelta(days=1)
    return end - timedelta(days=DAYS), end


def cover_days(session: Session, currency: str, today: date) -> list[CoverDay]:
    """Follow premiums and claims through a year, from the ledger."""
    since, _until = time_of_days(today)
    before = since.date() - timedelta(days=1)
    stood = payments.balances_by_day(session, KINDS, currency, since=before, until=today)
    earned, unearned, cost = (stood[kind] for kind in KINDS)
    return [
        CoverDay(
            before + timedelta(days=number),
            Money(earned[number] - earned[0], currency),
            Money(unearned[number], currency),
            Money(cost[number] - cost[0], currency),
        )
        for number in range(1, DAYS + 1)
    ]


def cover_figures(session: Session, currency: str, today: date) -> CoverFigures:
    """Put together a year of cover."""
    money = figures.money_of_policies(session, currency, *time_of_days(today))
    reserved, reservations = figures.reserves(session, currency)
    return CoverFigures(
        days=cover_days(session, currency, today),
        ratio=figures.ratio_of(money),
        plans=[
            PlanFigures(version, figures.ratio_of([one for one in money if one.plan_id == version.plan_id]))
            for version in insurance.last_versions(session)
            if version.currency == currency or any(one.plan_id == version.plan_id for one in money)
        ],
        reserved=reserved,
        reservations=reservations,
        most_used=figures.most_used(session, money, currency, limit=LIST_LENGTH),
    )


def cover_by_niche(session: Session, currency: str, today: date) -> list[Used]:
    """Tell for which kinds of work cover was used."""
    niches = _claimed(currency, today, [Niche.id], Niche.names).join(
        Category, Category.id == SupportRequest.category_id
    )
    niches = niches.join(Niche, Niche.id == Category.niche_id)
    return [_used(localized(row.names), row, currency) for row in session.execute(niches)]


def cover_by_release(session: Session, currency: str, today: date) -> list[Used]:
    """Tell for which releases cover was used; requests that name none are left out."""
    releases = _claimed(currency, today, [Release.id, Product.id], Product.name, Release.version)
    releases = releases.join(Release, Release.id == SupportRequest.release_id)
    releases = releases.join(Product, Product.id == Release.product_id)
    return [_used(f"{row.name} {row.version}", row, currency) for row in session.execute(releases)]


def cover_by_partner(session: Session, currency: str, today: date) -> list[Used]:
    """Tell whose work was covered."""
    partners = _claimed(currency, today, [Provider.id], Provider.name)
    partners = partners.join(Provider, Provider.id == SupportRequest.provider_id)
    return [_used(row.name, row, currency) for row in session.execute(partners)]


def _claimed(currency: str, today: date, keys: Sequence[_Column], *names: _Column) -> Select[Any]:
    """Add up what was claimed for requests in a year; the most expensive first.

    Args:
        currency: of the claims.
        today: the last day of the year.
        keys: the primary keys by which it is grouped.
        names: columns of the tables of these keys.
    """
    since, until = time_of_days(today)
    used, reserved = (func.sum(one) for one in (ClaimPart.used_minor, ClaimPart.reserved_minor))
    sums = (func.count(Claim.id.distinct()).label("claims"), used.label("used"), reserved.label("reserved"))
    return (
        select(*names, *sums)
        .select_from(ClaimPart)
        .join(Claim, Claim.id == ClaimPart.claim_id)
        .join(SupportRequest, SupportRequest.id == Claim.subject_id)
        .where(Claim.purpose == PURPOSE, ClaimPart.currency == currency)
        .where(ClaimPart.made_at >= since, ClaimPart.made_at < until)
        .where(ClaimPart.used_minor + ClaimPart.reserved_minor > 0)
        .group_by(*keys)
        .order_by((used + reserved).desc(), *keys)
        .limit(LIST_LENGTH)
    )


def _used(name: str, row: Row[Any], currency: str) -> Used:
    return Used(name, row.claims, Money(int(row.used), currency), Money(int(row.reserved), currency))
