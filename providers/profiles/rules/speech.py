"""How well somebody speaks a language, and how well they write it: as they say themselves, or proven."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.translate import LazyText, _, _l
from providers.profiles.rules import Cefr

MAX_PROOF_LENGTH = 200


class Medium(StrEnum):
    """In which way a language is used: a guided session is spoken, all other work is written."""

    SPOKEN = "spoken"
    WRITTEN = "written"

    @property
    def label(self) -> LazyText:
        """The medium in a word."""
        return MEDIUM_LABELS[self]


MEDIUM_LABELS = {Medium.SPOKEN: _l("Speaking"), Medium.WRITTEN: _l("Writing")}


@dataclass(frozen=True, slots=True)
class Speech:
    """How well a language is spoken and written, and up to which level that is proven; None for not at all."""

    spoken: Cefr | None = None
    written: Cefr | None = None
    spoken_proven: Cefr | None = None
    written_proven: Cefr | None = None

    @classmethod
    def both(cls, level: Cefr) -> "Speech":
        """Give somebody who speaks and writes equally well, and says so."""
        return cls(level, level)

    @property
    def level(self) -> Cefr:
        """The better of the two."""
        best = self.at()
        assert best is not None, "somebody speaks or writes it"
        return best

    def at(self, medium: Medium | None = None, *, is_proven: bool = False) -> Cefr | None:
        """Tell how well the language is known in a medium, or in the better of both."""
        spoken, written = (self.spoken_proven, self.written_proven) if is_proven else (self.spoken, self.written)
        wanted = {Medium.SPOKEN: [spoken], Medium.WRITTEN: [written], None: [spoken, written]}[medium]
        return max((one for one in wanted if one is not None), default=None)

    def is_proven(self, medium: Medium) -> bool:
        """Tell whether the level that is told of a medium is proven."""
        told = self.at(medium)
        return told is not None and told == self.at(medium, is_proven=True)

    @property
    def text(self) -> str:
        """The levels in words: one if both are the same."""
        if self.spoken == self.written:
            return str(self.level.label)
        if self.spoken is None:
            return _("%(level)s written") % {"level": self.level.label}
        if self.written is None:
            return _("%(level)s spoken") % {"level": self.level.label}
        facts = {"written": self.written.label, "spoken": self.spoken.label}
        return _("%(written)s written, %(spoken)s spoken") % facts

    @property
    def proof_text(self) -> str:
        """What of it is proven, in words; empty if nothing is."""
        told = {one for one in Medium if self.at(one) is not None}
        proven = {one for one in told if self.is_proven(one)}
        if not proven:
            return ""
        if proven == told:
            return _("proven")
        return _("spoken proven") if Medium.SPOKEN in proven else _("written proven")


def proven_level(told: Cefr | None, proof: Cefr | None) -> Cefr | None:
    """Tell which level counts as proven: what is told, unless that is more than was proven."""
    return told if told is not None and proof is not None and told <= proof else None


Speeches: TypeAlias = Mapping[str, Speech]


def together(speeches: Iterable[Speeches]) -> dict[str, Speech]:
    """Bring what several people speak together, each language at the best level among them; the best come first."""
    best: dict[str, Speech] = {}
    for one in speeches:
        for language, speech in one.items():
            best[language] = _better(best.get(language, Speech()), speech)
    return dict(sorted(best.items(), key=lambda one: (-list(Cefr).index(one[1].level), one[0])))


def _better(one: Speech, other: Speech) -> Speech:
    levels = {
        (medium, is_proven): max(
            (level for each in (one, other) if (level := each.at(medium, is_proven=is_proven)) is not None),
            default=None,
        )
        for medium in Medium
        for is_proven in (False, True)
    }
    return Speech(*(levels[medium, is_proven] for is_proven in (False, True) for medium in Medium))


@dataclass(frozen=True, slots=True)
class Proof:
    """What has shown how well somebody knows a language, and when."""

    language: str
    medium: Medium
    level: Cefr
    what: str
    proven_on: date


def check_proven_on(day: date, today: date) -> None:
    """See that something has happened.

    Raises:
        InvalidInput: it is still to come; names the field.
    """
    if day > today:
        raise InvalidInput({"proven_on": [_("Choose a day that is past, or today.")]})


class OwnLanguage(NotAllowed):
    """Nobody proves what colleagues of the same business speak, or they themselves."""

    message = _l("This is your own business. Let a colleague of the vendor decide.")
