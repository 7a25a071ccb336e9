"""One answer to each review; reports of reviews, and what staff decide about them."""

from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.rules import StaffRole
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import OutboxMessage
from providers.profiles import commands, queries, selfchecks
from providers.profiles.rules import OnlyOwners
from providers.profiles.rules.reviews import (
    AnsweredAlready,
    ReportDecided,
    ReportedAlready,
    ReportStatus,
    ReviewSubject,
)
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.profiles import make_member, make_provider
from tests.factories.reviews import make_report, make_review
from tests.factories.support_requests import make_request

ANSWER = "We have learned from it."


def letters(session):
    """To whom something is owed, the page to which it leads, and what it says."""
    owed = [one.payload for one in session.query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)]
    return [
        (one["to"], urlsplit(one["action"][1]).path, "\n".join([one["subject"], *one["paragraphs"]])) for one in owed
    ]


def actions(session, subject):
    about = select(AuditEntry.action).filter_by(subject_kind=subject.__tablename__, subject_id=subject.id)
    return list(session.scalars(about.order_by(AuditEntry.id)))


# Answers


def test_the_owner_answers_once(session):
    review = make_review(session)
    owner = review.provider.members[0]
    commands.answer_review(session, owner, review.id, ANSWER, now=NOON)
    assert (review.answer, review.answered_at, review.answered_by) == (ANSWER, NOON, owner.person_id)
    assert actions(session, review) == ["answer"]
    with pytest.raises(AnsweredAlready):
        commands.answer_review(session, owner, review.id, "And another thing.", now=NOON)


def test_who_only_works_there_does_not_answer(session):
    review = make_review(session)
    with pytest.raises(OnlyOwners):
        commands.answer_review(session, make_member(session, review.provider), review.id, ANSWER, now=NOON)


@pytest.mark.parametrize(
    "facts",
    [
        {"blind_until": NOON + DAY},
        {"hidden_at": NOON, "hidden_reason": "It names somebody."},
        {"about": ReviewSubject.CUSTOMER},
    ],
    ids=["blind", "hidden", "of the customer"],
)
def test_only_what_is_public_is_answered(session, facts):
    review = make_review(session, **facts)
    with pytest.raises(NotFound):
        commands.answer_review(session, review.provider.members[0], review.id, ANSWER, now=NOON)


def test_nobody_answers_for_another_business(session):
    with pytest.raises(NotFound):
        commands.answer_review(session, make_provider(session).members[0], make_review(session).id, ANSWER, now=NOON)


# Reports


def test_a_report_is_kept_and_told_to_staff(session):
    review, reporter = make_review(session), make_person(session)
    make_staff(session, StaffRole.SUPPORT, email="desk@example.test", password="a good long phrase")
    commands.report_review(session, review.id, reporter.id, "It names my sister.", now=NOON)
    [to_staff] = letters(session)
    assert to_staff[0] == "desk@example.test"
    assert "It names my sister." in to_staff[2]
    with pytest.raises(ReportedAlready):
        commands.report_review(session, review.id, reporter.id, "Again.", now=NOON)


@pytest.mark.parametrize(
    "facts",
    [
        {"blind_until": NOON + DAY},
        {"hidden_at": NOON, "hidden_reason": "It names somebody."},
        {"about": ReviewSubject.CUSTOMER},
    ],
    ids=["blind", "hidden", "of the customer"],
)
def test_nobody_reports_what_they_can_not_read(session, facts):
    review, reporter = make_review(session, **facts), make_person(session)
    with pytest.raises(NotFound):
        commands.report_review(session, review.id, reporter.id, "Why not?", now=NOON)


def test_customers_report_what_partners_say_of_them(session):
    review = make_review(session, about=ReviewSubject.CUSTOMER)
    commands.report_review(session, review.id, review.customer_id, "I was never rude.", now=NOON)
    clerk, report = make_staff(session), make_report(session, review=review)
    commands.decide_report(session, report.id, ReportStatus.HIDDEN, reason="You were not.", by=clerk.id, now=NOON)
    assert queries.reviews_of_customer(session, review.customer_id, limit=9) == []
    assert review.provider.figures.ratings == 0, "it has never been counted"


