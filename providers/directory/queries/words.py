"""Reading the words by which providers are found."""

import json
from array import array
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.kernel.translate import languages
from providers.directory.queries.reading import Places, Source, nothing_collected, raw, rows_of, small
from providers.directory.rules import Whole, WordIndex, plain_words, stem
from providers.profiles.models import Member, Provider
from providers.profiles.queries import IS_LISTED, TAKES_JOBS


def load_words(session: Session, provider_ids: Whole, *, is_everybody: bool) -> WordIndex:
    """Read the words of names, which stay as they are, and of profiles, which are brought to their stems.

    Args:
        session: for reading.
        provider_ids: of the providers of a segment, in order; who is not on the list any more has no words.
        is_everybody: whether these are all, so that they need not be named to the database.
    """
    with nothing_collected():
        return _read(Source(session, None if is_everybody else provider_ids.tolist()), provider_ids)


class _Known(dict[str, int]):
    """The places of the words of a language, by the word as it is written."""

    def __init__(self, places: Places[str], language: str) -> None:
        self._places, self._language = places, language

    def __missing__(self, word: str) -> int:
        self[word] = self._places[stem(word, self._language)]
        return self[word]


def _read(source: Source, provider_ids: Whole) -> WordIndex:
    places = Places[str]()
    ids, counts, codes = array("q"), array("i"), array("i")

    def note(provider_id: int, known: Mapping[str, int], text: str) -> None:
        found = set(map(known.__getitem__, plain_words(text)))
        ids.append(provider_id)
        counts.append(len(found))
        codes.extend(found)

    as_written = _Known(places, "")
    in_language = defaultdict[str, _Known](lambda: as_written, {one: _Known(places, one) for one in languages()})
    about = select(Provider.id, Provider.name, raw(Provider.abouts)).where(*IS_LISTED)
    for rows in source.pieces(about, Provider.id):
        for provider_id, name, written in rows:
            note(provider_id, as_written, name)
            for language, text in (json.loads(written) if isinstance(written, str) else written).items():
                note(provider_id, in_language[language], text)
    names = select(Member.provider_id, Person.name).join(Person, Person.id == Member.person_id).where(*TAKES_JOBS)
    for rows in source.pieces(names, Member.provider_id):
        for provider_id, name in rows:
            note(provider_id, as_written, name)
    row, is_here = rows_of(np.array(ids, dtype=np.int64), provider_ids)
    each = np.repeat(is_here, counts)
    return WordIndex(list(places), small(np.repeat(row, counts)[each]), np.array(codes, dtype=np.int32)[each])
