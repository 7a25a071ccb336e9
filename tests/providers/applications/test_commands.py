"""Applying, being asked, being decided about; what each of them leaves behind."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from certification.credentials import commands as credentials
from certification.credentials import queries as read_credentials
from marketplace.accounts.rules import StaffRole
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.matching import queries as matching
from providers.applications import commands, queries
from providers.applications.models import Application
from providers.applications.rules import (
    CONDUCT_VERSION,
    REAPPLY_AFTER,
    ApplicationOver,
    ApplicationStatus,
    HasApplied,
    NotReady,
    OwnApplication,
    Step,
    TooSoonAgain,
    WasAdmitted,
)
from providers.profiles import queries as profiles
from providers.profiles.commands import NamePassesForAnother
from providers.profiles.models import BusinessDetails
from providers.profiles.rules import MemberRole, OnlyOwners, Profile, ProviderStatus, WorksElsewhere
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.applications import make_applicant, make_application, make_question
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request

PROFILE = Profile("Estudio Faro", "ES", {"es": "Ayudamos."}, 3)


def begun(session, person=None, profile=PROFILE):
    """Begin to apply; gives the owner's membership."""
    person = person or make_person(session)
    commands.begin(session, person.id, profile, currency="EUR", zone="Europe/Madrid", now=NOON)
    return profiles.membership(session, person.id)


def listed(session):
    return {one.slug for one in profiles.listed_providers(session)}


def deeds(session, kind):
    """List what was written down of things of a kind, and by whom."""
    entries = session.scalars(select(AuditEntry).filter_by(subject_kind=kind).order_by(AuditEntry.id))
    return [(one.action, one.by_person_id) for one in entries]


@pytest.fixture
def clerk(session):
    return make_staff(session, StaffRole.CERTIFICATION)


# Beginning


def test_who_applies_brings_a_business_that_nobody_finds(session):
    owner = begun(session)
    provider = owner.provider
    assert (provider.slug, provider.status, provider.is_listed) == ("estudio-faro", ProviderStatus.APPLYING, False)
    assert (owner.role, owner.zone, provider.currency) == (MemberRole.OWNER, "Europe/Madrid", "EUR")
    assert queries.latest_application(session, provider.id).status is ApplicationStatus.DRAFT
    assert listed(session) == set()
    with pytest.raises(NotFound):
        profiles.provider_by_slug(session, "estudio-faro")
    assert deeds(session, "application") == [("begin", owner.person_id)]


def test_two_businesses_of_one_name_have_addresses_of_their_own(session):
    one, other, third = begun(session), begun(session), begun(session, profile=Profile("النور", "EG", {"ar": "ن"}, 1))
    assert one.provider.slug == "estudio-faro"
    assert other.provider.slug.startswith("estudio-faro-")
    assert third.provider.slug == "partner"


def test_one_person_works_for_one_provider(session):
    owner = begun(session)
    with pytest.raises(WorksElsewhere):
        begun(session, owner.person)


# Sending


def test_it_is_sent_when_all_that_can_be_typed_is_there(session):
    provider = make_applicant(session, is_certified=False, has_bank_account=False)
    owner = provider.members[0]
    application = make_application(session, provider=provider, status=ApplicationStatus.DRAFT)
    with pytest.raises(NotReady, match="Statement of conduct"):
        commands.submit(session, owner, now=NOON)
    commands.accept_conduct(session, owner, now=NOON)
    assert (application.conduct_version, application.conduct_accepted_by) == (CONDUCT_VERSION, owner.person_id)
    commands.submit(session, owner, now=NOON)
    assert (application.status, application.submitted_at) == (ApplicationStatus.SUBMITTED, NOON)
    with pytest.raises(IllegalMove):
        commands.submit(session, owner, now=NOON)


def test_each_step_is_told_by_what_is_there(session):
    bare = begun(session, profile=Profile("Bo", "ES", {}, 1)).provider
    full = make_applicant(session)
    done = queries.steps_done(session, [bare, full], NOON)
    assert (done[bare.id], done[full.id]) == (set(), set(Step) - {Step.CONDUCT})


