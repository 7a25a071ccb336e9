"""What exams add to the pages of others."""

from flask import render_template

from certification.exams import evidence, queries, queries_of_signals, wording_of_statistics
from certification.exams import queries_of_regrades as regrades
from certification.exams.rules.judging import LEAST_ANSWERS
from marketplace.kernel.access import caller_id
from marketplace.kernel.database import reading


def on_certification() -> str:
    """Lead from the vendor's page of tracks to their exams."""
    session = reading()
    return render_template(
        "exams/panel.html",
        waiting=len(queries.under_review(session)),
        signals=queries_of_signals.count_open(session, but_of=caller_id()),
    )


def regrades_on_question(question_id: int) -> str:
    """Lead from a question that was asked to grading it anew, and tell how often that was done."""
    session = reading()
    made = regrades.regrades_of(session, question_id)
    return render_template(
        "exams/on_question.html",
        question_id=question_id,
        is_asked=bool(regrades.asked_versions(session, question_id)),
        made=made,
    )


def on_question(question_id: int) -> str:
    """Tell on the page of a question how often it was asked, and how it did."""
    found = list(evidence.performances(reading(), question_id))
    return render_template("exams/performance.html", found=found, least=LEAST_ANSWERS, wording=wording_of_statistics)


def on_bank(track_id: int) -> str:
    """Lead from a bank to what attempts at the latest exam of its track say about its questions."""
    begun = (one for one in queries.editions(reading(), track_id) if one.published_at)
    return render_template("exams/on_bank.html", exam=next(begun, None))
