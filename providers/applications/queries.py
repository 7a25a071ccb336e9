"""Reading applications: what was said, what is done, what is missing."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certification.credentials import queries as credentials
from marketplace.accounts.models import Person
from marketplace.kernel.errors import NotFound
from marketplace.payments import queries as payments
from providers.applications.models import Application, ApplicationQuestion, Invitation
from providers.applications.rules import ApplicationStatus, Step
from providers.availability import queries as availability
from providers.profiles.models import Member, Provider
from providers.profiles.rules import MemberRole
from providers.services import queries as services

WAITING = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.QUESTIONS_ASKED})
DECIDED_SHOWN = 30
ONE_DAY = timedelta(days=1)

_WITH_MEMBERS = joinedload(Application.provider).options(
    selectinload(Provider.members).options(
        joinedload(Member.person), selectinload(Member.languages), selectinload(Member.proofs)
    ),
    joinedload(Provider.business),
)
_WITH_QUESTIONS = selectinload(Application.questions).options(
    joinedload(ApplicationQuestion.asker), joinedload(ApplicationQuestion.answerer)
)


def latest_application(session: Session, provider_id: int) -> Application | None:
    """Find the application that counts for a business: the one under way, or the last one."""
    theirs = select(Application).filter_by(provider_id=provider_id).order_by(Application.id.desc()).limit(1)
    return session.scalar(theirs.options(_WITH_QUESTIONS))


def applications_of(session: Session, provider_id: int) -> list[Application]:
    """List all applications of a business, the latest first."""
    theirs = select(Application).filter_by(provider_id=provider_id).order_by(Application.id.desc())
    return list(session.scalars(theirs.options(_WITH_QUESTIONS, joinedload(Application.decider))))


def application(session: Session, application_id: int) -> Application:
    """Find an application that was sent, with the business and what was asked, or raise `NotFound`."""
    wanted = select(Application).filter_by(id=application_id).where(Application.submitted_at.is_not(None))
    return _only(session, wanted.options(_WITH_MEMBERS, _WITH_QUESTIONS, joinedload(Application.decider)))


def lock_application(session: Session, application_id: int) -> Application:
    """Hold on to an application until the transaction ends, or raise `NotFound`."""
    wanted = select(Application).filter_by(id=application_id).with_for_update(key_share=True)
    return _only(session, wanted.execution_options(populate_existing=True))


def lock_latest_application(session: Session, provider_id: int) -> Application:
    """Hold on to the application that counts for a business until the transaction ends, or raise `NotFound`."""
    latest = select(func.max(Application.id)).filter_by(provider_id=provider_id).scalar_subquery()
    wanted = select(Application).where(Application.id == latest).with_for_update(key_share=True)
    return _only(session, wanted.execution_options(populate_existing=True))


def _only(session: Session, wanted: Select[Application]) -> Application:
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def open_question(session: Session, application_id: int) -> ApplicationQuestion:
    """Find what waits for an answer of a business; there must be something."""
    return session.scalars(select(ApplicationQuestion).filter_by(application_id=application_id, answered_at=None)).one()


def waiting_applications(session: Session) -> list[Application]:
    """List what waits for a decision, who has waited longest first."""
    waiting = select(Application).where(Application.status.in_(WAITING))
    in_order = waiting.order_by(Application.submitted_at, Application.id)
    return list(session.scalars(in_order.options(_WITH_MEMBERS, _WITH_QUESTIONS)))


def decided_applications(session: Session) -> list[Application]:
    """List what was decided last."""
    decided = select(Application).where(Application.decided_at.is_not(None))
    latest = decided.order_by(Application.decided_at.desc(), Application.id.desc()).limit(DECIDED_SHOWN)
    return list(session.scalars(latest.options(_WITH_MEMBERS)))


def owners(session: Session, provider_id: int) -> list[Person]:
    """List the owners of a business."""
    theirs = select(Person).join(Member, Member.person_id == Person.id)
    return list(session.scalars(theirs.where(Member.provider_id == provider_id, Member.role == MemberRole.OWNER)))


# What is done


def steps_done(session: Session, providers: Collection[Provider], now: datetime) -> dict[int, set[Step]]:
    """Tell by business which steps are done. What was accepted stands in the application: see `all_done`."""
    ids = [one.id for one in providers]
    people = [member.person_id for one in providers for member in one.workers]
    hours = availability.hours_by_provider(session, ids, around=now.date())
    sold = services.services_by_provider(session, ids)
    certified = credentials.credentials_for_new_work(session, people, now)
    return {
        one.id: {
            step
            for step, is_done in {
                Step.PROFILE: any(one.abouts.values()),
                Step.DETAILS: one.business is not None,
                Step.LANGUAGES: any(member.languages for member in one.workers),
                Step.HOURS: any(each.weekly for each in hours[one.id]),
                Step.SERVICES: one.id in sold,
                Step.CERTIFICATES: any(member.person_id in certified for member in one.workers),
                Step.PAYMENT: payments.can_be_paid(session, one.id),
            }.items()
            if is_done
        }
        for one in providers
    }


def all_done(session: Session, applications: Collection[Application], now: datetime) -> dict[int, set[Step]]:
    """Tell by application which of all steps are done, the statement of conduct in its present version included."""
    done = steps_done(session, [one.provider for one in applications], now)
    return {
        one.id: done[one.provider_id] | ({Step.CONDUCT} if one.has_accepted_conduct else set()) for one in applications
    }


# Invitations


def invitations_of(session: Session, provider_id: int) -> list[Invitation]:
    """List the invitations of a business that nobody has used or taken back, the latest first."""
    unused = select(Invitation).filter_by(provider_id=provider_id, accepted_at=None, taken_back_at=None)
    return list(session.scalars(unused.order_by(Invitation.id.desc())))


def invitation(session: Session, invitation_id: int) -> Invitation:
    """Find an invitation with its business, or raise `NotFound`."""
    found = session.get(Invitation, invitation_id, options=[joinedload(Invitation.provider)])
    if found is None:
        raise NotFound(invitation_id=invitation_id)
    return found


def lock_invitation(session: Session, invitation_id: int) -> Invitation:
    """Hold on to an invitation until the transaction ends, or raise `NotFound`."""
    wanted = select(Invitation).filter_by(id=invitation_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(invitation_id=invitation_id)
    return found


def invitations_of_the_day(session: Session, provider_id: int, now: datetime) -> list[datetime]:
    """List when a business has sent invitations within a day, the earliest first."""
    sent = select(Invitation.made_at).filter_by(provider_id=provider_id).where(Invitation.made_at > now - ONE_DAY)
    return list(session.scalars(sent.order_by(Invitation.made_at)))
