"""What can be done to providers, and what is counted of their work."""

from providers.profiles.commands.breaks import end_break, take_break
from providers.profiles.commands.business import describe, describe_business, found, show_photo
from providers.profiles.commands.figures import count_first_answer, count_job, count_promise
from providers.profiles.commands.languages import prove_language, set_languages, take_back_proof
from providers.profiles.commands.levels import check_level, set_level
from providers.profiles.commands.members import change_role, hand_over, join, part
from providers.profiles.commands.reviews import (
    add_review,
    answer_review,
    decide_report,
    report_review,
    show_review,
)
from providers.profiles.commands.standing import DeskStays, NamePassesForAnother, admit, reinstate, suspend

__all__ = [
    "DeskStays",
    "NamePassesForAnother",
    "add_review",
    "admit",
    "answer_review",
    "change_role",
    "check_level",
    "count_first_answer",
    "count_job",
    "count_promise",
    "decide_report",
    "describe",
    "describe_business",
    "end_break",
    "found",
    "hand_over",
    "join",
    "part",
    "prove_language",
    "reinstate",
    "report_review",
    "set_languages",
    "set_level",
    "show_photo",
    "show_review",
    "suspend",
    "take_back_proof",
    "take_break",
]
