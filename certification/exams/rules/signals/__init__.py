"""What is worth a look by a person: never more than a hint, and nothing follows from it by itself."""

from certification.exams.rules.signals.answers import AnswersAlike, answers_alike
from certification.exams.rules.signals.kinds import SIGNAL_LABELS, SignalKind
from certification.exams.rules.signals.places import SamePlace, Trace, same_places
from certification.exams.rules.signals.speed import Pace, TooFast, too_fast
from certification.exams.rules.signals.spread import Exposed, Risen, exposed, risen

__all__ = [
    "SIGNAL_LABELS",
    "AnswersAlike",
    "Exposed",
    "Pace",
    "Risen",
    "SamePlace",
    "SignalKind",
    "TooFast",
    "Trace",
    "answers_alike",
    "exposed",
    "risen",
    "same_places",
    "too_fast",
]
