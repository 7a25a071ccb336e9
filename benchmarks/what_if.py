"""How fast a year of claims is recomputed under other terms, with its band, and how fast the page answers.

    .venv/bin/python -m benchmarks.what_if [--json] [--claims N] [--policies N] [--database-url URL]

Recomputing is told as a ratio to the least that anybody could do with the same arrays, in the same run and by turns: to
go through them once, without an order, a limit of the year or a band. Then the year is written into a database, and all
that the page does at first is told as a ratio to the plainest read of the same rows: to fetch each table once, without
joining anything, and to have the database add up the ledger. Whoever then tries other terms is answered from the year
that was read. The seconds are for information; they are this machine's. Without an address the databases are made
afresh: SQLite in a file, PostgreSQL with its disk safety on.
"""

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from sqlalchemy import func, select

from benchmarks.insured_year import InsuredYear, write
from benchmarks.sites import sites
from marketplace.insights.gathering import gathered
from marketplace.insights.queries import time_of_days
from marketplace.insurance.models import Claim, ClaimPart, Policy, PolicyYear
from marketplace.insurance.queries import figures
from marketplace.insurance.queries.past_year import PastYear, past_year
from marketplace.insurance.rules.past_year import Change, Chargeable, Claims, PolicyYears
from marketplace.insurance.rules.what_if import Comparison, compare
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading
from marketplace.payments.models import Hold, LedgerTransaction, PeriodPayment, Posting

ROUNDS, PAGE_ROUNDS = 15, 5
MOST_S = 2.0
CHANGE = Change(premium_minor=15_000, limit_minor=50_000, deductible_minor=2_500, claim_limit_minor=25_000)
EURO = Chargeable(1, 50)


@dataclass(frozen=True)
class Figures:
    """What was measured; spans in seconds, the most memory in MiB."""

    claims: int
    policies: int
    plain_s: float
    recomputed_s: float
    ratio: float
    peak_mib: float


@dataclass(frozen=True)
class PageFigures:
    """What was measured on one database; spans in seconds.

    The plainest read, ours, all that the page does at first, and what it does for each other terms that are tried then.
    """

    database: str
    claims: int
    plain_s: float
    read_s: float
    page_s: float
    again_s: float
    ratio: float


