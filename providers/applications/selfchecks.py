"""What must always hold of applications; `handrail check` asks every day. Each check names what is broken."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from providers.applications.models import Application, ApplicationQuestion
from providers.applications.rules import CLOSED, ApplicationStatus
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus


def businesses_that_nobody_approved(session: Session) -> list[str]:
    """Who has applied is on the list, or was, because somebody has approved it; who has not is not."""
    approved = select(Application.provider_id).filter_by(status=ApplicationStatus.APPROVED)
    applied = select(Application.provider_id)
    admitted = Provider.status != ProviderStatus.APPLYING
    listed = select(Provider.slug).where(admitted, Provider.id.in_(applied), Provider.id.not_in(approved))
    waiting = select(Provider.slug).where(~admitted, Provider.id.in_(approved))
    return [f"provider {slug} was listed, but not approved" for slug in session.scalars(listed)] + [
        f"provider {slug} was approved, but not listed" for slug in session.scalars(waiting)
    ]


def applicants_without_an_application(session: Session) -> list[str]:
    """A business that waits for nobody."""
    applied = select(Application.provider_id)
    lost = select(Provider.slug).where(Provider.status == ProviderStatus.APPLYING, Provider.id.not_in(applied))
    return [f"provider {slug} is applying, but has no application" for slug in session.scalars(lost)]


def questions_that_nobody_is_asked(session: Session) -> list[str]:
    """An application waits for an answer while something is asked, and only then."""
    asked = select(ApplicationQuestion.application_id).where(ApplicationQuestion.answered_at.is_(None))
    waits = Application.status == ApplicationStatus.QUESTIONS_ASKED
    silent = select(Application.id).where(waits, Application.id.not_in(asked))
    over = select(Application.id).where(~waits, Application.status.not_in(CLOSED), Application.id.in_(asked))
    return [f"application {one} waits for an answer to nothing" for one in session.scalars(silent)] + [
        f"application {one} goes on while a question is open" for one in session.scalars(over)
    ]


CHECKS = (businesses_that_nobody_approved, applicants_without_an_application, questions_that_nobody_is_asked)
