"""What is true of banks: how far a question has come, how hard it is, and what it is about."""

import re
from enum import StrEnum

from certification.banks.kinds import one_line
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_BANK_NAME_LENGTH = 120
MAX_NAME_LENGTH = 255
MAX_IDNUMBER_LENGTH = 100
MAX_TOPIC_LENGTH = 255
MAX_TAG_LENGTH = 50
MAX_TAGS = 20
DEFAULT_NAME_LENGTH = 80


class Difficulty(StrEnum):
    """How hard a question is meant to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"

    @property
    def label(self) -> LazyText:
        """The difficulty in words."""
        return DIFFICULTY_LABELS[self]


DIFFICULTY_LABELS = {
    Difficulty.EASY: _l("Easy"),
    Difficulty.MEDIUM: _l("Medium"),
    Difficulty.HARD: _l("Hard"),
}


class QuestionState(StrEnum):
    """How far a question has come."""

    DRAFT = "draft"
    TRIAL = "trial"
    LIVE = "live"
    RETIRED = "retired"

    @property
    def label(self) -> LazyText:
        """The state in words."""
        return STATE_LABELS[self]

    @property
    def tone(self) -> str:
        """How the state is marked."""
        return STATE_TONES[self]


STATE_LABELS = {
    QuestionState.DRAFT: _l("Draft"),
    QuestionState.TRIAL: _l("On trial: asked, but not scored"),
    QuestionState.LIVE: _l("Asked and scored"),
    QuestionState.RETIRED: _l("Asked no more"),
}

STATE_TONES = {
    QuestionState.DRAFT: "neutral",
    QuestionState.TRIAL: "active",
    QuestionState.LIVE: "good",
    QuestionState.RETIRED: "warn",
}


class QuestionAction(StrEnum):
    """What can happen to a question."""

    TRY = "try"
    PUT_LIVE = "put_live"
    RETIRE = "retire"
    BRING_BACK = "bring_back"

    @property
    def label(self) -> LazyText:
        """What is done, as a button says it."""
        return ACTION_LABELS[self]


ACTION_LABELS = {
    QuestionAction.TRY: _l("Put on trial"),
    QuestionAction.PUT_LIVE: _l("Put live"),
    QuestionAction.RETIRE: _l("Retire"),
    QuestionAction.BRING_BACK: _l("Bring back as a draft"),
}

LIFECYCLE = StateTable[QuestionState, QuestionAction]({
    (QuestionState.DRAFT, QuestionAction.TRY): QuestionState.TRIAL,
    (QuestionState.DRAFT, QuestionAction.PUT_LIVE): QuestionState.LIVE,
    (QuestionState.DRAFT, QuestionAction.RETIRE): QuestionState.RETIRED,
    (QuestionState.TRIAL, QuestionAction.PUT_LIVE): QuestionState.LIVE,
    (QuestionState.TRIAL, QuestionAction.RETIRE): QuestionState.RETIRED,
    (QuestionState.LIVE, QuestionAction.TRY): QuestionState.TRIAL,
    (QuestionState.LIVE, QuestionAction.RETIRE): QuestionState.RETIRED,
    (QuestionState.RETIRED, QuestionAction.BRING_BACK): QuestionState.DRAFT,
})  # fmt: skip

_SLASH = re.compile("(?<!/)/(?!/)")  # One that stands between two topics; a doubled one is part of a name.
_CONTEXT = re.compile(r"\$[a-z]+\$")
_TAG_NEVER_HAS = re.compile("[<>`]")


def topic_of(path: str) -> str:
    """Bring the path of a topic into one form: `Upgrades/From 5.x`, with `//` for a slash in a name."""
    parts = (one_line(part.replace("//", "/"), MAX_TOPIC_LENGTH).strip("/ ") for part in _SLASH.split(path))
    return "/".join(part.replace("/", "//") for part in parts if part)


def topic_in_moodle(path: str) -> str:
    """Read a category of Moodle's, without the words at its beginning that say where it hangs."""
    first, *rest = _SLASH.split(path.strip())
    parts = rest if _CONTEXT.fullmatch(first.strip()) else [first, *rest]
    if parts and parts[0].strip() == "top":
        parts = parts[1:]
    return topic_of("/".join(parts))


def tag_of(words: str) -> str:
    """Bring a tag into the form that every format can hold."""
    return one_line(_TAG_NEVER_HAS.sub("", words), MAX_TAG_LENGTH).rstrip("\\ ")


def idnumber_of(words: str) -> str:
    """Bring the number under which a question is known elsewhere into the form that every format can hold."""
    return one_line(words, MAX_IDNUMBER_LENGTH).rstrip("\\ ")