def test_only_owners_apply(session):
    provider = make_applicant(session)
    make_application(session, provider=provider, status=ApplicationStatus.DRAFT)
    member = make_member(session, provider)
    for perform in (commands.submit, commands.accept_conduct, commands.withdraw, commands.apply_again):
        with pytest.raises(OnlyOwners):
            perform(session, member, now=NOON)
    with pytest.raises(OnlyOwners):
        commands.answer(session, member, "Here.", now=NOON)


# Deciding


def test_who_is_approved_is_on_the_list_at_once(session, clerk):
    application = make_application(session)
    provider = application.provider
    commands.approve(session, application.id, by=clerk.id, now=NOON)
    assert (application.status, application.decided_by) == (ApplicationStatus.APPROVED, clerk.id)
    assert listed(session) == {provider.slug}
    assert ("approve", clerk.id) in deeds(session, "application")
    assert ("admit", clerk.id) in deeds(session, "provider")
    with pytest.raises(IllegalMove):
        commands.approve(session, application.id, by=clerk.id, now=NOON)


def test_of_two_who_apply_with_names_that_look_alike_the_second_needs_another(session, clerk):
    names = ("Studio Faro", "Studio-F\u0430ro")
    first, second = (make_application(session, provider=make_applicant(session, name=name)) for name in names)
    commands.approve(session, first.id, by=clerk.id, now=NOON)
    with pytest.raises(NamePassesForAnother), session.begin_nested():
        commands.approve(session, second.id, by=clerk.id, now=NOON)
    second.provider.name = "Faro Sur"
    commands.approve(session, second.id, by=clerk.id, now=NOON)
    assert second.provider.is_listed


def test_nobody_is_matched_before_they_are_approved(session, clerk):
    make_rates(session)
    support_request = make_request(session, category=make_category(session, niche=make_niche(session)))
    provider = make_applicant(session, niche=support_request.category.niche)
    application = make_application(session, provider=provider)
    assert matching.matches(session, support_request, NOON) == []
    commands.approve(session, application.id, by=clerk.id, now=NOON)
    assert [one.provider_id for one in matching.matches(session, support_request, NOON)] == [provider.id]


@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        ({"is_certified": False}, "Certificates"),
        ({"has_bank_account": False}, "How you are paid"),
    ],
)
def test_nobody_is_approved_while_the_check_list_has_holes(session, clerk, lacks, named):
    application = make_application(session, provider=make_applicant(session, **lacks))
    with pytest.raises(NotReady) as refusal:
        commands.approve(session, application.id, by=clerk.id, now=NOON)
    assert refusal.value.text == f"This is still missing: {named}."
    assert listed(session) == set()


def test_what_was_there_when_it_was_sent_may_be_gone_when_it_is_decided(session, clerk):
    application = make_application(session)
    [held] = read_credentials.valid_credentials(session, [application.provider.members[0].person_id], NOON).values()
    credentials.revoke(session, held[0].id, reason="Somebody else sat the exam.", by=clerk.id, now=NOON)
    session.delete(session.get(BusinessDetails, application.provider_id))
    session.flush()
    session.expire_all()
    with pytest.raises(NotReady) as refusal:
        commands.approve(session, application.id, by=clerk.id, now=NOON)
    assert refusal.value.details["steps"] == "Business details and Certificates"


def test_an_older_statement_of_conduct_does_not_count(session, clerk):
    application = make_application(session, conduct_version=CONDUCT_VERSION - 1)
    with pytest.raises(NotReady, match="Statement of conduct"):
        commands.approve(session, application.id, by=clerk.id, now=NOON)
    commands.accept_conduct(session, application.provider.members[0], now=NOON)
    commands.approve(session, application.id, by=clerk.id, now=NOON)


def test_who_is_refused_reads_why(session, clerk):
    application = make_application(session)
    commands.refuse(session, application.id, reason="Nobody could reach you.", by=clerk.id, now=NOON)
    assert (application.status, application.reason) == (ApplicationStatus.REFUSED, "Nobody could reach you.")
    assert application.provider.status is ProviderStatus.APPLYING
    with pytest.raises(ApplicationOver):
        commands.accept_conduct(session, application.provider.members[0], now=NOON)


