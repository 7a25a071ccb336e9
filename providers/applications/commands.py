"""What can be done to applications, by those who apply and by those who decide."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import NotFound, TooMany
from marketplace.kernel.events import announce
from marketplace.kernel.translate import format_moment
from providers.applications import links, queries
from providers.applications.events import (
    ApplicationAnswered,
    ApplicationApproved,
    ApplicationQuestioned,
    ApplicationRefused,
    ApplicationSubmitted,
    MemberInvited,
    MemberJoined,
)
from providers.applications.models import Application, ApplicationQuestion, Invitation
from providers.applications.rules import (
    APPLICATION,
    CLOSED,
    CONDUCT_VERSION,
    INVITED_FOR,
    MAX_INVITATIONS_A_DAY,
    NEEDED_TO_SUBMIT,
    ApplicationAction,
    ApplicationOver,
    ApplicationStatus,
    HasApplied,
    InvitationOver,
    OwnApplication,
    OwnInvitation,
    Step,
    TooSoonAgain,
    WasAdmitted,
    check_ready,
)
from providers.profiles import commands as profiles
from providers.profiles import queries as profiles_read
from providers.profiles.models import Member
from providers.profiles.rules import GIVEN, MemberRole, Profile, ProviderStatus, check_owner

# By those who apply


def begin(session: Session, person_id: int, profile: Profile, *, currency: str, zone: str, now: datetime) -> int:
    """Begin to apply with a business of one's own; gives the provider's id.

    Raises:
        WorksElsewhere: the person is a member of a provider.
    """
    provider = profiles.found(session, person_id, profile, currency=currency, zone=zone, now=now)
    _open(session, provider.id, by=person_id, now=now)
    return provider.id


def apply_again(session: Session, member: Member, *, now: datetime) -> None:
    """Begin another application with the same business; all that it has said before is still there.

    Raises:
        OnlyOwners: the member is no owner.
        WasAdmitted: the business is in the directory, or was.
        HasApplied: there is an application under way.
        TooSoonAgain: the last one was refused not long ago; names the day.
    """
    check_owner(member.role)
    if member.provider.status is not ProviderStatus.APPLYING:
        raise WasAdmitted
    last = queries.lock_latest_application(session, member.provider_id)
    again_at = last.may_apply_again_at
    if again_at is not None and now < again_at:
        raise TooSoonAgain(moment=format_moment(again_at))
    _open(session, member.provider_id, by=member.person_id, now=now)


def _open(session: Session, provider_id: int, *, by: int, now: datetime) -> None:
    facts = {"status": ApplicationStatus.DRAFT, "begun_at": now}
    if not insert_new(session, Application, provider_id=provider_id, **facts):
        raise HasApplied
    made = queries.lock_latest_application(session, provider_id)
    audit.record(session, made, "begin", by=by, at=now)


def accept_conduct(session: Session, member: Member, *, now: datetime) -> None:
    """Accept the statement of conduct as it is now; version, time and person are kept.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: the business has no application.
        ApplicationOver: it was refused or withdrawn.
    """
    check_owner(member.role)
    found = queries.lock_latest_application(session, member.provider_id)
    if found.status in CLOSED:
        raise ApplicationOver
    found.conduct_version, found.conduct_accepted_at = CONDUCT_VERSION, now
    found.conduct_accepted_by = member.person_id
    audit.record(session, found, "accept_conduct", by=member.person_id, at=now, version=CONDUCT_VERSION)


def submit(session: Session, member: Member, *, now: datetime) -> None:
    """Ask the vendor's people to look.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: the business has no application.
        IllegalMove: it was sent before.
        NotReady: something is missing; names it.
    """
    check_owner(member.role)
    found = queries.lock_latest_application(session, member.provider_id)
    following = APPLICATION.after(found.status, ApplicationAction.SUBMIT)
    check_ready(queries.all_done(session, [found], now)[found.id], NEEDED_TO_SUBMIT)
    found.status, found.submitted_at = following, now
    audit.record(session, found, ApplicationAction.SUBMIT, by=member.person_id, at=now)
    announce(session, ApplicationSubmitted(found.id, now))


def answer(session: Session, member: Member, text: str, *, now: datetime) -> None:
    """Answer what the vendor's people have asked.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: the business has no application.
        IllegalMove: nothing was asked.
    """
    check_owner(member.role)
    found = queries.lock_latest_application(session, member.provider_id)
    following = APPLICATION.after(found.status, ApplicationAction.ANSWER)
    asked = queries.open_question(session, found.id)
    asked.answer, asked.answered_by, asked.answered_at = text, member.person_id, now
    found.status = following
    audit.record(session, found, ApplicationAction.ANSWER, by=member.person_id, at=now)
    announce(session, ApplicationAnswered(asked.id, now))


def withdraw(session: Session, member: Member, *, now: datetime) -> None:
    """Apply no more; what was asked and not answered is left so.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: the business has no application.
        IllegalMove: it is decided, or withdrawn already.
    """
    check_owner(member.role)
    found = queries.lock_latest_application(session, member.provider_id)
    found.status = APPLICATION.after(found.status, ApplicationAction.WITHDRAW)
    audit.record(session, found, ApplicationAction.WITHDRAW, by=member.person_id, at=now)


# By those who decide


def ask(session: Session, application_id: int, question: str, *, by: int, now: datetime) -> None:
    """Ask a business something before deciding.

    Raises:
        NotFound: there is no such application.
        OwnApplication: of the business of whoever asks.
        IllegalMove: it does not wait for a decision, or for an answer already.
    """
    found = _to_decide(session, application_id, by)
    found.status = APPLICATION.after(found.status, ApplicationAction.ASK)
    asked = ApplicationQuestion(application_id=found.id, question=question, asked_by=by, asked_at=now)
    session.add(asked)
    session.flush()
    audit.record(session, found, ApplicationAction.ASK, by=by, at=now)
    announce(session, ApplicationQuestioned(asked.id, now))


def approve(session: Session, application_id: int, *, by: int, now: datetime) -> None:
    """Put a business on the list.

    Raises:
        NotFound: there is no such application.
        OwnApplication: of the business of whoever decides.
        IllegalMove: it is decided already, or waits for an answer.
        NotReady: the check list has holes; names them.
        NamePassesForAnother: since it applied, somebody else has got a name like its own.
    """
    found = _to_decide(session, application_id, by)
    following = APPLICATION.after(found.status, ApplicationAction.APPROVE)
    check_ready(queries.all_done(session, [found], now)[found.id], set(Step))
    found.status, found.decided_by, found.decided_at = following, by, now
    profiles.admit(session, found.provider_id, by=by, now=now)
    audit.record(session, found, ApplicationAction.APPROVE, by=by, at=now)
    announce(session, ApplicationApproved(found.id, now))


def refuse(session: Session, application_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Leave a business off the list, and say why.

    Raises:
        NotFound: there is no such application.
        OwnApplication: of the business of whoever decides.
        IllegalMove: it is decided already.
    """
    found = _to_decide(session, application_id, by)
    found.status = APPLICATION.after(found.status, ApplicationAction.REFUSE)
    found.decided_by, found.decided_at, found.reason = by, now, reason
    audit.record(session, found, ApplicationAction.REFUSE, by=by, at=now, reason=reason)
    announce(session, ApplicationRefused(found.id, now))


