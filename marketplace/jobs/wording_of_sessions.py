"""What a session says to either side: in calendars, and on the page of its request."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from marketplace.accounts.models import Person
from marketplace.conversation.rules import Side
from marketplace.jobs.invitations import Contact, Meeting
from marketplace.jobs.models import Job
from marketplace.jobs.queries import RequestView
from marketplace.kernel.translate import _


def meeting(job: Job, reader: Person, link: str | None) -> Meeting:
    """Put a session into the words of one of its sides, who is the reader."""
    assert job.when is not None, "only sessions have a time"
    is_customer = reader.id == job.support_request.customer_id
    facts = {"title": job.support_request.title, "name": job.provider.name}
    page = f"{current_app.config['BASE_URL']}/requests/{job.support_request.reference}"
    led = [_("The call: %(link)s") % {"link": link}] if link else []
    return Meeting(
        uid=f"session-{job.support_request.reference}@{urlsplit(current_app.config['BASE_URL']).hostname}",
        sequence=job.sequence,
        when=job.when,
        summary=(_("Session with %(name)s: %(title)s") if is_customer else _("Session: %(title)s")) % facts,
        description="\n".join([*led, _("The request: %(page)s") % {"page": page}]),
        page=page,
        link=link,
        organizer=Contact(current_app.config["SITE_NAME"], current_app.config["MAIL_SENDER"]),
        reader=Contact(reader.name, reader.email),
    )


@dataclass(frozen=True, slots=True)
class SessionCard:
    """What the page of a request shows of a session that is to come, or is being held."""

    link: str | None
    own_link: str
    may_set_link: bool
    hint: str


def session_card(view: RequestView) -> SessionCard | None:
    """Tell those who hold a session, and nobody else, where the call is; None for others, and where there is none."""
    if not view.is_in_session or view.job is None:
        return None
    if view.side is Side.PROVIDER:
        missing = _("There is no link yet. Write one below, or keep a usual one with your hours.")
    else:
        missing = _("Your partner has not given a link to the call yet. You get a letter when there is one.")
    return SessionCard(
        link=view.call_link,
        own_link=view.job.call_link or "",
        may_set_link=view.side is Side.PROVIDER,
        hint="" if view.call_link else missing,
    )
