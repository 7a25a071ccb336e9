"""What cover has to promise, worked out from the rows alone."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.insurance.rules import COVERING
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments.rules import Subject, least_charge


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be covered.

    Attributes:
        policy_id: by which policy.
        subject: what it is about.
        price: all of it.
        minutes: the working time in it.
        same_cause_as: an earlier claim that is about the same event.
    """

    policy_id: int
    subject: Subject
    price: Money
    minutes: int
    same_cause_as: int | None


def assert_promised_rightly(rows, wish, now, part):
    """As much is promised as the policy has for it, and not much less; the year in which it is made pays it."""
    most = most_covered(rows, wish, now)
    assert 0 < part.promised_minor <= most, (wish, part, most)
    assert most - part.promised_minor < _unpayable(wish), (wish, part, most)
    assert part.promised_minor % smallest_step(part.currency) == 0, part
    year = running_year(rows, wish.policy_id, now)
    assert part.year_id == year.id, (wish, part, year)
    left_to_pay = wish.price.minor - part.promised_minor
    assert left_to_pay == 0 or left_to_pay >= min(least_charge(wish.price.currency).minor, wish.price.minor), part


def assert_refused_rightly(rows, wish, now):
    """Nothing is refused unless there is nothing for it, or too little for a card to be charged the rest."""
    assert most_covered(rows, wish, now) < _unpayable(wish), wish


def _unpayable(wish):
    """Tell by how much less may be covered: the rest must be enough for a card, and all in what can be charged."""
    currency = wish.price.currency
    return least_charge(currency).minor + smallest_step(currency)


def most_covered(rows, wish, now: datetime) -> int:
    """Tell how much a policy has for something, in minor units."""
    policy = _one(rows["policy"], wish.policy_id)
    year = running_year(rows, policy.id, now)
    if policy.status not in COVERING or year is None or now < policy.waits_until or _is_for_another(rows, policy, wish):
        return 0
    version = _one(rows["plan_version"], policy.version_id)
    own, covered = _event(rows, wish)
    bounds = [year.limit_minor - _taken(rows, year), wish.price.minor - max(0, version.deductible_minor - own)]
    if version.claim_limit_minor is not None:
        bounds.append(version.claim_limit_minor - covered)
    left = None if year.limit_minutes is None else year.limit_minutes - year.reserved_minutes - year.used_minutes
    if left is not None and wish.minutes > left:
        bounds.append(wish.price.minor * left // wish.minutes)
    return max(0, min(bounds))


def running_year(rows, policy_id, now):
    """Find the year of a policy that runs at a moment; there is one at most."""
    found = [one for one in rows["policy_year"] if one.policy_id == policy_id and one.starts_at <= now < one.ends_at]
    assert len(found) <= 1, found
    return found[0] if found else None


def _one(rows, key):
    return next(one for one in rows if one.id == key)


def _is_for_another(rows, policy, wish):
    """Tell whether a policy for another licence pays a part of the same subject."""
    others = {one.id for one in rows["policy"] if one.licence != policy.licence}
    about = wish.subject.purpose, wish.subject.id
    theirs = {one.id for one in rows["claim"] if one.policy_id in others and (one.purpose, one.subject_id) == about}
    return any(one.claim_id in theirs and one.reserved_minor + one.used_minor > 0 for one in rows["claim_part"])


def _taken(rows, year):
    return sum(one.reserved_minor + one.used_minor for one in rows["claim_part"] if one.year_id == year.id)


def _event(rows, wish):
    """Add up what customer and cover bear of an event already, in minor units."""
    claims = {one.id: one for one in rows["claim"] if one.policy_id == wish.policy_id}
    about = (wish.subject.purpose, wish.subject.id)
    named = {one.id for one in claims.values() if (one.purpose, one.subject_id) == about} | {wish.same_cause_as}
    events = {claims[key].event_id or key for key in named - {None}}
    of_event = {key for key, one in claims.items() if key in events or one.event_id in events}
    parts = [one for one in rows["claim_part"] if one.claim_id in of_event and one.reserved_minor + one.used_minor > 0]
    return sum(one.own_minor for one in parts), sum(one.reserved_minor + one.used_minor for one in parts)
