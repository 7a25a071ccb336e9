"""Letters about sessions, each with what calendars are to know: booked, changed, near, not held after all."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.conversation.rules import Side
from marketplace.jobs import events, queries
from marketplace.jobs.invitations import Method, write_invitation
from marketplace.jobs.models import Job
from marketplace.jobs.moving import MoveStatus
from marketplace.jobs.wording_of_sessions import meeting
from marketplace.kernel.mail import CalendarPart, Letter
from marketplace.kernel.translate import LazyText, _, _l, format_minutes
from marketplace.site.notifications.post import page_of, tell, tell_member, when
from providers.profiles.models import Member


def invitation(
    session: Session, job: Job | None, reader: Person, now: datetime, method: Method = Method.REQUEST
) -> CalendarPart | None:
    """Write what the reader's calendar is to know of a session; nothing of other jobs, and of what is over.

    A session that does not take place has no link any more.
    """
    if job is None or job.when is None or now >= job.when.end:
        return None
    content = write_invitation(meeting(job, reader, queries.call_link(session, job)), method, now)
    return CalendarPart(method.value, content)


BOOKED_WITH_YOU = _l("A session is booked with you: %(title)s")
LINK_CHANGED = _l("The link to your session: %(title)s")
MOVED = _l("Your session is moved: %(title)s")
_HOW_ENDED = {
    MoveStatus.DECLINED: _l("%(name)s does not agree to %(to)s."),
    MoveStatus.WITHDRAWN: _l("%(name)s would not like to move it to %(to)s any more."),
    MoveStatus.LAPSED: _l("%(name)s has not answered whether %(to)s would do."),
}
OFF_YOUR_CALENDAR = _l("Not in your calendar any more: %(title)s")


def session_booked(session: Session, event: events.RequestAccepted) -> None:
    """Tell the member who holds a session; the customer's invitation comes with the letter that says who helps."""
    job = queries.job_of(session, event.request_id)
    if job is not None and job.starts_at is not None:
        _tell_of(session, job, job.member.person, BOOKED_WITH_YOU, event.at)


def call_link_changed(session: Session, event: events.CallLinkChanged) -> None:
    """Tell both where the call is now."""
    job = _job(session, event.request_id)
    for person in (job.support_request.customer, job.member.person):
        _tell_of(session, job, person, LINK_CHANGED, event.at)


def session_near(session: Session, event: events.SessionNear) -> None:
    """Remind both sides."""
    job = _job(session, event.request_id)
    subject = _l("Tomorrow: %(title)s") if event.hours > 1 else _l("Within the hour: %(title)s")
    for person in (job.support_request.customer, job.member.person):
        _tell_of(session, job, person, subject, event.at)


def session_moved(session: Session, event: events.SessionMoved) -> None:
    """Tell both when the session is held now, with what changes their calendars."""
    job, moved = _job(session, event.request_id), queries.session_move(session, event.move_id)
    for person in (job.support_request.customer, job.member.person):
        _tell_of(session, job, person, MOVED, event.at, instead_of=moved.from_at)


def move_proposed(session: Session, event: events.MoveProposed) -> None:
    """Ask the other side."""
    job, proposed = _job(session, event.request_id), queries.session_move(session, event.move_id)
    name = _name_of(job, proposed.side)

    def write() -> Letter:
        facts = {"name": name, "title": job.support_request.title}
        times = {"to": when(proposed.to_at), "from": when(proposed.from_at), "until": when(proposed.answer_by)}
        paragraphs = [
            _("%(name)s would like to hold the session “%(title)s” at another time.") % facts,
            _("On %(to)s instead of %(from)s.") % times,
            _("Agree or decline by %(until)s. Without an answer it stays where it is.") % times,
        ]
        subject = _("Another time for your session? %(title)s") % facts
        return Letter(subject, paragraphs, (_("Look at it and answer"), page_of(job.support_request)))

    _tell_side(session, job, _person_of(job, _other(proposed.side)), write, event.at)


