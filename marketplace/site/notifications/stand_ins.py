"""Letters to those who stand in for each other."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_day
from marketplace.site.notifications.post import page, tell
from providers.availability.events import StandInAway, StandInFreed, StandInNamed
from providers.availability.models import Absence
from providers.profiles.models import Member


def stand_in_named(session: Session, event: StandInNamed) -> None:
    """Tell somebody for whom they stand in, and when."""
    absence = session.get_one(Absence, event.absence_id)
    stand_in = absence.stand_in
    assert stand_in is not None, "the event says so"

    def write() -> Letter:
        facts = {"name": absence.member.person.name, **_days(absence.first_day, absence.last_day)}
        return Letter(
            _("You stand in for %(name)s") % facts,
            [
                _("%(name)s is away from %(first_day)s to %(last_day)s, and has named you to stand in.") % facts,
                _("Letters about requests come to you in their place, and quotes of theirs that are chosen meanwhile."),
            ],
            (_("See your hours"), page("/work/hours")),
        )

    tell_member(session, stand_in, write, event.at)


def stand_in_freed(session: Session, event: StandInFreed) -> None:
    """Tell somebody that they need not stand in any more."""
    absent = session.get_one(Member, event.member_id)

    def write() -> Letter:
        facts = {"name": absent.person.name, **_days(event.first_day, event.last_day)}
        return Letter(
            _("You do not stand in for %(name)s any more") % facts,
            [_("It was to be from %(first_day)s to %(last_day)s.") % facts],
            (_("See your hours"), page("/work/hours")),
        )

    tell_member(session, session.get_one(Member, event.stand_in_id), write, event.at)


def stand_in_away(session: Session, event: StandInAway) -> None:
    """Tell somebody who is away, or will be, that nobody stands in on some of the days."""
    absence = session.get_one(Absence, event.absence_id)
    stand_in = absence.stand_in
    assert stand_in is not None, "the event says so"

    def write() -> Letter:
        facts = {"name": stand_in.person.name, **_days(absence.first_day, absence.last_day)}
        return Letter(
            _("%(name)s can not stand in for you on all days") % facts,
            [
                _("You have named %(name)s to stand in from %(first_day)s to %(last_day)s.") % facts,
                _("They are away themselves on some of these days. On those, letters about requests come to you."),
            ],
            (_("Choose somebody else"), page(f"/work/hours/absences/{absence.id}")),
        )

    tell_member(session, absence.member, write, event.at)


def _days(first_day: date, last_day: date) -> dict[str, str]:
    return {"first_day": format_day(first_day), "last_day": format_day(last_day)}


def tell_member(session: Session, member: Member, write: Callable[[], Letter], now: datetime) -> None:
    """Write to a member, unless they have left or can not sign in."""
    if member.left_at is None and member.person.confirmed_at and member.person.password_hash:
        tell(session, member.person, write, now)
