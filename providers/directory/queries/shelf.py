"""What is said of providers on the list, kept from one search to the next until it changes.

The same few are on most pages. What is kept belongs to no session: it is read in one of its own, with all that a page
shows, and nobody changes it.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from marketplace.catalogue import queries as catalogue
from marketplace.kernel.database import db
from providers.profiles import queries as profiles
from providers.profiles.models import Provider
from providers.profiles.rules import Figures
from providers.profiles.rules.speech import Speeches
from providers.services import queries as services
from providers.services.models import Service
from providers.services.rules import Terms

MOST_KEPT = 1_000  # Providers, of some ten kilobytes each.


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a provider, whoever reads.

    Itself, the languages of its members, its figures, what it sells and on which terms, the valid certificates of its
    members, and by the id of a certificate the releases it is for. `pictures` is for whoever shows it: what was drawn
    of it, to be forgotten together with it.
    """

    provider: Provider
    languages: Speeches
    figures: Figures
    sold: Sequence[tuple[Service, Terms]]
    held: Sequence[Credential]
    certified_for: Mapping[int, frozenset[str]]
    pictures: dict[Hashable, Sequence[str]] = field(default_factory=dict, compare=False)


def said_of(session: Session, providers: Sequence[Provider], now: datetime) -> dict[int, Said]:
    """Read what is said of providers, by their ids."""
    people = [member.person_id for one in providers for member in one.workers]
    sold = services.services_by_provider(session, [one.id for one in providers])
    certified = credentials.valid_credentials(session, people, now)
    releases = catalogue.releases(session)
    certified_for = {
        one.id: frozenset(release.key for release in releases if one.is_for(release))
        for held in certified.values()
        for one in held
    }
    return {
        one.id: Said(
            one,
            one.languages,
            one.figures,
            [(service, service.terms) for service in sold.get(one.id, [])],
            [credential for member in one.workers for credential in certified.get(member.person_id, [])],
            certified_for,
        )
        for one in providers
    }


@dataclass(slots=True)
class Shelf:
    """What is kept in this process; whoever was asked for longest ago makes room."""

    _kept: OrderedDict[int, Said] = field(default_factory=OrderedDict)
    _turn: int = 0
    _lock: Lock = field(default_factory=Lock)

    def forget(self, provider_ids: Iterable[int] | None = None) -> None:
        """Forget providers that have changed, or everybody."""
        with self._lock:
            self._turn += 1
            for one in list(self._kept) if provider_ids is None else provider_ids:
                self._kept.pop(one, None)

    def find(self, provider_ids: Collection[int], now: datetime) -> Mapping[int, Said]:
        """Give what is said of those who are on the list."""
        with self._lock:
            turn = self._turn
            found = {one: self._kept[one] for one in provider_ids if one in self._kept}
            for one in found:
                self._kept.move_to_end(one)
        missing = [one for one in provider_ids if one not in found]
        if missing:
            with Session(db.engine) as apart:
                listed = [one for one in profiles.providers_by_id(apart, missing).values() if one.is_listed]
                read = said_of(apart, listed, now)
            self._keep(read, turn)
            found |= read
        return found

    def _keep(self, read: Mapping[int, Said], turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return  # Somebody has changed meanwhile: perhaps one of these, after it was read.
            self._kept.update(read)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
