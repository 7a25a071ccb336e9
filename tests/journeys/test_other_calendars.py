"""A partner is busy elsewhere: sends a calendar file, is not open any more, sees why, and takes it back."""

from datetime import timedelta

from playwright.sync_api import FilePayload, expect

from marketplace.kernel.clock import utcnow
from tests.journeys.cast import DAVID
from tests.journeys.steps import button, field, heading, link, look_at


def test_a_file_from_elsewhere_closes_the_day_until_it_is_removed(installation, open_window):
    david = open_window(DAVID)
    expect_today(david, "Open 8:00")
    send_a_file(david)
    expect_today(david, "Busy all day today")
    read_why(david)
    david.goto("/work/hours/calendars")
    button(david, "Remove").click()
    expect(david.get_by_text("Nothing yet.")).to_be_visible()
    expect_today(david, "Open 8:00")
    installation.check()


def expect_today(page, told):
    """Look at the hours of today."""
    page.goto("/work/hours")
    expect(page.get_by_role("region", name="Today")).to_contain_text(told)


def send_a_file(page):
    """Find the page, forget the file at first, and send it."""
    link(page, "Other calendars").click()
    expect(heading(page)).to_have_text("Other calendars")
    link(page, "Send a file").click()
    field(page, "What you call it").fill("Family")
    button(page, "Read the calendar").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file.")
    expect(field(page, "What you call it")).to_have_value("Family")
    page.get_by_label("File", exact=True).set_input_files(three_days_off())
    button(page, "Read the calendar").click()
    expect(page.get_by_text("1 busy time until")).to_be_visible()
    look_at(page, "other-calendars")


def read_why(page):
    """Ask why nobody is open at ten."""
    link(page, "Why am I open, or not?").click()
    page.get_by_label("Time", exact=True).fill("10:00")
    button(page, "Explain it").click()
    expect(page.get_by_role("heading", name="Busy: another calendar takes this time")).to_be_visible()
    expect(page.get_by_text("by Family")).to_be_visible()
    look_at(page, "why-busy")


def three_days_off():
    """Write a calendar with one long entry around now."""
    start, end = utcnow() - timedelta(days=1.5), utcnow() + timedelta(days=1.5)
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "SUMMARY:Moving house"),
        *(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", "END:VEVENT", "END:VCALENDAR"),
    ]
    return FilePayload(name="family.ics", mimeType="text/calendar", buffer="\r\n".join(lines).encode())
