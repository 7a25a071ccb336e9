"""Finding what belongs together."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from certification.banks.kinds.base import (
    ANSWER,
    Content,
    Control,
    Kind,
    Posted,
    Problems,
    Response,
    Seen,
    ShownIds,
    in_shown_order,
    one_value,
    own_ids,
    same_parts,
    too_many,
)
from certification.banks.kinds.texts import Text, TextFormat
from marketplace.kernel.translate import _


@dataclass(frozen=True)
class Match:
    """An answer to match with, always plain text."""

    id: str
    text: Text


@dataclass(frozen=True)
class Pair:
    """A prompt, and the answer that belongs to it."""

    id: str
    prompt: Text
    match_id: str


@dataclass(frozen=True, kw_only=True)
class Matching(Content):
    """Each prompt is given one of the answers; an answer may belong to several prompts, or to none."""

    KIND: ClassVar[Kind] = Kind.MATCHING
    pairs: tuple[Pair, ...]
    matches: tuple[Match, ...]

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        parts = (*(one.prompt for one in self.pairs), *(one.text for one in self.matches))
        return self.stem, self.general_feedback, *parts

    def part_ids(self) -> tuple[str, ...]:
        """Name the prompts and the answers."""
        return (*(one.id for one in self.pairs), *(one.id for one in self.matches))

    def seen(self, ids: ShownIds) -> Seen:
        """Show the prompts, and the answers among which each of them chooses."""
        return self._seen(
            Control.MATCH,
            options=in_shown_order({one.id: one.text for one in self.matches}, ids),
            prompts=in_shown_order({one.id: one.prompt for one in self.pairs}, ids),
        )

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read what each prompt was given, in their order; empty for one without an answer."""
        allowed = [one.id for one in self.matches]
        chosen = [one_value(posted, f"{ANSWER}-{ids[one.id]}") for one in self.pairs]
        own = ["".join(own_ids([value], ids, allowed)) if value else "" for value in chosen]
        return tuple(own) if any(own) else ()

    def write_response(self, response: Response, ids: ShownIds) -> Posted:
        """Write what each prompt was given."""
        given = zip(self.pairs, response, strict=False)
        return {f"{ANSWER}-{ids[one.id]}": [ids[own]] for one, own in given if own}

    def carried(self, response: Response, before: Content) -> Response | None:
        """Find what each prompt of now was given."""
        assert isinstance(before, Matching), "a question never changes its kind"
        prompts = same_parts(*({one.id: one.prompt for one in content.pairs} for content in (self, before)))
        now = same_parts(*({one.id: one.text for one in content.matches} for content in (before, self))) | {"": ""}
        given = dict(zip((one.id for one in before.pairs), response, strict=False))
        if not given:
            return ()
        if len(prompts) < len(self.pairs) or any(given[own] not in now for own in prompts.values()):
            return None
        return tuple(now[given[prompts[one.id]]] for one in self.pairs)

    def mark(self, response: Response) -> Fraction:
        """Give the part of the pairs that is right."""
        right = [given == one.match_id for given, one in zip(response, self.pairs, strict=False)]
        return Fraction(sum(right), len(self.pairs))

    def _check_parts(self) -> Problems:
        problems = too_many(self.pairs, "pairs") or too_many(self.matches, "pairs")
        if not self.pairs or len(self.matches) < 2:  # noqa: PLR2004 - a choice
            problems["pairs"] = [_("This needs at least one pair, and two different answers to match with.")]
        elif not all([*(one.prompt for one in self.pairs), *(one.text for one in self.matches)]):
            problems["pairs"] = [_("A pair lacks one of its sides.")]
        elif len(set(self.part_ids())) != len(self.part_ids()):
            problems["pairs"] = [_("Two of its parts have the same id.")]
        elif not {one.match_id for one in self.pairs} <= {one.id for one in self.matches}:
            problems["pairs"] = [_("A pair lacks one of its sides.")]
        return problems


def pair_up(sides: Sequence[tuple[Text, Text]]) -> tuple[tuple[Pair, ...], tuple[Match, ...]]:
    """Make pairs of prompts and answers; equal answers are one, and those without a prompt come last, to mislead."""
    matches: list[Match] = []
    pairs: list[Pair] = []
    for prompt, answer in sorted(sides, key=lambda side: not side[0]):
        plain = Text(answer.words, TextFormat.PLAIN)
        known = next((one for one in matches if one.text == plain), None)
        if known is None:
            known = Match(f"m{len(matches) + 1}", plain)
            matches.append(known)
        if prompt:
            pairs.append(Pair(f"p{len(pairs) + 1}", prompt, known.id))
    return tuple(pairs), tuple(matches)
