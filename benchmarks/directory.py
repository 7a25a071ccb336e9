"""How fast the list of partners answers among very many, and that what it answers is right.

    .venv/bin/python -m benchmarks.directory [--json] [--providers N] [--checked N] [--searches N] [--database-url URL]

On each database a crowd is made (see `marketplace.site.seeding`); then the index is built, and searched with random
questions of the kind that people ask: a language at a level, a kind of work, hours shared. A search is filtering,
ordering and all counts. The page is asked for through the whole application, and told as a ratio to the same page of
the same application rendered from the same values, kept in memory, in the same run and by turns: `cold`, when nobody
has looked at these partners before, and `warm`, right after. A change is made in a transaction, and looked for by the
next search and by another process. On a smaller crowd every answer is compared with that of looking at everybody one by
one. The times are for information; they are this machine's. Without an address the databases are made afresh.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from flask import Flask
from flask.signals import before_render_template
from jinja2 import Template
from sqlalchemy import func, select, update

from benchmarks import brute_force
from benchmarks.neighbour import NOWHERE, moved, neighbour
from benchmarks.sites import sites
from marketplace.catalogue import queries as catalogue
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.money import Money
from marketplace.site import seeding
from providers.directory import queries
from providers.directory.queries import Reader, Search, index
from providers.directory.queries.freshness import POLL_EVERY_S
from providers.directory.rules import ANYBODY, Filters, Sort, asked_words
from providers.profiles.models import Provider
from providers.profiles.rules import Cefr

PAGE = "directory.index"
PAGES, CHANGES, RATINGS = 40, 20, 60
LANGUAGES = "en es hi pt fr ar de ru id vi".split()
ZONES = "Europe/Madrid America/New_York Asia/Kolkata America/Santiago Asia/Tokyo Africa/Lagos Australia/Sydney".split()
WORDS = ("maria", "newspapers", "hosting", "backup plugins", "spanish")
CURRENCY = "EUR"
OFTEN, SOMETIMES, SELDOM = 0.75, 0.2, 0.1
SELDOM_ASKED: dict[str, list[object]] = {
    "languages": [{}],
    "accepts_cover": [True],
    "urgency_hours": [4, 24],
    "releases": [frozenset({"lumentree:4.1"}), frozenset({"lumentree:4.1", "lumentree:4.2"})],
}


@dataclass(frozen=True)
class Measured:
    """What was measured on one database; times in seconds unless they say ms, memory in MiB above the idle process.

    The ratios are the time of the page rendered from values in memory, divided by that of the real one. What another
    process sees is told at its slowest.
    """

    database: str
    providers: int
    seeded_s: float
    built_s: float
    memory_mib: float
    words_s: float
    search_ms_p50: float
    search_ms_p99: float
    page_cold_cpu_ms: float
    page_warm_cpu_ms: float
    page_cold_ratio: float
    page_warm_ratio: float
    seen_by_writer_ms: float
    seen_elsewhere_ms: float
    checked: int
    wrong: int


def questions(rng: Random, niches: list[str], *, with_words: bool) -> Iterator[tuple[Filters, ZoneInfo]]:
    """Ask as people do: nearly always for a language, mostly for a kind of work, often for hours."""
    while True:
        asked: dict[str, object] = {"languages": {rng.choice(LANGUAGES): rng.choice([None, Cefr.B2, Cefr.C1])}}
        if rng.random() < OFTEN:
            asked["niches"] = frozenset(rng.sample(niches, rng.randint(1, 2)))
        if rng.random() < OFTEN:
            asked["overlap_hours"] = rng.choice([1, 2, 4, 6])
        if rng.random() < SOMETIMES:
            asked["opens_within"] = rng.choice([0, 2, 24])
        if rng.random() < SOMETIMES:
            asked["price_max"] = Money(rng.choice([5000, 8000]), CURRENCY)
        asked |= {name: rng.choice(values) for name, values in SELDOM_ASKED.items() if rng.random() < SELDOM}
        if with_words and rng.random() < SOMETIMES:
            asked["words"] = asked_words(rng.choice(WORDS))
        yield replace(ANYBODY, sort=rng.choice(list(Sort)), **asked), ZoneInfo(rng.choice(ZONES))


def chances(seed: int) -> Random:
    """Make chances that are the same each time."""
    return Random(seed)  # noqa: S311 - no secret


def memory_mib() -> float:
    """Tell how much memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def seconds_for(act: Callable[[], object]) -> float:
    """Tell how long something takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def cpu_seconds_for(act: Callable[[], object]) -> float:
    """Tell how long this process works on something."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def measure(app: Flask, providers: int, checked: int, searches: int) -> Measured:
    """Measure everything on one database, the small crowd first."""
    seeding.fill(checked, 1, tell=lambda _added: None)
    rate_everybody()
    wrong = disagreements(searches)
    seeded_s = seconds_for(lambda: seeding.fill(providers - checked, 2, tell=lambda _added: None))
    rate_everybody()
    reading().rollback()
    now, before = utcnow(), memory_mib()
    app.extensions.pop(index.EXTENSION)  # As in a process that has just begun.
    built_s = seconds_for(lambda: index.index_for(reading(), now))
    memory = memory_mib() - before
    [part] = index.index_for(reading(), now).parts
    words_s = seconds_for(lambda: part.written(reading()))
    times = list(search_times(searches, now))
    return Measured(
        database=db.engine.dialect.name,
        providers=reading().scalar(select(func.count()).select_from(Provider)) or 0,
        seeded_s=seeded_s,
        built_s=built_s,
        memory_mib=memory,
        words_s=words_s,
        search_ms_p50=float(np.percentile(times, 50)) * 1000,
        search_ms_p99=float(np.percentile(times, 99)) * 1000,
        **measure_page(app),
        seen_by_writer_ms=statistics.median(change_times()) * 1000,
        seen_elsewhere_ms=max(change_times_elsewhere(app, chances(6))) * 1000,
        checked=searches,
        wrong=wrong,
    )


