"""What members' time adds to the pages of slices below."""

from flask import render_template

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from providers.availability import queries
from providers.availability.rules import ONE_DAY


def on_member(member_id: int) -> str:
    """Say on a page for staff when somebody is away, and who stands in."""
    yesterday = (utcnow() - ONE_DAY).date()  # Which is today where the day begins last.
    return render_template(
        "availability/on_member.html", absences=queries.absences_not_over(reading(), [member_id], yesterday)
    )
