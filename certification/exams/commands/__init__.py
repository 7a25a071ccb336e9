"""What can be done to exams and to attempts."""

from certification.exams.commands.allowing import allow, take_back
from certification.exams.commands.attempts import (
    AnsweredElsewhere,
    AttemptEnded,
    Traces,
    answer,
    end_overdue,
    start,
    submit,
)
from certification.exams.commands.doubts import keep_pass, take_back_pass
from certification.exams.commands.drafting import change_draft, discard_draft, make_draft
from certification.exams.commands.dropping import NeededQuestion, drop_question
from certification.exams.commands.grading import conclude, end, let_lapse, let_stand_again, mark_text, void
from certification.exams.commands.judging import estimate, take_cut
from certification.exams.commands.publishing import publish, withdraw
from certification.exams.commands.regrading import OutdatedDryRun, regrade

__all__ = [
    "AnsweredElsewhere",
    "AttemptEnded",
    "NeededQuestion",
    "OutdatedDryRun",
    "Traces",
    "allow",
    "answer",
    "change_draft",
    "conclude",
    "discard_draft",
    "drop_question",
    "end",
    "end_overdue",
    "estimate",
    "keep_pass",
    "let_lapse",
    "let_stand_again",
    "make_draft",
    "mark_text",
    "publish",
    "regrade",
    "start",
    "submit",
    "take_back",
    "take_back_pass",
    "take_cut",
    "void",
    "withdraw",
]