def _to_decide(session: Session, application_id: int, by: int) -> Application:
    found = queries.lock_application(session, application_id)
    if by in {member.person_id for member in found.provider.members}:
        raise OwnApplication
    return found


# Members


def invite(session: Session, member: Member, email: str, role: MemberRole, *, now: datetime) -> Invitation:
    """Ask somebody by letter to join the business in a role.

    Raises:
        OnlyOwners: the member is no owner.
        TooMany: so many were asked within a day.
    """
    assert role in GIVEN, "the business itself is handed over"
    check_owner(member.role)
    _check_pace(session, member.provider_id, now)
    made = Invitation(
        provider_id=member.provider_id,
        email=email,
        role=role,
        made_by=member.person_id,
        made_at=now,
        expires_at=now + INVITED_FOR,
    )
    session.add(made)
    session.flush()
    audit.record(session, made, "make", by=member.person_id, at=now, role=role)
    announce(session, MemberInvited(made.id, links.make(made.id), now))
    return made


def _check_pace(session: Session, provider_id: int, now: datetime) -> None:
    profiles_read.lock_provider(session, provider_id)
    sent = queries.invitations_of_the_day(session, provider_id, now)
    if len(sent) >= MAX_INVITATIONS_A_DAY:
        free_at = sent[-MAX_INVITATIONS_A_DAY] + queries.ONE_DAY
        raise TooMany(retry_after_s=max(1, int((free_at - now).total_seconds())))


def take_back_invitation(session: Session, member: Member, invitation_id: int, *, now: datetime) -> None:
    """Let nobody join by an invitation any more.

    Raises:
        OnlyOwners: the member is no owner.
        NotFound: it is another business's.
        InvitationOver: somebody has joined by it, or it is taken back already.
    """
    check_owner(member.role)
    found = queries.lock_invitation(session, invitation_id)
    if found.provider_id != member.provider_id:
        raise NotFound(invitation_id=invitation_id)
    if found.accepted_at is not None or found.taken_back_at is not None:
        raise InvitationOver
    found.taken_back_at = now
    audit.record(session, found, "take_back", by=member.person_id, at=now)


def accept_invitation(session: Session, invitation_id: int, person: Person, *, now: datetime) -> Invitation:
    """Join the business that has sent an invitation, in its role. Of two who have the same letter, one does.

    Raises:
        NotFound: there is no such invitation.
        OwnInvitation: by whoever has sent it.
        InvitationOver: it was used, taken back, or is too old.
        WorksElsewhere: the person is a member of a provider.
    """
    found = queries.lock_invitation(session, invitation_id)
    if found.made_by == person.id:
        raise OwnInvitation
    if not found.is_open(now):
        raise InvitationOver
    found.accepted_by, found.accepted_at = person.id, now
    profiles.join(session, found.provider_id, person.id, role=found.role, zone=person.zone, now=now)
    audit.record(session, found, "accept", by=person.id, at=now)
    announce(session, MemberJoined(found.id, now))
    return found
