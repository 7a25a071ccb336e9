"""The index stays what the database says: held to everybody looked at one by one, after every kind of change."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from benchmarks import brute_force
from certification.credentials.models import Credential
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Niche, Product
from marketplace.kernel.database import db, reading, transaction
from marketplace.tariffs.rules import PartnerLevel
from migrations.watching import VERBS
from providers.availability.models import Absence, Booking, HolidayChoice, Season, SeasonInterval, WeeklyInterval
from providers.availability.rules import Interval
from providers.directory import commands, queries
from providers.directory.models import DirectoryChange
from providers.directory.queries import Reader, Search
from providers.directory.queries import index as directory_index
from providers.directory.rules import ANYBODY, Sort, asked_words
from providers.profiles.models import Member, MemberLanguage, Provider
from providers.profiles.rules import Cefr, MemberRole, ProviderStatus
from providers.profiles.rules.speech import Medium
from providers.services.models import Service
from tests.factories import DAY, HOUR, NOON
from tests.factories.availability import make_other_calendar
from tests.factories.catalogue import make_niche, make_rates, make_release
from tests.factories.directory import make_partner
from tests.factories.profiles import make_member, make_proof
from tests.factories.support_requests import make_request

READER = Reader(ZoneInfo("Europe/Madrid"), "EUR")
on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
# Each of them shows another part of the index.
SEARCHES = [
    ANYBODY,
    *(replace(ANYBODY, sort=sort) for sort in Sort),
    replace(ANYBODY, languages={"es": None}, level=Cefr.B2),
    replace(ANYBODY, languages={"es": None}, medium=Medium.WRITTEN),
    replace(ANYBODY, languages={"es": Cefr.B2}, medium=Medium.SPOKEN, is_proven=True),
    replace(ANYBODY, medium=Medium.WRITTEN, is_proven=True),
    replace(ANYBODY, niches=frozenset({"upgrades"})),
    replace(ANYBODY, overlap_hours=4),
    replace(ANYBODY, opens_within=0),
    replace(ANYBODY, urgency_hours=4),
    replace(ANYBODY, words=asked_words("ana")),
    replace(ANYBODY, words=asked_words("updates")),
    replace(ANYBODY, credentials=frozenset({"upgrades-track"})),
]


def found(filters, now=NOON):
    return queries.search(reading(), Search(filters, READER), now).found


def names(session=None):
    listed = queries.search(session or reading(), Search(ANYBODY, READER), NOON)
    return {one.provider.name for one in listed.snapshots}


def hold_to_everybody(now=NOON):
    """Compare what the index finds with what looking at everybody does."""
    reading().rollback()
    cards = brute_force.cards(reading(), READER, now)
    for filters in SEARCHES:
        indexed = found(filters, now)
        assert list(indexed.provider_ids) == brute_force.in_order(cards, filters, now.date()), filters
        assert indexed.facets == brute_force.counts(cards, filters, indexed.facets, READER.currency), filters
        used = brute_force.values_in_use(cards, filters)
        assert all(used[facet] <= set(indexed.facets[facet]) for facet in used), filters


@pytest.fixture
def market(app):
    """Three partners in one niche, indexed."""
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session, slug="upgrades", names={"en": "Upgrades"})
        for number, name in enumerate(["Ana", "Bo", "Cleo"]):
            partner = make_partner(
                session, niche, name=name, languages={"es": Cefr.C1}, country="CL", ratings=number, stars_sum=4 * number
            )
            make_member(session, partner, zone="America/Lima", role=MemberRole.MEMBER)
    hold_to_everybody()
    return app


def ana(session):
    return session.scalars(sa.select(Provider).order_by(Provider.id)).first()


def member(session):
    return ana(session).members[0]


def give(session, kind, **columns):
    session.add(kind(member_id=member(session).id, **columns))


def season(session):
    made = Season(member_id=member(session).id, first_day=NOON.date(), last_day=NOON.date() + 9 * DAY)
    made.intervals = [SeasonInterval(weekday=day, start_minute=0, end_minute=60) for day in range(7)]
    session.add(made)


def certify(session):
    """Let the first certificate be for a release of its product by name."""
    credential = session.scalars(sa.select(Credential).order_by(Credential.id)).first()
    release = make_release(session, version="4.1", product=credential.track.product)
    credential.release_id = release.id
    return credential.track


def newer_release(session):
    """Let a release come out, and the track certify for it."""
    track = certify(session)
    newer = make_release(session, version="5.0", released_on=NOON.date() - DAY, product=track.product)
    track.release_id, track.certifies_since = newer.id, NOON - DAY


def new_slug_of_a_product(session):
    certify(session)
    session.flush()
    session.execute(sa.update(Product).values(slug=Product.slug + "-pro"))


def session_now(session):
    job = make_request(session, provider=ana(session), starts_at=NOON)
    give(session, Booking, request_id=job.id, starts_at=NOON - HOUR, ends_at=NOON + HOUR)


def change_all(model, **columns):
    """Change every row with one statement, which no object of the session knows of."""
    return lambda session: session.execute(sa.update(model).values(**columns))


def change_first(model, **columns):
    """Change one row, as a person at the prompt of the database would."""

    def perform(session):
        [key] = sa.inspect(model).primary_key
        session.execute(sa.update(model).where(key == sa.select(sa.func.min(key)).scalar_subquery()).values(**columns))

    return perform


def take_all(model):
    return lambda session: session.execute(sa.delete(model))


CHANGES = {
    "suspended": change_first(Provider, status=ProviderStatus.SUSPENDED, suspended_reason="A complaint."),
    "figures": change_all(Provider, ratings=9, stars_sum=45),
    "renamed": change_first(Provider, name="Updates"),
    "profile": change_first(Provider, abouts={"en": "I update what is old."}),
    "country": change_first(Provider, country="PE"),
    "level": change_first(Provider, level=PartnerLevel.LEADING),
    "takes no cover": change_first(Provider, accepts_cover=False),
    "break": change_first(Provider, break_until=NOON + 2 * DAY),
    "zone": change_first(Member, zone="Asia/Tokyo"),
    "left": lambda session: setattr(ana(session).members[1], "left_at", NOON),
    "person": change_first(Person, name="Anastasia Updates"),
    "language": lambda session: give(session, MemberLanguage, language="fr", spoken=Cefr.B1),
    "weaker": change_all(MemberLanguage, spoken=Cefr.A2),
    "writes no more": change_all(MemberLanguage, written=None),
    "proven": lambda session: make_proof(session, member(session), "es", Medium.WRITTEN, Cefr.C2),
    "proven, but less": lambda session: make_proof(session, member(session), "es", Medium.SPOKEN, Cefr.B2),
    "silent": take_all(MemberLanguage),
    "no hours": take_all(WeeklyInterval),
    "more hours": lambda session: give(session, WeeklyInterval, weekday=6, start_minute=0, end_minute=30),
    "season": season,
    "absence": lambda session: give(
        session, Absence, first_day=NOON.date(), last_day=NOON.date() + 30 * DAY, stand_in_id=None
    ),
    "session": session_now,
    "busy elsewhere": lambda session: make_other_calendar(
        session, member(session), Interval(NOON - HOUR, NOON + 3 * DAY)
    ),
    "holidays of elsewhere": lambda session: give(session, HolidayChoice, country="JP"),
    "price": change_all(Service, price_minor=12_300),
    "answers within a day": change_all(Service, urgency_hours=24),
    "sells less": change_first(Service, is_active=False),
    "revoked": change_first(Credential, revoked_at=NOON, revoked_reason="Cheated."),
    "certified for a release": certify,
    "a newer release": newer_release,
    "slug of a product": new_slug_of_a_product,
    "slug of a niche": change_first(Niche, slug="updates"),
    "name of a niche": change_first(Niche, names={"en": "Updates"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_found_by_the_next_search(market, change):
    with transaction() as session:
        CHANGES[change](session)
    hold_to_everybody()


def test_many_changes_one_after_the_other(market, monkeypatch):
    monkeypatch.setattr(directory_index, "MOST_FRESH", 2)  # So that all parts come to be.
    with transaction() as session:
        niche = make_niche(session)
        for number in range(4):
            make_partner(session, niche, name=f"New {number}")
    hold_to_everybody()
    for change in ("renamed", "season", "break", "language", "sells less"):
        with transaction() as session:
            CHANGES[change](session)
        hold_to_everybody()


def test_what_is_taken_back_was_never_there(market):
    def think_better_of_it():
        with transaction() as session:
            CHANGES["renamed"](session)
            assert "Updates" in names(session), "who writes sees it"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        think_better_of_it()
    assert names() == {"Ana", "Bo", "Cleo"}


def test_a_session_closes_its_host_for_as_long_as_it_lasts(market):
    """Ana has a colleague in Lima, who does not work yet; an hour later he does."""
    alone = replace(ANYBODY, opens_within=0)
    before = found(alone).provider_ids
    with transaction() as session:
        session_now(session)
        booked = ana(session).id
    assert set(before) - set(found(alone).provider_ids) == {booked}
    assert booked in found(alone, NOON + HOUR).provider_ids
    with transaction() as session:
        take_all(Booking)(session)
    assert found(alone).provider_ids == before


@pytest.mark.parametrize("later", [HOUR, 20 * HOUR, 9 * DAY, 400 * DAY])
def test_time_changes_the_list_too(market, later):
    with transaction() as session:
        ana(session).break_until = NOON + timedelta(minutes=40)
        change_first(Credential, valid_until=NOON + timedelta(minutes=50))(session)
    hold_to_everybody()
    hold_to_everybody(NOON + later)


def test_a_clock_that_goes_back_is_believed(market):
    hold_to_everybody(NOON + 3 * DAY)
    hold_to_everybody(NOON)


@on_postgresql
def test_a_change_that_is_numbered_before_another_and_committed_after_it_is_seen(market):
    """Whoever remembers only the last number would lose the first."""
    slow, fast = db.engine.connect(), db.engine.connect()
    with slow, fast:
        slow.execute(sa.update(Provider).where(Provider.name == "Ana").values(name="Slow"))
        fast.execute(sa.update(Provider).where(Provider.name == "Bo").values(name="Fast"))
        fast.commit()
        read_anew()
        assert names() == {"Ana", "Fast", "Cleo"}
        slow.commit()
        read_anew()
        assert names() == {"Slow", "Fast", "Cleo"}
    changed = sa.select(Provider.name).join(DirectoryChange, DirectoryChange.provider_id == Provider.id)
    assert reading().scalars(changed.order_by(DirectoryChange.seq.desc())).first() == "Fast", "numbered in this order"


def read_anew():
    """Let the next search read the log, as it does after a while, and begin a new view of the database."""
    reading().rollback()
    with transaction():
        pass


OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.plugins.app import make_settings
from marketplace.kernel.database import reading
from marketplace.site.app import create_app
from tests.providers.directory.test_index import names

app = create_app(make_settings(Path(sys.argv[1]), database_url=sys.argv[2]))
with app.app_context():
    for _line in sys.stdin:
        print(*sorted(names()), sep=",", flush=True)
        reading().rollback()
"""


