"""What the demo's partners sell, and for how much: values only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.money import Money, exponent
from marketplace.site.demo.content.vendor import PRICE_STEPS, RATES, NicheRow
from providers.services.rules import ANY_URGENCY

TWO_LAYERS = 0.4  # Share of the kinds of work that are sold in a second layer.
LEVEL_PERCENT = {1: 0, 2: 12, 3: 25}  # What the better ones ask for more.
BY_TIME = 0.6  # Share of those who can that sell by time too.
# What is sold by time, how, and at which part of the fixed price.
WAYS = {
    ("hosting", Layer.PLATFORM): (ServiceKind.HOURLY, 80),
    ("installation", Layer.APPLICATION): (ServiceKind.SESSION, 75),
}
CAPS_MINUTES = (180, 120, 240)  # The first is that of partners who leave nothing to chance.
SESSION_MINUTES = 60
USUAL_HOURS, URGENT_HOURS = 24, 4
URGENT_PERCENT = 150  # Of the usual price.


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """What a partner sells; `wording` is which of the two texts it uses, if it has a fixed price."""

    niche: str
    layer: Layer
    price: Money
    wording: int = 0
    kind: ServiceKind = ServiceKind.INCIDENT
    cap_minutes: int | None = None
    session_minutes: int | None = None
    urgency_hours: int = ANY_URGENCY


def fixed_prices(
    rng: Random, niches: list[NicheRow], levels: dict[str, int], currency: str, cost_percent: int
) -> Iterator[ServicePlan]:
    """Price each kind of work, in one layer or two."""
    for niche in niches:
        percent = cost_percent * (100 + LEVEL_PERCENT[levels[niche.slug]] + rng.randint(-10, 15)) // 100
        wording = rng.randint(0, 1)
        yield ServicePlan(niche.slug, niche.layers[0], _round_price(niche.price * percent, currency), wording)
        if len(niche.layers) > 1 and rng.random() < TWO_LAYERS:
            dearer = _round_price(niche.price * (percent + 10), currency)
            yield ServicePlan(niche.slug, niche.layers[1], dearer, wording)


def _round_price(euro_cents: int, currency: str) -> Money:
    """Express in a currency, in the round amounts that people ask for."""
    step = PRICE_STEPS[currency]
    divisor = 100 * RATES["EUR"] * step
    steps = max(1, (euro_cents * RATES[currency] + divisor // 2) // divisor)
    return Money(steps * step * 10 ** exponent(currency), currency)


def also_by_time(sold: Iterable[ServicePlan], rng: Random | None = None) -> Iterator[ServicePlan]:
    """Add to what is sold at a fixed price what is sold by the hour or by the session; without a chance, all of it."""
    fixed = list(sold)
    yield from fixed
    for one in fixed:
        way = WAYS.get((one.niche, one.layer))
        if way is None or (rng is not None and rng.random() >= BY_TIME):
            continue
        kind, percent = way
        price = _part(one.price, percent)
        if kind is ServiceKind.HOURLY:
            cap = rng.choice(CAPS_MINUTES) if rng else CAPS_MINUTES[0]
            yield ServicePlan(one.niche, one.layer, price, kind=kind, cap_minutes=cap)
        else:
            yield ServicePlan(one.niche, one.layer, price, kind=kind, session_minutes=SESSION_MINUTES)


def also_urgent(sold: Iterable[ServicePlan]) -> Iterator[ServicePlan]:
    """Answer within a day what is sold at a fixed price, and for more within hours."""
    for one in sold:
        if one.kind is not ServiceKind.INCIDENT:
            yield one
            continue
        yield replace(one, urgency_hours=USUAL_HOURS)
        yield replace(one, urgency_hours=URGENT_HOURS, price=_part(one.price, URGENT_PERCENT))


def _part(price: Money, percent: int) -> Money:
    """Take a part of a price, in the round amounts of its currency."""
    step = PRICE_STEPS[price.currency] * 10 ** exponent(price.currency)
    return Money(max(1, (price.minor * percent // 100 + step // 2) // step) * step, price.currency)
