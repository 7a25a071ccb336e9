"""What a regrade would change, worked out from rows; nothing is written."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple, Self

from certification.banks.kinds import Content
from certification.exams.rules import AttemptState
from certification.exams.rules.doubts import DoubtStatus
from certification.exams.rules.regrading import After, Before, Decision, Remedy, regraded

STANDING = frozenset({DoubtStatus.OPEN, DoubtStatus.KEPT})


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided about a question in an attempt before.

    Attributes:
        was_scored: whether it was scored as it was asked; None if nothing was decided yet.
        decision: the last one, with the version whose key counts.
        doubt: the last mark that put the pass in doubt, and whether it is scored then.
        status: where that doubt stands.
        open_doubt_id: the doubt that waits.
    """

    was_scored: bool | None = None
    decision: tuple[Decision, int | None] | None = None
    doubt: tuple[str | None, bool] | None = None
    status: DoubtStatus | None = None
    open_doubt_id: int | None = None

    def and_then(self, row: Any) -> "Earlier":
        """Give what was decided with one more decision."""
        is_in_doubt = row.doubt_id is not None
        return Earlier(
            was_scored=row.was_scored if self.was_scored is None else self.was_scored,
            decision=(Decision(row.remedy, row.fallback), row.version_id),
            doubt=(row.mark, row.is_scored) if is_in_doubt else self.doubt,
            status=row.status if is_in_doubt else self.status,
            open_doubt_id=row.doubt_id if row.status is DoubtStatus.OPEN else self.open_doubt_id,
        )


class Asked(NamedTuple):
    """A question that an attempt asked: its row, what was decided before, and what it is marked by."""

    row: Any
    earlier: Earlier
    others: int
    newest: Content | None  # Whose key counts, if one does.
    seen: Content

    @property
    def before(self) -> Before:
        """How it stands."""
        row, was_scored = self.row, self.earlier.was_scored
        return Before(
            state=row.state,
            mark=None if row.mark is None else Fraction(row.mark),
            is_scored=row.is_scored,
            was_scored=row.is_scored if was_scored is None else was_scored,
            others=self.others,
            earned=None if row.earned is None else Fraction(row.earned),
            pass_percent=row.pass_percent,
        )

    @property
    def carried(self) -> Fraction | None:
        """The mark by the newest key; None if that can't mark the answer, or does not count."""
        return carried_mark(tuple(self.row.response), self.newest, self.seen)


def carried_mark(response: tuple[str, ...], newest: Content | None, seen: Content) -> Fraction | None:
    """Mark an answer to an earlier version by the newest key; None if that can't be."""
    carried = None if newest is None else newest.carried(response, seen)
    return None if newest is None or carried is None else newest.mark(carried)


@dataclass(frozen=True, slots=True)
class Change:
    """What would change in an attempt."""

    asked_id: int
    attempt_id: int
    reference: str
    person_id: int
    name: str
    track: Mapping[str, str]
    edition: int
    moment: datetime | None  # At which it ended; None as long as it has not.
    before: Before
    after: After
    is_carried: bool  # By the newest key, if that counts.
    settles: int | None  # The doubt that waits, and is no more.

    @classmethod
    def of(cls, asked: Asked, decision: Decision, newest_id: int) -> Self | None:
        """Work out what a decision changes in an attempt; None if nothing."""
        row, before, carried = asked.row, asked.before, asked.carried
        after = regraded(before, decision, carried)
        if _is_known(asked, before, after, decision, newest_id):
            return None
        facts = (row.asked_id, row.attempt_id, row.reference, row.person_id, row.name, row.track, row.edition)
        is_carried = decision.remedy is not Remedy.NEWEST_KEY or carried is not None
        return cls(*facts, row.ended_at, before, after, is_carried, asked.earlier.open_doubt_id)

    @property
    def brings(self) -> bool:
        """Tell whether it becomes a pass."""
        return self.after.brings(self.before.state)

    @property
    def endangers(self) -> bool:
        """Tell whether the pass would be in doubt."""
        return self.after.endangers(self.before.state)

    @property
    def is_graded(self) -> bool:
        """Tell whether it has a score that changes."""
        return self.after.result is not None

    @property
    def percent_before(self) -> int | None:
        """The score as it stands, rounded down."""
        if self.before.earned is None:
            return None
        return int(100 * self.before.earned / (self.before.others + self.before.is_scored))

    @property
    def percent(self) -> int | None:
        """The score as it would be, rounded down."""
        return None if self.after.result is None else self.after.result.percent

    @property
    def state(self) -> AttemptState:
        """The state as it stands."""
        return self.before.state

    @property
    def state_by_marks(self) -> AttemptState:
        """What the attempt would be by its marks."""
        if self.after.result is None:
            return self.before.state
        return AttemptState.PASSED if self.after.result.is_passed else AttemptState.FAILED

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """Its place in a list: those first whose outcome changes."""
        return not self.brings, not self.endangers, not self.is_graded, self.attempt_id


def _is_known(asked: Asked, before: Before, after: After, decision: Decision, newest_id: int) -> bool:
    """Tell whether all is so already, or was decided so."""
    earlier = asked.earlier
    if before.state is AttemptState.IN_PROGRESS:
        return earlier.decision == (decision, newest_id if decision.remedy is Remedy.NEWEST_KEY else None)
    if after.endangers(before.state):
        mark = None if after.mark is None else str(after.mark)
        return earlier.status in STANDING and earlier.doubt == (mark, after.is_scored)
    is_same = (before.mark, before.is_scored) == (after.mark, after.is_scored)
    return is_same and earlier.open_doubt_id is None


@dataclass(frozen=True, slots=True)
class DryRun:
    """All that a decision about some versions of a question would change."""

    decision: Decision
    versions: tuple[int, ...]
    version_id: int | None  # Whose key counts, if one does.
    last_regrade_id: int | None
    changes: Sequence[Change]
    attempts: int  # That were asked one of these versions.

    @property
    def passes(self) -> int:
        """How many attempts become passes."""
        return sum(one.brings for one in self.changes)

    @property
    def doubts(self) -> int:
        """How many passes would be in doubt."""
        return sum(one.endangers for one in self.changes)

    @property
    def scores(self) -> int:
        """In how many attempts the score alone changes."""
        return sum(one.is_graded and not one.brings and not one.endangers for one in self.changes)

    @property
    def waiting(self) -> int:
        """How many are not graded yet."""
        return sum(not one.is_graded for one in self.changes)

    @property
    def not_carried(self) -> int:
        """How many answers the newest key, if it counts, can't mark."""
        return sum(not one.is_carried for one in self.changes)

    @property
    def seen(self) -> str:
        """A digest of all of it: who confirms it confirms what they have seen, and nothing else."""
        told = [
            str(one)
            for change in self.changes
            for one in (change.asked_id, change.before, change.after, change.settles)
        ]
        facts = [str(self.decision), self.versions, self.version_id, self.last_regrade_id, self.attempts, *told]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
