"""Retrying: when a failed renewal is tried again, and what becomes of the subscription when nothing helped.

As in Stripe's settings for recovering revenue, which are made by hand there: `POST /sandbox/billing` here.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from marketplace.sandbox.stripe.engine.errors import InvalidParameters
from marketplace.sandbox.stripe.engine.store import settings
from marketplace.sandbox.stripe.engine.world import World

SETTING = "billing_retries"
TRIES_MAX = 8
DAYS_MAX = 60


class Ending(StrEnum):
    """What becomes of a subscription whose renewal nobody paid."""

    CANCEL = "cancel"
    UNPAID = "unpaid"
    PAST_DUE = "past_due"


@dataclass(frozen=True, slots=True)
class Retries:
    """How many days pass before each further try, and how it ends."""

    after_days: tuple[int, ...] = (1, 3, 5, 5)  # Two weeks in all.
    ending: Ending = Ending.CANCEL

    def next_try(self, tries: int, now: int) -> int | None:
        """Tell when to try again after so many tries; None when that was the last one."""
        if tries > len(self.after_days):
            return None
        return now + int(timedelta(days=self.after_days[tries - 1]).total_seconds())


def retries(world: World) -> Retries:
    """Look up the settings."""
    text = world.connection.scalar(select(settings.c.value).where(settings.c.name == SETTING))
    if text is None:
        return Retries()
    kept = json.loads(text)
    return Retries(tuple(kept["after_days"]), Ending(kept["ending"]))


def change(world: World, after_days: list[int], ending: str) -> Retries:
    """Change the settings; renewals that are being tried now follow them from their next try on.

    Raises:
        InvalidParameters: there can be no such settings.
    """
    is_good = len(after_days) <= TRIES_MAX and all(1 <= days <= DAYS_MAX for days in after_days)
    if not is_good:
        raise InvalidParameters(
            f"after_days must be at most {TRIES_MAX} numbers of days from 1 to {DAYS_MAX}.", param="after_days"
        )
    if ending not in set(Ending):
        raise InvalidParameters(f"ending must be one of {', '.join(Ending)}.", param="ending")
    chosen = Retries(tuple(after_days), Ending(ending))
    world.connection.execute(settings.delete().where(settings.c.name == SETTING))
    world.connection.execute(settings.insert().values(name=SETTING, value=json.dumps(asdict(chosen))))
    return chosen
