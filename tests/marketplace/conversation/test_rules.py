"""What a promised update is, and how it is shown."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from marketplace.conversation.rules import (
    MAX_PROMISE,
    MIN_PROMISE,
    PromiseState,
    Side,
    may_promise,
    paragraphs,
    percent_left,
    promise_state,
    promise_view,
)
from marketplace.kernel.translate import use_reader
from tests.factories import DAY, HOUR, MINUTE, NOON


@dataclass
class Facts:
    """A promise of an hour, made at noon."""

    made_at: datetime = NOON
    due_at: datetime = NOON + HOUR
    kept_at: datetime | None = None
    missed_at: datetime | None = None
    ended_at: datetime | None = None


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (MIN_PROMISE - MINUTE, False),
        (MIN_PROMISE, True),
        (HOUR, True),
        (MAX_PROMISE, True),
        (MAX_PROMISE + MINUTE, False),
        (-HOUR, False),
    ],
)
def test_a_promise_lies_between_five_minutes_and_fourteen_days_ahead(ahead, allowed):
    assert may_promise(NOON + ahead, NOON) is allowed


@pytest.mark.parametrize(("after", "left"), [(0 * MINUTE, 100), (15 * MINUTE, 75), (HOUR, 0), (DAY, 0), (-HOUR, 100)])
def test_what_is_left_of_a_promise_runs_from_100_to_0(after, left):
    assert percent_left(Facts(), NOON + after) == left


@pytest.mark.parametrize(
    ("facts", "after", "state"),
    [
        (Facts(), MINUTE, PromiseState.RUNNING),
        (Facts(), 47 * MINUTE, PromiseState.RUNNING),
        (Facts(), 48 * MINUTE, PromiseState.SOON),
        (Facts(), HOUR, PromiseState.MISSED),
        (Facts(kept_at=NOON + MINUTE), DAY, PromiseState.KEPT),
        (Facts(missed_at=NOON + HOUR), DAY, PromiseState.MISSED),
        (Facts(missed_at=NOON + HOUR, ended_at=NOON + 2 * HOUR), DAY, PromiseState.MISSED),
        (Facts(ended_at=NOON + MINUTE), DAY, PromiseState.ENDED),
    ],
)
def test_a_promise_is_what_became_of_it(facts, after, state):
    assert promise_state(facts, NOON + after) is state


def test_the_clock_speaks_in_the_readers_zone():
    with use_reader("en", "Asia/Kathmandu"):
        shown = promise_view(Facts(), NOON + 30 * MINUTE)
    assert shown.due_text == "6:45\u202fPM"
    assert (shown.left_text, shown.fraction_left, shown.state) == ("30 minutes left", 50, PromiseState.RUNNING)


def test_a_far_promise_is_shown_with_its_day():
    with use_reader("en", "UTC"):
        shown = promise_view(Facts(due_at=NOON + 3 * DAY), NOON)
    assert "Mar 13, 2026" in shown.due_text


@pytest.mark.parametrize(
    ("facts", "after", "text"),
    [
        (Facts(), 3 * HOUR, "2 hours overdue"),
        (Facts(kept_at=NOON + MINUTE), 3 * HOUR, "Kept"),
        (Facts(ended_at=NOON + MINUTE), 3 * HOUR, "No longer needed"),
    ],
)
def test_a_promise_that_is_over_says_so(facts, after, text):
    shown = promise_view(facts, NOON + after)
    assert (shown.left_text, shown.fraction_left) == (text, 0)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("One line", ["One line"]),
        ("First\nstill first\n\nSecond", ["First\nstill first", "Second"]),
        ("\n\nFirst\r\n\r\n \r\n\r\nSecond  \n\n", ["First", "Second"]),
        ("", []),
    ],
)
def test_an_empty_line_begins_a_paragraph(body, parts):
    assert paragraphs(body) == parts


def test_every_side_has_a_label():
    assert all(str(side.label) for side in Side)
