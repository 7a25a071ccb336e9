"""Banks with questions."""

from certification.banks import commands
from certification.banks.formats import Entry
from tests.factories import NOON
from tests.factories.questions import EVERY_KIND
from tests.factories.tracks import make_track


def make_entries():
    """Give a question of every kind."""
    return [Entry(name=f"Q{number}", content=made(), topic="Basics") for number, made in enumerate(EVERY_KIND)]


def make_bank(session, *, track=None, entries=None):
    """Make a bank for a track, with a question of every kind unless others are given."""
    bank = commands.open_bank(session, (track or make_track(session)).slug, by=None, now=NOON)
    commands.import_questions(session, bank.id, make_entries() if entries is None else entries, by=None, now=NOON)
    return bank