def move_ended(session: Session, event: events.MoveEnded) -> None:
    """Tell the side that has not ended the proposal that the session stays; after silence, the one that has made it."""
    job, ended = _job(session, event.request_id), queries.session_move(session, event.move_id)
    is_taken_back = ended.status is MoveStatus.WITHDRAWN
    reader = _other(ended.side) if is_taken_back else ended.side
    name = _name_of(job, _other(reader))

    def write() -> Letter:
        facts = {"name": name, "title": job.support_request.title, "to": when(ended.to_at), "from": when(ended.from_at)}
        stays = _("The session stays where it is: on %(from)s.") % facts
        paragraphs = [str(_HOW_ENDED[ended.status]) % facts, stays]
        subject = _("Your session stays where it is: %(title)s") % facts
        return Letter(subject, paragraphs, (_("Go to the request"), page_of(job.support_request)))

    _tell_side(session, job, _person_of(job, reader), write, event.at)


def _other(side: Side) -> Side:
    return Side.PROVIDER if side is Side.CUSTOMER else Side.CUSTOMER


def _person_of(job: Job, side: Side) -> Person:
    return job.support_request.customer if side is Side.CUSTOMER else job.member.person


def _name_of(job: Job, side: Side) -> str:
    return job.support_request.customer.name if side is Side.CUSTOMER else job.provider.name


def session_is_off(session: Session, event: events.RequestCancelled) -> None:
    """Take a session that does not take place from the calendar of whoever would have held it."""
    job = queries.job_of(session, event.request_id)
    if job is not None:
        _tell_off(session, job, job.member, event.at)


def taken_from(session: Session, job: Job, member: Member, now: datetime) -> None:
    """Take a session that a colleague holds now from a member's calendar."""
    _tell_off(session, job, member, now)


def _job(session: Session, request_id: int) -> Job:
    job = queries.job_of(session, request_id)
    assert job is not None, "a session is a job"
    return job


def _tell_of(
    session: Session,
    job: Job,
    person: Person,
    subject: LazyText,
    now: datetime,
    *,
    instead_of: datetime | None = None,
) -> None:
    """Say when a session is, for how long and where, and if it was moved when it would have been."""
    support_request, link = job.support_request, queries.call_link(session, job)
    assert job.starts_at is not None, "it is a session"
    starts_at = job.starts_at

    def write() -> Letter:
        facts = {"title": support_request.title, "moment": when(starts_at)}
        lasts = {"duration": format_minutes(job.session_minutes or 0)}
        paragraphs = [
            _("The session “%(title)s” starts on %(moment)s.") % facts,
            *([_("Before, it was on %(moment)s.") % {"moment": when(instead_of)}] if instead_of else []),
            _("It lasts %(duration)s.") % lasts,
            _("The call: %(link)s") % {"link": link} if link else _("There is no link to the call yet."),
        ]
        calendar = invitation(session, job, person, now)
        return Letter(str(subject) % facts, paragraphs, (_("Go to the request"), page_of(support_request)), calendar)

    _tell_side(session, job, person, write, now)


def _tell_side(session: Session, job: Job, person: Person, write: Callable[[], Letter], now: datetime) -> None:
    if person.id == job.support_request.customer_id:
        tell(session, person, write, now)
    else:
        tell_member(session, job.member, write, now)


def _tell_off(session: Session, job: Job, member: Member, now: datetime) -> None:
    if job.when is None or now >= job.when.end:
        return
    support_request, starts_at = job.support_request, job.when.start

    def write() -> Letter:
        facts = {"title": support_request.title, "moment": when(starts_at)}
        return Letter(
            str(OFF_YOUR_CALENDAR) % facts,
            [_("You do not hold the session on %(moment)s. Your calendar takes it out by the file with this.") % facts],
            (_("Go to the request"), page_of(support_request)),
            invitation(session, job, member.person, now, Method.CANCEL),
        )

    tell_member(session, member, write, now)
