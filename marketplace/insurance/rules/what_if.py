"""What the past year would have cost under other terms, recomputed from the claims that there really were.

Of each claim, in the order in which they came, cover pays the price less the deductible, no more than the limit of a
claim, and no more than is left of the policy's year. Claims about the same event share one deductible and one limit. A
covered part is lowered where the customer's own part would be too small for a card. Amounts are whole minor units
throughout, in 64 bits: a price has at most eight digits, so ten million claims stay far below what fits. Only ratios
are floats.

What this cannot know, and a page that shows it must say:

- People would have behaved otherwise. A higher deductible keeps small claims away, a higher limit brings larger ones,
  another premium brings other customers. Here everybody bought and asked exactly what they did.
- Only what was asked for while insured counts, and what is added on purpose: requests of the insured that cover paid
  nothing of. What people never asked for, because it was not covered, is in no table.
- A claim reserves what a request might cost, and gives back what it did not. Who asked meanwhile may have got less
  than prices alone say, and a limit of working time counts minutes; here each claim is known by its price in the end.
  So the year under its own terms can come out a little above what was really paid.
- What a claim costs the vendor is taken in proportion, rounded up: if a quarter of what was paid came back as
  commission and tax, so does a quarter of whatever would be paid; of what cover never paid, as much as on average.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketplace.insurance.rules.loss_ratio import is_enough, ratio_band
from marketplace.insurance.rules.past_year import Change, Chargeable, Claims, PolicyYears
from marketplace.insurance.rules.resampling import HIGH, LOW, Whole, resampled

RATE = 10_000  # Averages are whole hundredths of a percent.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a year came to.

    Attributes:
        claims: that cover paid anything of.
        cut_short: of which it would have paid more, had more been left of the policy's year.
        cover_minor: paid of prices.
        cost_minor: of that, what left the house.
        own_minor: what customers paid of the same prices themselves.
        earned_minor: premiums without tax.
    """

    claims: int
    cut_short: int
    cover_minor: int
    cost_minor: int
    own_minor: int
    earned_minor: int

    @property
    def loss_ratio(self) -> float | None:
        """What claims cost of what premiums earned; None if nothing was earned."""
        return self.cost_minor / self.earned_minor if self.earned_minor > 0 else None


