"""What must always hold of applications: each check finds what is broken, and nothing else."""

from marketplace.jobs import selfchecks as jobs
from marketplace.matching.rules import OfferStatus
from providers.applications import selfchecks
from providers.applications.rules import ApplicationStatus
from providers.profiles.rules import ProviderStatus
from tests.factories import NOON
from tests.factories.applications import make_applicant, make_application, make_question
from tests.factories.matching import make_offer
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


def found(session):
    return {check.__name__ for check in selfchecks.CHECKS if check(session)}


def test_nothing_is_found_where_all_is_well(session):
    make_provider(session)  # On the list since before there were applications.
    make_application(session)
    admitted = make_applicant(session, status=ProviderStatus.LISTED)
    make_application(session, provider=admitted, status=ApplicationStatus.APPROVED)
    asked = make_application(session, status=ApplicationStatus.QUESTIONS_ASKED)
    make_question(session, asked)
    withdrawn = make_application(session, status=ApplicationStatus.WITHDRAWN)
    make_question(session, withdrawn)
    assert found(session) == set()


def test_who_has_applied_is_listed_by_approval_only(session):
    make_application(session, provider=make_applicant(session, status=ProviderStatus.LISTED))
    assert found(session) == {"businesses_that_nobody_approved"}


def test_who_is_approved_is_listed(session):
    make_application(session, status=ApplicationStatus.APPROVED)
    assert found(session) == {"businesses_that_nobody_approved"}


def test_who_applies_has_an_application(session):
    make_applicant(session)
    assert found(session) == {"applicants_without_an_application"}


def test_who_waits_for_an_answer_has_asked_something(session):
    make_application(session, status=ApplicationStatus.QUESTIONS_ASKED)
    assert found(session) == {"questions_that_nobody_is_asked"}


def test_what_is_asked_is_waited_for(session):
    make_question(session, make_application(session))
    assert found(session) == {"questions_that_nobody_is_asked"}


def test_nothing_is_offered_to_who_only_applies(session):
    listed, applying = make_provider(session), make_applicant(session)
    searching = {"support_request": make_request(session)}
    make_offer(session, provider=listed, **searching)
    make_offer(session, provider=applying, status=OfferStatus.WITHDRAWN, answered_at=NOON, **searching)
    assert jobs.offers_to_businesses_that_only_apply(session) == []
    make_offer(session, provider=applying, support_request=make_request(session))
    assert len(jobs.offers_to_businesses_that_only_apply(session)) == 1
