"""Businesses that apply, and people they invite."""

from providers.applications.models import Application, ApplicationQuestion, Invitation
from providers.applications.rules import CONDUCT_VERSION, INVITED_FOR, ApplicationStatus
from providers.profiles.models import BusinessDetails
from providers.profiles.rules import ProviderStatus
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_niche
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_provider
from tests.factories.services import make_service

DECIDED = {ApplicationStatus.APPROVED, ApplicationStatus.REFUSED}


def make_business(session, provider, **overrides):
    """Say who a provider is on papers."""
    facts = {"legal_name": "Bo Helps GmbH", "address": "Am Markt 1", "country": "ES", "updated_at": NOON}
    session.add(BusinessDetails(provider_id=provider.id, **{**facts, **overrides}))
    session.flush()
    session.expire(provider)


def make_applicant(session, *, is_certified=True, niche=None, **overrides):
    """Make a business that has done all that can be asked of one, but is not on the list."""
    provider = make_provider(session, **{"status": ProviderStatus.APPLYING, **overrides})
    niche = niche or make_niche(session)
    make_business(session, provider)
    make_hours(session, provider.members[0])
    make_service(session, provider=provider, niche=niche)
    if is_certified:
        make_credential(session, person=provider.members[0].person, niche=niche)
    return provider


def make_application(session, *, provider=None, status=ApplicationStatus.SUBMITTED, **overrides):
    """Make an application in this state, with what every one of them has by then."""
    provider = provider or make_applicant(session)
    facts = {"provider_id": provider.id, "status": status, "begun_at": NOON - 3 * DAY}
    if status is not ApplicationStatus.DRAFT:
        facts |= {"submitted_at": NOON - 2 * DAY, "conduct_version": CONDUCT_VERSION}
        facts |= {"conduct_accepted_at": NOON - 2 * DAY, "conduct_accepted_by": provider.members[0].person_id}
    if status in DECIDED:
        facts |= {"decided_at": NOON - DAY, "decided_by": make_staff(session).id}
    if status is ApplicationStatus.REFUSED:
        facts["reason"] = "Nobody could reach you."
    application = Application(**{**facts, **overrides})
    session.add(application)
    session.flush()
    return application


def make_question(session, application, **overrides):
    """Let staff have asked something."""
    facts = {"application_id": application.id, "question": "Where do you work?", "asked_at": NOON - DAY}
    asker = {} if "asked_by" in overrides else {"asked_by": make_staff(session).id}
    question = ApplicationQuestion(**{**facts, **asker, **overrides})
    session.add(question)
    session.flush()
    session.expire(application)
    return question


def make_invitation(session, provider, **overrides):
    """Invite somebody into a business, by its first member."""
    facts = {"provider_id": provider.id, "email": "new@example.test", "made_by": provider.members[0].person_id}
    facts |= {"made_at": NOON - DAY, "expires_at": NOON - DAY + INVITED_FOR}
    invitation = Invitation(**{**facts, **overrides})
    session.add(invitation)
    session.flush()
    return invitation