def test_another_process_sees_the_change(market):
    settings = market.extensions["handrail_settings"]
    command = [sys.executable, "-c", OTHER_PROCESS, str(settings.data), settings.database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:

        def ask():
            print(file=other.stdin, flush=True)
            return set(other.stdout.readline().strip().split(","))

        assert ask() == {"Ana", "Bo", "Cleo"}
        with transaction() as session:
            ana(session).name = "Amy"
        assert names() == {"Amy", "Bo", "Cleo"}
        while "Ana" in (seen := ask()):  # For a quarter of a second; a test that waits for ever is ended.
            assert seen == {"Ana", "Bo", "Cleo"}
        assert seen == {"Amy", "Bo", "Cleo"}
        other.stdin.close()


# The log

# Behind the list stands what these tables say; the others that refer to partners are no part of it.
WATCHED = {
    "absence",
    "booking",
    "busy_time",
    "credential",
    "holiday_choice",
    "language_proof",
    "member",
    "member_language",
    "niche",
    "person",
    "product",
    "provider",
    "release",
    "season",
    "season_interval",
    "service",
    "track",
    "weekly_interval",
    "worked_holiday",
}


def test_what_the_list_is_made_of_is_watched(app):
    triggers = {
        "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master "
        "WHERE type = 'trigger' AND name LIKE '%_is_noted' GROUP BY 1",
        "postgresql": "SELECT event_object_table, count(*) FROM information_schema.triggers "
        "WHERE trigger_name LIKE '%_is_noted' GROUP BY 1",
    }[db.engine.dialect.name]
    found = dict(reading().execute(sa.text(triggers)).all())
    assert set(found) == WATCHED
    assert {table for table, count in found.items() if count != len(VERBS)} == {"person"}, "only its name is listed"


def test_whatever_the_index_reads_is_watched(market):
    read = set()

    def note(_connection, _cursor, statement, *_rest):
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    directory_index.build(reading(), NOON)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    unwatched = read - WATCHED - {"directory_change", "exchange_rate"}  # These are read at every look.
    assert not unwatched, "give it triggers, see migrations/watching.py"


def test_the_log_is_kept_for_a_day(market):
    with transaction() as session:
        changes = sa.select(sa.func.count()).select_from(DirectoryChange)
        before = session.scalar(changes)
        last = session.scalar(sa.select(sa.func.max(DirectoryChange.at)))
        commands.forget_changes(session, now=last + DAY - timedelta(seconds=90))
        assert session.scalar(changes) == before > 0
        commands.forget_changes(session, now=last + DAY)
        assert session.scalar(changes) == 0
    with transaction() as session:
        ana(session).name = "Amy"  # Its number is a new one, though the others are gone.
    hold_to_everybody()