def rate_everybody() -> None:
    """Let customers be content, more or less: a crowd has no reviews, and here only the figures matter."""
    ratings = Provider.id % RATINGS
    with transaction() as session:
        session.execute(
            update(Provider).values(ratings=ratings, stars_sum=3 * ratings + Provider.id % (2 * ratings + 1))
        )


def search_times(searches: int, now: datetime) -> Iterator[float]:
    """Search, each time for something else."""
    asked = questions(chances(3), _niches(), with_words=False)
    for _number in range(searches):
        filters, zone = next(asked)
        search = Search(filters, Reader(zone, CURRENCY))
        begun = time.perf_counter()
        queries.find_ids(reading(), search, now)
        yield time.perf_counter() - begun


def change_times() -> Iterator[float]:
    """Change somebody, and look for it."""
    for number in changes():
        begun = time.perf_counter()
        found = moved()
        yield time.perf_counter() - begun
        assert found == number, "a change is not seen by its writer"


def change_times_elsewhere(app: Flask, rng: Random) -> Iterator[float]:
    """Change somebody at any moment, and wait for another process to see it."""
    with neighbour(app.extensions["handrail_settings"]) as seen:
        for _number in changes():
            committed = time.monotonic()
            yield next(seen) - committed
            time.sleep(rng.random() * POLL_EVERY_S)


def changes() -> Iterator[int]:
    """Let one after the other move to a country in which nobody was; tells how many are there by then."""
    already = moved()
    elsewhere = select(Provider.id).where(Provider.country != NOWHERE).order_by(Provider.id).limit(CHANGES)
    for number, provider_id in enumerate(list(reading().scalars(elsewhere)), start=already + 1):
        with transaction() as session:
            session.get_one(Provider, provider_id).country = NOWHERE
        yield number


def measure_page(app: Flask) -> dict[str, float]:
    """Ask for pages twice, and for the same ones rendered from the values that they were rendered from."""
    client, rng, niches = app.test_client(), chances(4), _niches()
    view = app.view_functions[PAGE]
    rendered: list[tuple[Template, dict[str, object]]] = []

    def keep(_app: Flask, template: Template, context: dict[str, object], **_more: object) -> None:
        rendered.append((template, context))

    @wraps(view)
    def constant() -> str:
        template, context = rendered[-1]
        return template.render(context)

    spans: list[tuple[float, float, float]] = []
    for _number in range(PAGES):
        query = {"language": rng.choice(LANGUAGES), "niche": rng.choice(niches), "overlap": rng.choice([1, 2, 4])}
        ask = partial(client.get, "/providers", query_string=query)
        cold = cpu_seconds_for(ask)
        with before_render_template.connected_to(keep, app):
            warm = cpu_seconds_for(ask)
        app.view_functions[PAGE] = constant
        spans.append((cold, warm, cpu_seconds_for(ask)))
        app.view_functions[PAGE] = view
    cold_s, warm_s, plain_s = (statistics.median(column) for column in zip(*spans, strict=True))
    return {
        "page_cold_cpu_ms": cold_s * 1000,
        "page_warm_cpu_ms": warm_s * 1000,
        "page_cold_ratio": plain_s / cold_s,
        "page_warm_ratio": plain_s / warm_s,
    }


def disagreements(searches: int) -> int:
    """Count the searches of which anything is not what looking at everybody says: order, total, or a count."""
    session, now = reading(), utcnow()
    asked = questions(chances(5), _niches(), with_words=True)
    everybody = {zone: brute_force.cards(session, Reader(ZoneInfo(zone), CURRENCY), now) for zone in ZONES}
    return sum(_is_wrong(*next(asked), everybody, now) for _number in range(searches))


def _is_wrong(filters: Filters, zone: ZoneInfo, everybody: dict[str, list[brute_force.Card]], now: datetime) -> bool:
    cards, pages, cursor = everybody[zone.key], [], None
    while True:
        found = queries.find_ids(reading(), Search(filters, Reader(zone, CURRENCY), cursor), now)
        pages += found.provider_ids
        cursor = found.next_cursor
        if cursor is None:
            break
    is_same = (
        pages == brute_force.in_order(cards, filters, now.date())
        and len(pages) == found.total
        and found.facets == brute_force.counts(cards, filters, found.facets, CURRENCY)
    )
    return not is_same


def _niches() -> list[str]:
    return [niche.slug for niche in catalogue.niches(reading())]


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--providers", type=int, default=100_000)
    parser.add_argument("--checked", type=int, default=300, help="Partners of the smaller crowd.")
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--database-url", help="Of an empty database.")
    options = parser.parse_args()
    measured = [
        measure(app, options.providers, options.checked, options.searches) for app in sites(options.database_url)
    ]
    if options.json:
        print(json.dumps([asdict(one) for one in measured], indent=2))
    else:
        for one in measured:
            print("\n".join(f"{name:>20}  {value}" for name, value in asdict(one).items()), end="\n\n")
    return 1 if any(one.wrong for one in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
