"""What became of reading other calendars, in words."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from marketplace.kernel.outside import Trouble
from marketplace.kernel.translate import LazyText, _, _l, format_day, ngettext
from providers.availability.ical import Problem
from providers.availability.models import OtherCalendar
from providers.availability.queries import KnownCalendar

PROBLEMS: Mapping[str, LazyText] = {
    Problem.NO_CALENDAR: _l(
        "This is not a calendar file. Export your calendar as iCalendar: a file that ends in .ics."
    ),
    Problem.TOO_LARGE: _l("This calendar is larger than 5 MB. Export only the coming months."),
    Problem.TOO_MANY: _l("There are too many entries in this calendar. Export only the coming months."),
    Problem.CUT_OFF: _l("The calendar ends in the middle, after line %(detail)s. Export it again."),
    Problem.MISPLACED: _l(
        "The calendar is damaged: line %(detail)s ends something that did not begin. Export it again."
    ),
    Trouble.ADDRESS: _l("The address leads to one that is not read: it has to begin with https://."),
    Trouble.PRIVATE: _l("The address leads into a private network. Share the calendar at a public address."),
    Trouble.UNREACHED: _l("Nobody answers at this address. Copy it once more from your calendar program."),
    Trouble.INSECURE: _l("The machine at this address can not prove who it is. Ask whoever runs it."),
    Trouble.STATUS: _l("The answer was %(detail)s. Look whether the calendar is still shared at this address."),
    Trouble.REDIRECTS: _l("The address leads on and on. Copy it once more from your calendar program."),
}


def problem_of(problem: str, detail: int | None) -> str:
    """Say why a calendar could not be read, and what to do."""
    return str(PROBLEMS[problem] % {"detail": str(detail or "")})


def where_from(calendar: OtherCalendar) -> str:
    """Say where a calendar comes from; of an address only the machine, for whoever knows more may read it."""
    if calendar.address is None:
        return _("A file, sent on %(day)s") % {"day": format_day(calendar.read_at or calendar.added_at)}
    return urlsplit(calendar.address).hostname or ""


def what_is_known(known: KnownCalendar) -> str:
    """Say what was read of a calendar."""
    until = known.calendar.known_until
    if until is None:
        return _("Nothing is known of it: no hours are closed by it.")
    told = ngettext("%(n)d busy time until %(day)s", "%(n)d busy times until %(day)s", known.coming)
    return told % {"n": known.coming, "day": format_day(until)}


def what_is_unread(calendar: OtherCalendar) -> str:
    """Say how many entries nobody could make out; empty if there are none."""
    if not calendar.unread_entries:
        return ""
    told = ngettext(
        "%(n)d entry could not be made out, at line %(line)s. It closes no hours.",
        "%(n)d entries could not be made out, the first at line %(line)s. They close no hours.",
        calendar.unread_entries,
    )
    return told % {"n": calendar.unread_entries, "line": calendar.unread_line}
