"""What candidates read of an exam."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from certification.exams.models import Exam
from certification.exams.rules import RetakeRules
from certification.exams.rules.allowances import Allowed
from certification.exams.rules.blueprints import ANYTHING
from marketplace.kernel.translate import _, format_and, format_moment, format_number, format_percent, ngettext

SAID_WITH_MINUTES_LEFT = (30, 10, 5, 1)


def days_in_words(count: int) -> str:
    """Say a number of days."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": format_number(count)}


def tries_in_words(count: int) -> str:
    """Say a number of tries."""
    return ngettext("%(n)s try", "%(n)s tries", count) % {"n": format_number(count)}


def questions_in_words(count: int) -> str:
    """Say a number of questions."""
    return ngettext("%(n)s question", "%(n)s questions", count) % {"n": format_number(count)}


def attempts_in_words(count: int) -> str:
    """Say a number of attempts."""
    return ngettext("%(n)s attempt", "%(n)s attempts", count) % {"n": format_number(count)}


def asked_in_words(number: int, count: int) -> str:
    """Say a version of a question, and how many attempts asked it."""
    facts = {"number": format_number(number), "attempts": attempts_in_words(count)}
    return _("Version %(number)s: %(attempts)s") % facts


def percent_in_words(percent: int) -> str:
    """Say a whole percentage."""
    return format_percent(Decimal(percent))


def allowed_in_words(allowed: Allowed, otherwise: str) -> str:
    """Say what somebody is allowed besides the rules, or else something else."""
    told = []
    if allowed.extra_percent:
        told.append(_("%(percent)s more time.") % {"percent": percent_in_words(allowed.extra_percent)})
    if allowed.may_try_from:
        told.append(_("One more try, from %(moment)s.") % {"moment": format_moment(allowed.may_try_from)})
    return " ".join(told) or otherwise


def score_in_words(percent: int | None) -> str:
    """Say a score, or that there is none yet."""
    return _("None yet") if percent is None else percent_in_words(percent)


def topics_of(exam: Exam) -> list[tuple[str, str]]:
    """List what is asked of, each topic with the number of its questions."""
    counted: dict[str, int] = {}
    for part in exam.blueprint:
        topic = part.topic.replace("//", "/") or str(ANYTHING)
        counted[topic] = counted.get(topic, 0) + part.questions
    return [(topic, questions_in_words(count)) for topic, count in counted.items()]


def waits_in_words(rules: RetakeRules) -> str:
    """Say when one may try again."""
    most = _("At most %(tries)s in %(days)s.") % {
        "tries": tries_in_words(rules.tries_max),
        "days": days_in_words(rules.window_days),
    }
    if not any(rules.waits_days):
        return _("You may try again at once.") + " " + most
    waits = format_and([days_in_words(days) for days in rules.waits_days])
    if len(rules.waits_days) == 1:
        return _("You may try again after %(wait)s.") % {"wait": waits} + " " + most
    return _("The waits before the second try and the ones after it: %(waits)s.") % {"waits": waits} + " " + most


def said_by_the_clock() -> Mapping[int, str]:
    """Give what is read out when so many seconds are left."""
    return {60 * count: minutes_left_in_words(count) for count in SAID_WITH_MINUTES_LEFT}


def minutes_left(deadline_at: datetime, now: datetime) -> int:
    """Count the minutes that are left, begun ones included."""
    return max(0, -((now - deadline_at) // timedelta(minutes=1)))


def minutes_left_in_words(count: int) -> str:
    """Say how many minutes are left."""
    return ngettext("%(n)s minute left", "%(n)s minutes left", count) % {"n": format_number(count)}
