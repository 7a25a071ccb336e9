"""What staff read of something that was noticed: the numbers, in plain words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from certification.exams.models_of_signals import ExamSignal
from certification.exams.rules.signals import SignalKind
from certification.exams.rules.signals.spread import LATELY
from marketplace.kernel.translate import _, format_duration, format_number, format_percent, ngettext


def seen_in_words(signal: ExamSignal) -> str:
    """Say what was seen."""
    return _SAID[signal.kind](signal.facts)


def _same_place(facts: dict[str, Any]) -> str:
    apart = format_duration(timedelta(seconds=facts["apart_s"]))
    if facts["same_network"] and facts["same_device"]:
        what = _("Two persons took this exam in the same network, with devices that look the same.")
    elif facts["same_network"]:
        what = _("Two persons took this exam in the same network.")
    else:
        what = _("Two persons took this exam with devices that look the same and that few have.")
    when = _("Between the two lay %(time)s.") % {"time": apart} if facts["apart_s"] else _("They ran at the same time.")
    return f"{what} {when}"


def _speed(facts: dict[str, Any]) -> str:
    took, usual = (format_duration(timedelta(seconds=facts[name])) for name in ("seconds", "usual_seconds"))
    whole = _("It took %(took)s; half of the attempts at this edition take more than %(usual)s.")
    counted = ngettext(
        "%(fast)s of %(n)s right answer came in less than a quarter of the time usual for its question.",
        "%(fast)s of %(n)s right answers came in less than a quarter of the time usual for their question.",
        facts["right_answers"],
    )
    counts = {"fast": format_number(facts["fast_answers"]), "n": format_number(facts["right_answers"])}
    return f"{whole % {'took': took, 'usual': usual}} {counted % counts}"


def _same_answers(facts: dict[str, Any]) -> str:
    words = ngettext(
        "Both got %(n)s question wrong, and answered %(same)s alike; by chance about %(expected)s would be.",
        "Both got %(n)s questions wrong, and answered %(same)s alike; by chance about %(expected)s would be.",
        facts["both_wrong"],
    )
    numbers = {"same": facts["same"], "n": facts["both_wrong"], "expected": round(facts["expected"], 1)}
    return words % {name: format_number(value) for name, value in numbers.items()}


def _exposed(facts: dict[str, Any]) -> str:
    words = _("It was asked in %(asked)s of the %(attempts)s attempts of the last %(days)s days.")
    numbers = {"asked": facts["asked"], "attempts": facts["attempts"], "days": LATELY.days}
    return words % {name: format_number(value) for name, value in numbers.items()}


def _risen(facts: dict[str, Any]) -> str:
    words = _("It brings %(lately)s of its mark now, in the last %(days)s days, and brought %(before)s before.")
    held = _("That is more than the candidates have become better: %(errors)s standard errors above it.")
    shares = {name: format_percent(Decimal(round(100 * facts[name]))) for name in ("lately", "before")}
    errors = {"errors": format_number(round(facts["standard_errors"], 1))}
    return f"{words % {**shares, 'days': format_number(LATELY.days)}} {held % errors}"


_SAID = {
    SignalKind.SAME_PLACE: _same_place,
    SignalKind.SPEED: _speed,
    SignalKind.SAME_ANSWERS: _same_answers,
    SignalKind.EXPOSED: _exposed,
    SignalKind.RISEN: _risen,
}
