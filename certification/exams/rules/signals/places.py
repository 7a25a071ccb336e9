"""Attempts of different persons from one network or one device; the closer in time, the less it takes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# How far apart two attempts may be. A device is told by its browser and its languages: alone that says little.
BOTH_WITHIN = timedelta(days=30)
NETWORK_WITHIN = timedelta(days=1)
DEVICE_WITHIN = timedelta(hours=1)
MAX_PERSONS_PER_DEVICE = 3  # What more people have in common tells nobody apart.
NEIGHBOURS = 5  # Each is held against so many that follow it in one place: a full office makes no thousand pairs.


@dataclass(frozen=True, slots=True)
class Trace:
    """From where an attempt came, and when."""

    attempt_id: int
    person_id: int
    network: str
    device: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class SamePlace:
    """Two attempts from one place, the earlier one first.

    Attributes:
        attempt_id: that began first.
        other_id: that began later.
        same_network: whether they came from one network.
        same_device: whether they came from devices that look the same.
        apart: the time between them; none if they ran at the same time.
    """

    attempt_id: int
    other_id: int
    same_network: bool
    same_device: bool
    apart: timedelta


def same_places(traces: Sequence[Trace]) -> list[SamePlace]:
    """Find attempts of different persons that came from one place, close enough in time."""
    in_order = sorted(traces, key=lambda one: (one.started_at, one.attempt_id))
    pairs = {
        (one.attempt_id, other.attempt_id): _pair(one, other)
        for group in (*_groups(in_order, _network), *_groups(in_order, _device))
        for one, other in _neighbours(group)
    }
    crowded = _crowded(in_order)
    devices = {one.attempt_id: one.device for one in in_order}
    return [pair for pair in pairs.values() if _is_close(pair, is_rare=devices[pair.attempt_id] not in crowded)]


def _network(trace: Trace) -> str:
    return trace.network


def _device(trace: Trace) -> str:
    return trace.device


def _groups(traces: Sequence[Trace], place: Callable[[Trace], str]) -> list[list[Trace]]:
    groups: defaultdict[str, list[Trace]] = defaultdict(list)
    for one in traces:
        groups[place(one)].append(one)
    return list(groups.values())


def _crowded(traces: Sequence[Trace]) -> set[str]:
    groups = _groups(traces, _device)
    return {group[0].device for group in groups if len({one.person_id for one in group}) > MAX_PERSONS_PER_DEVICE}


def _neighbours(group: Sequence[Trace]) -> Iterator[tuple[Trace, Trace]]:
    for place, one in enumerate(group):
        others = (other for other in group[place + 1 :] if other.person_id != one.person_id)
        for _number, other in zip(range(NEIGHBOURS), others, strict=False):
            yield one, other


def _pair(one: Trace, other: Trace) -> SamePlace:
    apart = max(other.started_at - one.ended_at, timedelta())
    same_network, same_device = one.network == other.network, one.device == other.device
    return SamePlace(one.attempt_id, other.attempt_id, same_network, same_device, apart)


def _is_close(pair: SamePlace, *, is_rare: bool) -> bool:
    if pair.same_network and pair.same_device:
        return pair.apart <= BOTH_WITHIN
    if pair.same_network:
        return pair.apart <= NETWORK_WITHIN
    return is_rare and pair.apart <= DEVICE_WITHIN