# Decisions


def test_what_is_hidden_is_not_shown_and_not_counted(session):
    review, clerk = make_review(session), make_staff(session)
    reports = [make_report(session, review=review) for _number in range(2)]
    assert selfchecks.ratings_that_disagree_with_reviews(session) == []
    commands.decide_report(session, reports[0].id, ReportStatus.HIDDEN, reason="It does.", by=clerk.id, now=NOON)
    session.refresh(review.provider)
    assert (review.provider.ratings, review.provider.stars_sum) == (0, 0)
    assert queries.reviews(session, review.provider_id, limit=9) == []
    assert selfchecks.ratings_that_disagree_with_reviews(session) == []
    assert {one.status for one in reports} == {ReportStatus.HIDDEN}, "all who have reported it are answered"
    assert actions(session, review) == ["report_hidden"]
    told = [(to, "It does." in text) for to, _path, text in letters(session)]  # Two have reported it, one wrote it.
    assert len(told) == 3
    assert all(says_why for _to, says_why in told)
    with pytest.raises(ReportDecided):
        commands.decide_report(session, reports[1].id, ReportStatus.KEPT, reason="Hm.", by=clerk.id, now=NOON)


def test_what_is_kept_stays_as_it_was(session):
    review, clerk = make_review(session), make_staff(session)
    report = make_report(session, review=review)
    commands.decide_report(session, report.id, ReportStatus.KEPT, reason="It is fair.", by=clerk.id, now=NOON)
    session.refresh(review.provider)
    assert (review.provider.ratings, review.is_shown) == (1, True)
    assert (report.status, report.answer, report.decided_by) == (ReportStatus.KEPT, "It is fair.", clerk.id)
    subjects = [text.splitlines()[0] for _to, _path, text in letters(session)]
    assert subjects == ["The review that you reported stays", "Your review was reported, and stays"]


@pytest.mark.parametrize(
    "facts",
    [
        {"answer": ANSWER},
        {"hidden_at": NOON},
        {"hidden_at": NOON, "hidden_reason": "So.", "blind_until": NOON + DAY},
    ],
    ids=["by nobody", "without reason", "never shown"],
)
def test_the_database_refuses_half_of_a_decision(session, facts):
    one = make_request(session, status="closed", closed_at=NOON - DAY)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_review(session, support_request=one, **facts)


@pytest.mark.parametrize("facts", [{"status": ReportStatus.KEPT}, {"answer": "So."}, {"decided_at": NOON}])
def test_a_report_is_decided_as_a_whole(session, facts):
    review = make_review(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_report(session, review=review, **facts)


# Pages


def test_the_public_reads_the_answer_and_nothing_that_is_hidden(client, app):
    with time_machine.travel(NOON, tick=False):
        with transaction() as session:
            review = make_review(session)
            slug, review_id = review.provider.slug, review.id
            client.sign_in(review.provider.members[0].person)
        answer = client.post(f"/work/reviews/{review_id}/answer", data={"answer": ANSWER})
        assert answer.status_code == 302
        assert ANSWER in client.get(f"/providers/{slug}").text
        assert client.get(f"/api/v1/providers/{slug}").json["reviews"][0]["answer"] == ANSWER
        report = client.post(f"/reviews/{review_id}/report", data={"reason": "It is about somebody else."})
        assert report.status_code == 302
        with transaction() as session:
            client.sign_in(make_staff(session))
        page = client.get("/vendor/reviews").text
        assert "It is about somebody else." in page
        report_id = page.partition("/vendor/reviews/")[2].partition('"')[0]
        decided = {"status": "hidden", "reason": "It is."}
        assert client.post(f"/vendor/reviews/{report_id}", data=decided).status_code == 302
        page = client.get(f"/providers/{slug}").text
    assert ANSWER not in page
    assert "No reviews yet" in page
