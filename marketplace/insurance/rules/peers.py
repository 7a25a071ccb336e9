"""How much a policy is used beside the others of its plan."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from marketplace.kernel.money import Money

LEAST_PEERS = 20  # Among fewer policies nobody can tell what is usual.
STANDS_OUT_ABOVE = 95  # Percent of the policies of a plan that are used less.
LEAST_EVENTS = 2  # One large event is what cover is for.


@dataclass(frozen=True)
class Usage:
    """What a policy took of its year that runs.

    Attributes:
        policy_id: of the policy.
        plan_id: of its plan.
        claims: of which cover pays something.
        events: among these; claims about one cause are one event.
        taken: of the limit, paid or promised.
        limit: of the year.
    """

    policy_id: int
    plan_id: int
    claims: int
    events: int
    taken: Money
    limit: Money

    @cached_property
    def percent(self) -> int:
        """How much of the limit is taken, rounded down."""
        return 100 * self.taken.minor // self.limit.minor

    @property
    def mean(self) -> Money | None:
        """What an event took on average, rounded down; None without one."""
        return Money(self.taken.minor // self.events, self.taken.currency) if self.events else None


@dataclass(frozen=True, slots=True)
class Beside:
    """A policy beside the others of its plan.

    Attributes:
        usage: of the policy.
        above_percent: so many of the policies of its plan are used less, by share of the limit.
        peers: so many policies its plan has, itself included.
    """

    usage: Usage
    above_percent: int
    peers: int

    @property
    def stands_out(self) -> bool:
        """Whether somebody should look: it is used far more than the others, and not by one event alone."""
        is_known = self.peers >= LEAST_PEERS and self.usage.events >= LEAST_EVENTS
        return is_known and self.above_percent >= STANDS_OUT_ABOVE


def beside_peers(usages: Iterable[Usage]) -> list[Beside]:
    """Put policies beside the others of their plans: those first that stand out, then by the share of their limit."""
    by_plan = defaultdict(list)
    for one in usages:
        by_plan[one.plan_id].append(one)
    found = []
    for peers in by_plan.values():
        shares = sorted(one.taken.minor / one.limit.minor for one in peers)
        for one in peers:
            below = bisect_left(shares, one.taken.minor / one.limit.minor)
            found.append(Beside(one, 100 * below // len(peers), len(peers)))
    return sorted(found, key=lambda one: (not one.stands_out, -one.usage.percent, one.usage.policy_id))
