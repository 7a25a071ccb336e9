"""Letters about calendars that members keep elsewhere."""

from sqlalchemy.orm import Session

from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _
from marketplace.site.notifications.post import page
from marketplace.site.notifications.stand_ins import tell_member
from providers.availability.events import CalendarLost
from providers.availability.models import OtherCalendar
from providers.availability.wording_of_calendars import problem_of
from providers.profiles.models import Member


def calendar_lost(session: Session, event: CalendarLost) -> None:
    """Tell somebody that a calendar of theirs closes no hours any more."""
    lost = session.get_one(OtherCalendar, event.calendar_id)
    assert lost.problem is not None, "the event says so"
    problem, detail = lost.problem, lost.detail

    def write() -> Letter:
        return Letter(
            _("Your calendar %(name)s can not be read") % {"name": lost.name},
            [
                problem_of(problem, detail),
                _("It could not be read for a week. What was known of it counts no more, so you are shown as open."),
            ],
            (_("See your calendars"), page("/work/hours/calendars")),
        )

    tell_member(session, session.get_one(Member, lost.member_id), write, event.at)
