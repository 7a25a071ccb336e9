"""How fast a year of claims is recomputed under other terms, with its band.

    .venv/bin/python -m benchmarks.what_if [--json] [--claims N] [--policies N]

It is told as a ratio to the least that anybody could do with the same arrays, in the same run and by turns: to read
them once, without an order, a limit of the year or a band. The seconds are for information; they are this machine's.
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

from marketplace.insurance.rules.past_year import Change, Chargeable, Claims, PolicyYears
from marketplace.insurance.rules.what_if import Comparison, compare

ROUNDS = 15
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


def main() -> int:
    """Measure, tell, and say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000, help="how many claims the year has")
    parser.add_argument("--policies", type=int, default=60_000, help="how many policies they are of")
    parser.add_argument("--json", action="store_true", help="tell it to programs")
    asked = parser.parse_args()
    found = measure(asked.claims, asked.policies)
    if asked.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print(
            f"{found.claims} claims of {found.policies} policies: a plain pass {1000 * found.plain_s:.1f} ms, ", end=""
        )
        print(f"recomputed with its band {found.recomputed_s:.3f} s ({found.ratio:.0f} passes), ", end="")
        print(f"{found.peak_mib:.0f} MiB at most")
    return 0 if found.recomputed_s < MOST_S else 1


if __name__ == "__main__":
    sys.exit(main())