@dataclass(frozen=True, slots=True)
class Band:
    """How far years like this come out: nine of ten lie between these, both included."""

    cost_minor: tuple[int, int]
    loss_ratio: tuple[float, float]
    cost_change_minor: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A year as it was, and under other terms; `band` is None when there are too few policies to tell."""

    was: Outcome
    would_be: Outcome
    policies: int
    with_claims: int
    band: Band | None


@dataclass(frozen=True, slots=True)
class _Recomputed:
    """What came of each claim; arrays as in `Claims`."""

    cover: Whole
    cost: Whole
    is_short: NDArray[np.bool_]


def compare(claims: Claims, years: PolicyYears, change: Change, chargeable: Chargeable, *, seed: int = 1) -> Comparison:
    """Recompute a year as it was and under other terms.

    Both come from the same draws of policies, so the band of their difference is narrower than the two bands.
    """
    other = change.of(years)
    as_it_was, as_it_would_be = (_recompute(claims, terms, chargeable) for terms in (years, other))
    rows = np.column_stack((_by_policy(claims, years, as_it_was), _by_policy(claims, other, as_it_would_be)))
    with_claims = int(np.count_nonzero(rows[:, 0] | rows[:, 2]))
    return Comparison(
        was=_outcome(claims, years, as_it_was),
        would_be=_outcome(claims, other, as_it_would_be),
        policies=years.policies,
        with_claims=with_claims,
        band=_band(resampled(rows, seed=seed)) if _may_tell(rows, with_claims) else None,
    )


def covered_minor(claims: Claims, years: PolicyYears, chargeable: Chargeable) -> Whole:
    """Say of each claim, in the order in which they came, what cover pays."""
    return _recompute(claims, years, chargeable).cover


def _recompute(claims: Claims, years: PolicyYears, chargeable: Chargeable) -> _Recomputed:
    wanted = _in_steps(_wanted(claims, years), chargeable)
    wanted = _for_a_card(claims.price_minor, wanted, chargeable)
    by_year = np.argsort(claims.year, kind="stable")  # Within a year their order stays.
    year = claims.year[by_year]
    limit = _in_steps(years.limit_minor, chargeable)[year]
    cover = np.empty_like(wanted)
    cover[by_year] = _in_order(claims.price_minor[by_year], wanted[by_year], year, limit, chargeable)
    return _Recomputed(cover, cover - _back(claims, cover), cover < wanted)


def _wanted(claims: Claims, years: PolicyYears) -> Whole:
    """Say what cover would pay of each claim if no year had a limit.

    The deductible of an event is taken off the first of its claims that costs more than it; what came before costs too
    little to be covered, what comes after is covered in full, until the limit of the event is reached.
    """
    by_event = np.argsort(claims.event, kind="stable")
    price, first = claims.price_minor[by_event], _firsts(claims.event[by_event])
    deductible, most = (one[claims.year[by_event]] for one in (years.deductible_minor, years.claim_limit_minor))
    reached = _sums_within(price > deductible, first)
    own = np.where(reached == 0, price, np.where((reached == 1) & (price > deductible), deductible, 0))
    after = _sums_within(price - own, first)
    wanted = np.empty_like(price)
    wanted[by_event] = np.minimum(after, most) - np.minimum(after - price + own, most)
    return wanted


def _firsts(groups: Whole) -> Whole:
    """Say of each row where its group begins; groups stand together and in order."""
    firsts: Whole = np.searchsorted(groups, groups)
    return firsts


def _sums_within(amounts: Whole | NDArray[np.bool_], first: Whole) -> Whole:
    """Add up what came so far in each group, the row itself included."""
    sums: Whole = np.cumsum(amounts, dtype=np.int64)
    before: Whole = (sums - amounts)[first]
    return sums - before


def _back(claims: Claims, cover: Whole) -> Whole:
    """Say what of each cover comes back as commission and tax: as much as came back of what was really paid."""
    paid, back = claims.paid_minor, claims.paid_minor - claims.cost_minor
    on_average = int(back.sum()) * RATE // max(int(paid.sum()), 1)
    return np.where(paid > 0, cover * back // np.maximum(paid, 1), cover * on_average // RATE)


def _in_order(price: Whole, wanted: Whole, year: Whole, limit: Whole, chargeable: Chargeable) -> Whole:
    """Give each claim what it wants while the limit of its year lasts; years stand together.

    What claims have used of a year is what they wanted so far, or else all of it. Only a part that had to be lowered
    for the card leaves something, and so changes what is left for the next: the first such claim of each year is
    settled, and the rest tried again.
    """
    first = _firsts(year)
    while True:
        after = _sums_within(wanted, first)
        cover: Whole = np.minimum(after, limit) - np.minimum(after - wanted, limit)
        lowered = _for_a_card(price, cover, chargeable)
        short = np.flatnonzero(lowered < cover)
        if not len(short):
            return cover
        _, earliest = np.unique(year[short], return_index=True)
        settled = short[earliest]
        wanted = wanted.copy()
        wanted[settled] = lowered[settled]


def _in_steps(amounts: Whole, chargeable: Chargeable) -> Whole:
    return amounts // chargeable.step_minor * chargeable.step_minor


def _for_a_card(price: Whole, cover: Whole, chargeable: Chargeable) -> Whole:
    """Lower what cover pays where the rest of the price would be too little for a card."""
    own = price - cover
    is_too_little = (own > 0) & (own < chargeable.least_minor) & (price >= chargeable.least_minor)
    return np.where(is_too_little, price - chargeable.least_minor, cover)


def _outcome(claims: Claims, years: PolicyYears, found: _Recomputed) -> Outcome:
    counted = claims.is_counted
    cover = found.cover[counted]
    is_paid = cover > 0
    return Outcome(
        claims=int(np.count_nonzero(is_paid)),
        cut_short=int(np.count_nonzero(found.is_short[counted])),
        cover_minor=int(cover.sum()),
        cost_minor=int(found.cost[counted].sum()),
        own_minor=int((claims.price_minor[counted] - cover).sum()),
        earned_minor=int(years.earned_minor.sum()),
    )


def _by_policy(claims: Claims, years: PolicyYears, found: _Recomputed) -> Whole:
    """Add up cost and premium of each policy."""
    rows = np.zeros((years.policies, 2), np.int64)
    np.add.at(rows[:, 0], years.policy[claims.year[claims.is_counted]], found.cost[claims.is_counted])
    np.add.at(rows[:, 1], years.policy, years.earned_minor)
    return rows


def _may_tell(rows: Whole, with_claims: int) -> bool:
    return is_enough(len(rows), with_claims) and bool((rows[:, (1, 3)].sum(axis=0) > 0).all())


def _band(sums: Whole) -> Band:
    """Read the band off draws, each with the cost and premium as it was, then as it would be."""
    would_be = sums[:, 2:]
    return Band(_between(would_be[:, 0]), ratio_band(would_be), _between(would_be[:, 0] - sums[:, 0]))


def _between(amounts: Whole) -> tuple[int, int]:
    """Take the two amounts between which nine of ten lie; both really came up, so nothing is rounded."""
    low, high = np.quantile(amounts, (LOW, HIGH), method="inverted_cdf")
    return int(low), int(high)
