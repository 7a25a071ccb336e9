"""Businesses that want to become partners, for pages that need some."""

from datetime import timedelta

from marketplace.accounts.models import Person
from marketplace.kernel.clock import utcnow
from providers.applications import links
from providers.applications.rules import ApplicationStatus
from providers.profiles import queries as profiles
from providers.services import queries as services
from tests.factories.accounts import make_person
from tests.factories.applications import make_applicant, make_application, make_invitation, make_question
from tests.journeys.cast import AMINA, JOANA, MARISOL
from tests.journeys.market import give_account


def let_apply(session):
    """Let Amina be asked something about her application, and another one wait; Marisol has invited somebody."""
    now = utcnow()
    abouts = {"en": "I move sites between hosts, from Lagos.", "ar": "أنقل المواقع بين الخوادم."}
    business = make_applicant(session, person=give_account(session, AMINA), name="Okafor Hosting", abouts=abouts)
    asked = make_application(session, provider=business, status=ApplicationStatus.QUESTIONS_ASKED)
    joana = session.query(Person).filter_by(email=JOANA.email).one()
    make_question(session, asked, asked_by=joana.id, asked_at=now)
    person = make_person(session, name="Tomás Rey")
    waiting = make_application(session, provider=make_applicant(session, person=person, name="Rey y Cía"))
    marisol = session.query(Person).filter_by(email=MARISOL.email).one()
    home = profiles.membership(session, marisol.id).provider
    invitation = make_invitation(session, home, made_at=now, expires_at=now + timedelta(days=7))
    [service, *_others] = services.services_of(session, home.id)
    return {"application": waiting.id, "invited": links.make(invitation.id), "service": service.id}