def test_nobody_decides_about_their_own_business(session, clerk):
    application = make_application(session, provider=make_applicant(session, person=clerk))
    for perform in (
        lambda: commands.ask(session, application.id, "Who are you?", by=clerk.id, now=NOON),
        lambda: commands.approve(session, application.id, by=clerk.id, now=NOON),
        lambda: commands.refuse(session, application.id, reason="No.", by=clerk.id, now=NOON),
    ):
        with pytest.raises(OwnApplication):
            perform()


# Questions


def test_a_question_waits_for_its_answer_before_anybody_is_approved(session, clerk):
    application = make_application(session)
    owner = application.provider.members[0]
    commands.ask(session, application.id, "Where do you work?", by=clerk.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.approve(session, application.id, by=clerk.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.ask(session, application.id, "And when?", by=clerk.id, now=NOON)
    commands.answer(session, owner, "In Cádiz.", now=NOON + DAY)
    commands.ask(session, application.id, "And when?", by=clerk.id, now=NOON + DAY)
    session.expire(application)
    assert [(one.question, one.answer) for one in application.questions] == [
        ("Where do you work?", "In Cádiz."),
        ("And when?", None),
    ]
    assert application.submitted_at == NOON - 2 * DAY, "who has waited longest still has"


def test_there_is_nothing_to_answer_before_something_is_asked(session):
    application = make_application(session)
    with pytest.raises(IllegalMove):
        commands.answer(session, application.provider.members[0], "Hello?", now=NOON)


# Once more


def test_who_withdraws_may_begin_again_and_all_is_kept(session):
    application = make_application(session)
    owner = application.provider.members[0]
    commands.withdraw(session, owner, now=NOON)
    commands.apply_again(session, owner, now=NOON)
    assert [one.status for one in queries.applications_of(session, owner.provider_id)] == [
        ApplicationStatus.DRAFT,
        ApplicationStatus.WITHDRAWN,
    ]


def test_who_was_refused_is_told_the_day_of_the_next_try(session):
    application = make_application(session, status=ApplicationStatus.REFUSED, decided_at=NOON)
    owner = application.provider.members[0]
    with pytest.raises(TooSoonAgain) as refusal:
        commands.apply_again(session, owner, now=NOON + REAPPLY_AFTER - DAY)
    assert refusal.value.text.startswith("You can apply again from Apr 9, 2026, ")
    commands.apply_again(session, owner, now=NOON + REAPPLY_AFTER)
    assert queries.latest_application(session, owner.provider_id).status is ApplicationStatus.DRAFT


def test_a_business_has_one_application_at_a_time(session):
    application = make_application(session)
    with pytest.raises(HasApplied):
        commands.apply_again(session, application.provider.members[0], now=NOON)


def test_who_is_in_the_directory_has_nothing_to_apply_for(session):
    with pytest.raises(WasAdmitted):
        commands.apply_again(session, make_provider(session).members[0], now=NOON)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": ApplicationStatus.DRAFT, "submitted_at": NOON},
        {"submitted_at": None},
        {"status": ApplicationStatus.APPROVED, "decided_at": None, "decided_by": None},
        {"status": ApplicationStatus.REFUSED, "reason": None},
        {"reason": "It is not refused."},
        {"conduct_version": None},
        {"conduct_accepted_at": None},
        {"status": ApplicationStatus.APPROVED, "decided_at": NOON - 9 * DAY},
    ],
)
def test_no_row_says_what_can_not_be(session, broken):
    with pytest.raises(IntegrityError):
        make_application(session, **broken)
    session.rollback()


def test_the_database_keeps_a_second_live_application_and_a_second_open_question_out(session):
    application = make_application(session, status=ApplicationStatus.QUESTIONS_ASKED)
    make_question(session, application)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_application(session, provider=application.provider)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_question(session, application)
    assert session.scalars(select(Application)).all() == [application]