def make_year(claims: int, policies: int) -> tuple[Claims, PolicyYears]:
    """Make a year in which most policies were renewed once, and prices have a long tail."""
    luck = np.random.default_rng(1)
    policy = np.concatenate((np.arange(policies), luck.permutation(policies)[: policies * 9 // 10]))
    one = np.ones(len(policy), np.int64)
    price = np.clip(luck.lognormal(9.5, 1, claims), 500, 90_000).astype(np.int64)
    years = PolicyYears(
        policy,
        luck.integers(500, 12_000, len(policy)),
        12_000 * one,
        60_000 * one,
        2_000 * one,
        40_000 * one,
    )
    event = luck.permutation(claims) * 9 // 10  # Some are about the same.
    counted = luck.random(claims) < 0.7  # noqa: PLR2004 -- A share.
    made = Claims(price, price, price * 3 // 4, luck.integers(0, len(policy), claims), event, counted)
    return made, years


def plain(claims: Claims, years: PolicyYears) -> tuple[int, int]:
    """Do the least: one pass over the claims and one over the premiums."""
    assert CHANGE.deductible_minor is not None
    assert CHANGE.premium_minor is not None
    cover = np.clip(claims.price_minor - CHANGE.deductible_minor, 0, CHANGE.claim_limit_minor)
    earned = years.earned_minor * CHANGE.premium_minor // years.premium_minor
    return int(cover[claims.is_counted].sum()), int(earned.sum())


def seconds_for(act: Callable[[], object]) -> float:
    """Tell how long something takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def measure(claims: int, policies: int) -> Figures:
    """Measure both by turns, so that what else the machine does strikes both."""
    made, years = make_year(claims, policies)

    def recomputed() -> Comparison:
        return compare(made, years, CHANGE, EURO)

    assert recomputed() == recomputed(), "the same seed has another band"
    turns = [(seconds_for(lambda: plain(made, years)), seconds_for(recomputed)) for _round in range(ROUNDS)]
    tracemalloc.start()
    recomputed()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Figures(
        claims=claims,
        policies=policies,
        plain_s=statistics.median(least for least, _real in turns),
        recomputed_s=statistics.median(real for _least, real in turns),
        ratio=statistics.median(real / least for least, real in turns),
        peak_mib=peak / 2**20,
    )


class Page:
    """What the page does, on a database in which a year is written down."""

    def __init__(self, claims: int, policies: int) -> None:
        """Write the year down."""
        self._now = utcnow()
        self._slug = write(InsuredYear(*make_year(claims, policies), EURO, self._now))

    def read(self) -> PastYear:
        """Read the year as the page does."""
        session = reading()
        session.rollback()
        since, until = time_of_days(utcnow().date())
        version = figures.last_version(session, self._slug)
        return past_year(session, version.plan_id, version.currency, since=since, until=until)

    def answer(self) -> None:
        """Read and recompute it; under its own terms it must come out as it was."""
        _recompute(self.read())

    def answer_again(self) -> None:
        """Answer who tries other terms, after a first answer."""
        session = reading()
        session.rollback()
        _recompute(gathered(session, figures.last_version(session, self._slug), self._now).past)

    def read_plainly(self) -> None:
        """Do the least: fetch the same rows, each table by itself, and add up the ledger."""
        session = reading()
        session.rollback()
        claim, part, hold = Claim.__table__.c, ClaimPart.__table__.c, Hold.__table__.c
        year, policy, booking = PolicyYear.__table__.c, Policy.__table__.c, LedgerTransaction.__table__.c
        premium = PeriodPayment.__table__.c
        for columns in (
            (claim.id, claim.event_id, claim.purpose, claim.subject_id),
            (part.claim_id, part.year_id, part.price_minor, part.reserved_minor, part.used_minor),
            (hold.id, hold.captured_minor, hold.refunded_minor, hold.borne_minor),
            (year.id, year.policy_id, year.limit_minor),
            (policy.id, policy.version_id),
            (premium.subscription_id, premium.earned_minor, premium.period_start),
            (func.count(booking.subject_id),),
            (func.sum(Posting.__table__.c.amount_minor),),
        ):
            session.execute(select(*columns)).all()


def _recompute(past: PastYear) -> None:
    compared = compare(past.claims, past.years, CHANGE, past.chargeable)
    assert compared.was.cover_minor == past.paid.minor, "a year that is not as it was"


def measure_page(claims: int, policies: int) -> PageFigures:
    """Measure the page and the plainest read by turns, on the database of the site."""
    page = Page(claims, policies)
    page.answer()  # Nothing is cold afterwards.
    page.answer_again()
    ways = page.read_plainly, page.read, page.answer, page.answer_again
    turns = [tuple(seconds_for(way) for way in ways) for _round in range(PAGE_ROUNDS)]
    plain_s, read_s, page_s, again_s = (statistics.median(column) for column in zip(*turns, strict=True))
    return PageFigures(
        database=db.engine.dialect.name,
        claims=len(page.read().claims.year),
        plain_s=plain_s,
        read_s=read_s,
        page_s=page_s,
        again_s=again_s,
        ratio=statistics.median(whole / least for least, _read, whole, _again in turns),
    )


def main() -> int:
    """Measure, tell, and say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000, help="how many claims the year has")
    parser.add_argument("--policies", type=int, default=60_000, help="how many policies they are of")
    parser.add_argument("--database-url", help="read from this database only; it must be empty")
    parser.add_argument("--json", action="store_true", help="tell it to programs")
    asked = parser.parse_args()
    found = measure(asked.claims, asked.policies)
    if not asked.json:
        print(_told(found), flush=True)
    pages = []
    for _app in sites(asked.database_url):
        pages.append(measure_page(asked.claims, asked.policies))
        if not asked.json:
            print(_page_told(pages[-1]), flush=True)
    if asked.json:
        print(json.dumps({**asdict(found), "pages": [asdict(one) for one in pages]}, indent=2))
    return 0 if max(found.recomputed_s, *(one.again_s for one in pages)) < MOST_S else 1


def _told(found: Figures) -> str:
    return (
        f"{found.claims} claims of {found.policies} policies: a plain pass {1000 * found.plain_s:.1f} ms, recomputed "
        f"with its band {found.recomputed_s:.3f} s ({found.ratio:.0f} passes), {found.peak_mib:.0f} MiB at most"
    )


def _page_told(found: PageFigures) -> str:
    return (
        f"{found.database}, {found.claims} claims: read plainly {found.plain_s:.2f} s, as the page does "
        f"{found.read_s:.2f} s, the first answer {found.page_s:.2f} s ({found.ratio:.1f} plain reads), "
        f"each further one {found.again_s:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
