"""How far an exam and an attempt at it have come."""

from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class ExamState(StrEnum):
    """How far an exam has come; one at most of each track is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def label(self) -> LazyText:
        """The state in words."""
        return EXAM_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return EXAM_TONES[self]


EXAM_LABELS = {
    ExamState.DRAFT: _l("Draft"),
    ExamState.PUBLISHED: _l("Published"),
    ExamState.RETIRED: _l("Replaced or withdrawn"),
}
EXAM_TONES = {
    ExamState.DRAFT: "neutral",
    ExamState.PUBLISHED: "good",
    ExamState.RETIRED: "warn",
}


class ExamAction(StrEnum):
    """What can happen to an exam."""

    CHANGE = "change"
    PUBLISH = "publish"
    RETIRE = "retire"


EXAM_LIFECYCLE = StateTable[ExamState, ExamAction]({
    (ExamState.DRAFT, ExamAction.CHANGE): ExamState.DRAFT,
    (ExamState.DRAFT, ExamAction.PUBLISH): ExamState.PUBLISHED,
    (ExamState.PUBLISHED, ExamAction.RETIRE): ExamState.RETIRED,
})  # fmt: skip


class AttemptState(StrEnum):
    """How far an attempt has come; what is not in progress was ended, and is never answered again."""

    IN_PROGRESS = "in_progress"
    UNDER_REVIEW = "under_review"  # A person has to mark a text, or looks at every result of this exam.
    PASSED = "passed"
    FAILED = "failed"
    VOIDED = "voided"

    @property
    def label(self) -> LazyText:
        """The state in words."""
        return ATTEMPT_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return ATTEMPT_TONES[self]


ATTEMPT_LABELS = {
    AttemptState.IN_PROGRESS: _l("In progress"),
    AttemptState.UNDER_REVIEW: _l("A person is looking at it"),
    AttemptState.PASSED: _l("Passed"),
    AttemptState.FAILED: _l("Not passed"),
    AttemptState.VOIDED: _l("Does not count"),
}
ATTEMPT_TONES = {
    AttemptState.IN_PROGRESS: "active",
    AttemptState.UNDER_REVIEW: "warn",
    AttemptState.PASSED: "good",
    AttemptState.FAILED: "bad",
    AttemptState.VOIDED: "plain",
}


class AttemptAction(StrEnum):
    """What can happen to an attempt."""

    REVIEW = "review"
    MARK = "mark"
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    VOID = "void"


# From passed to failed only staff leads, after a question was graded anew; from passed to voided nothing does: a
# certificate that was given is revoked instead.
LIFECYCLE = StateTable[AttemptState, AttemptAction]({
    (AttemptState.IN_PROGRESS, AttemptAction.REVIEW): AttemptState.UNDER_REVIEW,
    (AttemptState.IN_PROGRESS, AttemptAction.PASS): AttemptState.PASSED,
    (AttemptState.IN_PROGRESS, AttemptAction.FAIL): AttemptState.FAILED,
    (AttemptState.IN_PROGRESS, AttemptAction.VOID): AttemptState.VOIDED,
    (AttemptState.UNDER_REVIEW, AttemptAction.MARK): AttemptState.UNDER_REVIEW,
    (AttemptState.UNDER_REVIEW, AttemptAction.PASS): AttemptState.PASSED,
    (AttemptState.UNDER_REVIEW, AttemptAction.FAIL): AttemptState.FAILED,
    (AttemptState.UNDER_REVIEW, AttemptAction.VOID): AttemptState.VOIDED,
    (AttemptState.FAILED, AttemptAction.PASS): AttemptState.PASSED,
    (AttemptState.FAILED, AttemptAction.VOID): AttemptState.VOIDED,
    (AttemptState.PASSED, AttemptAction.FAIL): AttemptState.FAILED,
})  # fmt: skip

GRADED = frozenset({AttemptState.PASSED, AttemptState.FAILED})
COUNTED = frozenset(AttemptState) - {AttemptState.VOIDED}  # Among the tries that somebody has had.
