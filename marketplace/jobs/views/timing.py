"""Writing down time that was worked by the hour."""

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.jobs import commands
from marketplace.jobs.callers import form_key
from marketplace.jobs.schemas import TimeSchema
from marketplace.jobs.terms import AboveTheCap, BelowNothing
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import page
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<reference>/time")
@open_to(Role.MEMBER)
def write_time(reference: str) -> ResponseReturnValue:
    """Write down time; the same form sent twice writes it once."""
    try:
        typed = load_form(TimeSchema())
        content = fingerprint(reference, typed)
        with transaction() as session:
            claimed = claim(session, person_id=caller_id(), key=form_key(), content=content, now=utcnow())
            if not claimed.outcome:
                commands.write_time(session, reference, member=acting_member(), now=utcnow(), **typed)
                claimed.outcome = {"done": True}
    except InvalidInput as error:
        return page(reference, error.fields)
    except (AboveTheCap, BelowNothing) as error:
        return page(reference, {"minutes": [error.text]})
    tell(_("Written down. Your customer sees it."))
    return redirect(url_for(".show", reference=reference, _anchor="time"))
