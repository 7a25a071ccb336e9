"""Saying when a member is away, and who stands in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _, _l, format_day
from providers.availability import events, queries
from providers.availability.models import Absence
from providers.availability.rules import MAX_ABSENCES, PlannedAbsence
from providers.profiles import queries as profiles
from providers.profiles.models import Member


class TooManyAbsences(Conflict):
    """Nobody plans so far ahead."""

    message = _l("You have a great many absences. Remove some, then add new ones.")


def add_absence(session: Session, member: Member, planned: PlannedAbsence, *, now: datetime) -> Absence:
    """Say that a member is away from one day to another. Sessions that are booked stay.

    Everybody who works there is locked first: whether somebody can stand in depends on when they are away.

    Raises:
        InvalidInput: some of the days belong to another absence, or nobody like this can stand in; says why.
        TooManyAbsences: nobody needs so many.
    """
    colleagues = profiles.lock_colleagues(session, member.provider_id)
    mine = queries.absences_of(session, member.id)
    if len([one for one in mine if one.last_day >= now.date()]) >= MAX_ABSENCES:
        raise TooManyAbsences
    _check(session, member, planned, mine, colleagues)
    made = Absence(member_id=member.id)
    _write(made, planned)
    session.add(made)
    session.flush()
    audit.record(session, made, "add", by=member.person_id, at=now)
    if made.stand_in_id is not None:
        announce(session, events.StandInNamed(made.id, now))
    _tell_whom_it_leaves_alone(session, member, planned, (), now)
    return made


def change_absence(
    session: Session, member: Member, absence_id: int, planned: PlannedAbsence, *, now: datetime
) -> Absence:
    """Say otherwise when a member is away, or who stands in.

    Raises:
        NotFound: the member has no such absence.
        InvalidInput: some of the days belong to another absence, or nobody like this can stand in; says why.
    """
    colleagues = profiles.lock_colleagues(session, member.provider_id)
    found = queries.absence(session, member.id, absence_id)
    others = [one for one in queries.absences_of(session, member.id) if one is not found]
    _check(session, member, planned, others, colleagues)
    before = PlannedAbsence(found.first_day, found.last_day, found.note, found.stand_in_id)
    _write(found, planned)
    session.flush()
    session.expire(found, ["stand_in"])
    audit.record(session, found, "change", by=member.person_id, at=now)
    _tell_stand_ins(session, found, before, now)
    _tell_whom_it_leaves_alone(session, member, planned, (before,), now)
    return found


def remove_absence(session: Session, member: Member, absence_id: int, *, now: datetime) -> None:
    """Let a member work on the days of an absence, as usual.

    Raises:
        NotFound: the member has no such absence.
    """
    profiles.lock_colleagues(session, member.provider_id)
    found = queries.absence(session, member.id, absence_id)
    audit.record(session, found, "remove", by=member.person_id, at=now)
    if found.stand_in_id is not None:
        _free(session, found.member_id, found.stand_in_id, found.first_day, found.last_day, now)
    session.delete(found)
    session.flush()


def _write(absence: Absence, planned: PlannedAbsence) -> None:
    absence.first_day, absence.last_day = planned.first_day, planned.last_day
    absence.note, absence.stand_in_id = planned.note, planned.stand_in_id


def _check(
    session: Session,
    member: Member,
    planned: PlannedAbsence,
    others: Sequence[Absence],
    colleagues: Mapping[int, Member],
) -> None:
    for one in others:
        if _overlap(one, planned):
            told = _("You are away from %(first_day)s to %(last_day)s already. Change that one.") % _days(one)
            raise InvalidInput({"first_day": [told]})
    if planned.stand_in_id is not None:
        _check_stand_in(session, member, planned, colleagues.get(planned.stand_in_id))


def _check_stand_in(session: Session, member: Member, planned: PlannedAbsence, stand_in: Member | None) -> None:
    if stand_in is None or stand_in.id == member.id or not stand_in.takes_jobs:
        raise InvalidInput({"stand_in": [_("Choose one of the answers.")]})
    for one in queries.absences_of(session, stand_in.id):
        if _overlap(one, planned):
            facts = {"name": stand_in.person.name, **_days(one)}
            told = _("%(name)s is away from %(first_day)s to %(last_day)s. Choose somebody else.") % facts
            raise InvalidInput({"stand_in": [told]})


def _overlap(one: Absence | PlannedAbsence, other: Absence | PlannedAbsence) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def _days(one: Absence) -> dict[str, str]:
    return {"first_day": format_day(one.first_day), "last_day": format_day(one.last_day)}


def _tell_stand_ins(session: Session, changed: Absence, before: PlannedAbsence, now: datetime) -> None:
    if before.stand_in_id is not None and before.stand_in_id != changed.stand_in_id:
        _free(session, changed.member_id, before.stand_in_id, before.first_day, before.last_day, now)
    is_known = before.stand_in_id == changed.stand_in_id
    is_same = is_known and (before.first_day, before.last_day) == (changed.first_day, changed.last_day)
    if changed.stand_in_id is not None and not is_same:
        announce(session, events.StandInNamed(changed.id, now))


def _free(session: Session, member_id: int, stand_in_id: int, first_day: date, last_day: date, now: datetime) -> None:
    if last_day >= now.date():
        announce(session, events.StandInFreed(member_id, stand_in_id, first_day, last_day, now))


def _tell_whom_it_leaves_alone(
    session: Session, member: Member, planned: PlannedAbsence, before: Sequence[PlannedAbsence], now: datetime
) -> None:
    """Tell those for whom the member stands in; falling ill asks nobody for leave."""
    for one in queries.absences_to_stand_in(session, member.id, now.date()):
        if _overlap(one, planned) and not any(_overlap(one, known) for known in before):
            announce(session, events.StandInAway(one.id, now))
