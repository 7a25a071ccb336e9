"""What marks say, in words."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from certification.exams.evidence import Report
from certification.exams.models import Exam
from certification.exams.rules.judging import (
    LATELY_DAYS,
    LEAST_ANSWERS,
    WEAK_INDEX,
    Evidence,
    Oddity,
    interval,
)
from certification.exams.rules.options import Chosen
from marketplace.kernel.translate import _, format_and, format_number, format_percent, ngettext

MEAN_RANGE = (50, 75)  # As Moodle's guide to its report wants them, in percent.
SD_RANGE = (12, 18)
GOOD_ALPHA, POOR_ALPHA = 75, 64
GOOD_INDEX = 30.0
MAX_LENGTH = 80


def share(part: float | None) -> str:
    """Write a share as a percentage; a stroke where nothing can be told."""
    return "–" if part is None else format_percent(Decimal(round(100 * part)))


def percent(number: float | None) -> str:
    """Write a figure that is in percent; a stroke where nothing can be told."""
    return share(None if number is None else number / 100)


def too_few(count: int) -> str:
    """Say that so few answers say nothing, and how many it takes."""
    words = ngettext("Too few answers: %(n)s.", "Too few answers: %(n)s.", count) % {"n": format_number(count)}
    return words + " " + _("It takes %(least)s.") % {"least": format_number(LEAST_ANSWERS)}


def few_attempts(count: int) -> str:
    """Say that so few attempts say nothing yet, and how many it takes."""
    facts = {"n": format_number(count), "least": format_number(LEAST_ANSWERS)}
    words = ngettext(
        "%(n)s attempt counts so far. Figures are told from %(least)s on.",
        "%(n)s attempts count so far. Figures are told from %(least)s on.",
        count,
    )
    return words % facts


def exam_rows(found: Report, exam: Exam) -> list[tuple[str, str, str]]:
    """Write what marks say about an exam: the figure, its value, and how to read it."""
    figures, marks = found.figures.exam, exam.questions
    rows = [
        _passed(found),
        (_("Mean score"), _of(figures.mean, marks), _mean(figures.mean, marks)),
        (_("Median score"), _of(figures.median, marks), _("Half of the attempts are above it, half below.")),
        (_("Standard deviation"), _of(figures.sd, marks), _sd(figures.sd, marks)),
        (_("Internal consistency (alpha)"), percent(figures.alpha), _alpha(figures.alpha)),
    ]
    if figures.standard_error is not None:
        words = _("By chance alone, one attempt in three is off by more than this. Mind those close to the pass mark.")
        rows.append((_("Standard error"), _of(figures.standard_error, marks), words))
    return rows


def _passed(found: Report) -> tuple[str, str, str]:
    attempts, passed = found.counted.attempts, found.counted.passed
    between = interval(passed, attempts)
    assert between is not None, "figures are told of many attempts"
    facts = {"passed": format_number(passed), "of": format_number(attempts)}
    edges = {"low": share(between[0]), "high": share(between[1])}
    counted = _("%(passed)s of %(of)s.") % facts
    sure = _("With so many attempts, the real share lies between %(low)s and %(high)s (95 of 100 times).") % edges
    return _("Passed"), share(passed / attempts), f"{counted} {sure}"


def _of(marks: float | None, most: int) -> str:
    return percent(None if marks is None or not most else 100 * marks / most)


def _mean(marks: float | None, most: int) -> str:
    low, high = MEAN_RANGE
    if marks is None or low <= 100 * marks / most <= high:
        return _("As most exams want it: neither hard nor easy.")
    if 100 * marks / most < low:
        return _("Low: the exam is hard, or many try too early.")
    return _("High: the exam is easy for those who try.")


def _sd(marks: float | None, most: int) -> str:
    low, high = SD_RANGE
    if marks is None or low <= 100 * marks / most <= high:
        return _("As most exams want it: candidates are told apart.")
    if 100 * marks / most < low:
        return _("Small: the exam hardly tells candidates apart.")
    return _("Large: some know much more than others.")


def _alpha(alpha: float | None) -> str:
    if alpha is None:
        return _("Only told where everybody is asked the same: here each attempt has a draw of its own.")
    if alpha >= GOOD_ALPHA:
        return _("Satisfactory: the questions measure the same thing.")
    if alpha >= POOR_ALPHA:
        return _("Middling: some questions measure something else, or there are few.")
    return _("Unsatisfactory: the questions do not measure the same thing, or there are too few.")


def reading_help() -> list[tuple[str, str]]:
    """Say how to read the figures of questions."""
    index = _(
        "Whether those who earn more in the rest of their attempt do better here. From %(good)s on that is good, below "
        "%(weak)s look at it, below %(nothing)s something is wrong."
    )
    edges = {"good": percent(GOOD_INDEX), "weak": percent(WEAK_INDEX), "nothing": percent(0)}
    return [
        (_("Mean mark"), _("Near the whole mark everybody can do it, near nothing nobody can.")),
        (_("By guessing"), _("What choosing blindly brings on average.")),
        (_("Discrimination"), index % edges),
        (_("Efficiency"), _("The same, as a share of what is possible with marks like these.")),
        (_("Weight"), _("Its part in what sets attempts apart; only told where everybody is asked the same.")),
        (_("Shown"), _("In how many attempts it was asked, with those that are not counted here.")),
    ]


def reason(oddity: Oddity, found: Evidence) -> str:
    """Say what is odd about a question, and what may be behind it."""
    return _REASONS[oddity](found)


def _against(found: Evidence) -> str:
    words = _("Those who do well otherwise do worse here (discrimination %(index)s). Look at what is marked as right.")
    return words % {"index": percent(found.figures.discrimination_index)}


def _drawn(found: Evidence) -> str:
    words = _("Those who do well otherwise choose %(answers)s. It may be right too, or the text misleads.")
    return words % {"answers": _named([one for one in found.choices if one.draws_the_better])}


def _hard(found: Evidence) -> str:
    facts = {"facility": share(found.figures.facility), "guess": share(found.guess)}
    if found.guess is not None and (found.figures.facility or 0) <= found.guess:
        return _("The mean mark is %(facility)s; guessing brings %(guess)s.") % facts
    return _("The mean mark is only %(facility)s.") % facts


def _weak(found: Evidence) -> str:
    words = _("Those who do well otherwise do hardly better here (discrimination %(index)s).")
    return words % {"index": percent(found.figures.discrimination_index)}


def _easy(found: Evidence) -> str:
    words = _("The mean mark is %(facility)s: it takes up the place of a question that says something.")
    return words % {"facility": share(found.figures.facility)}


def _unchosen(found: Evidence) -> str:
    words = _("Nobody chooses %(answers)s. A likelier mistake would make guessing harder.")
    return words % {"answers": _named([one for one in found.choices if one.is_never_chosen])}


def _exposed(found: Evidence) -> str:
    words = _(
        "Asked in %(share)s of the attempts of the last %(days)s days. More questions about its topic would spare it."
    )
    return words % {"share": share(found.shown_lately), "days": format_number(LATELY_DAYS)}


_REASONS = {
    Oddity.AGAINST: _against,
    Oddity.DRAWN_TO_WRONG: _drawn,
    Oddity.TOO_HARD: _hard,
    Oddity.WEAK: _weak,
    Oddity.TOO_EASY: _easy,
    Oddity.UNCHOSEN: _unchosen,
    Oddity.EXPOSED: _exposed,
}


def _named(choices: Sequence[Chosen]) -> str:
    return format_and([_("“%(answer)s”") % {"answer": plain(one.option.text).rstrip(".")} for one in choices])


def plain(markup: str) -> str:
    """Give harmless HTML as text of one line, not too long."""
    words = str(Markup(markup).striptags())  # noqa: S704 - only to take the tags away
    return words if len(words) <= MAX_LENGTH else words[: MAX_LENGTH - 1] + "…"
