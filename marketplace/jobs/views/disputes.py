"""Disputes on the page of a request: the customer asks for money back, the partner answers or gives way."""

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.jobs import commands, queries
from marketplace.jobs.callers import is_staff
from marketplace.jobs.disputes import Complaint
from marketplace.jobs.schemas_of_disputes import AnswerSchema, ConcedeSchema, DisputeFormSchema
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import move, move_as_typed, page, read_form
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import amount_typed
from marketplace.kernel.translate import _
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<reference>/dispute")
@open_to(Role.PERSON)
def dispute(reference: str) -> ResponseReturnValue:
    """Ask for money back."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    typed, wrong = read_form(DisputeFormSchema(), reference)
    if wrong:
        return wrong
    try:
        asked = amount_typed(typed["asked"], view.request.currency, field="asked")
        complaint = Complaint(typed["why"], typed["statement"], asked)
        with transaction() as session:
            commands.dispute(session, reference, customer_id=caller_id(), complaint=complaint, now=utcnow())
    except InvalidInput as error:
        return page(reference, error.fields)
    tell(_("Your partner is asked what happened. Nothing is paid out until it is decided."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/dispute/withdraw")
@open_to(Role.PERSON)
def withdraw_dispute(reference: str) -> ResponseReturnValue:
    """Take the dispute back."""
    told = _("You have taken it back. All goes on as before.")
    return move(commands.withdraw_dispute, reference, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/dispute/answer")
@open_to(Role.MEMBER)
def answer_dispute(reference: str) -> ResponseReturnValue:
    """Say how it was."""
    told = _("Your answer is sent. The vendor reads it, and decides.")
    return move_as_typed(commands.answer_dispute, AnswerSchema(), reference, member=acting_member(), told=told)


@blueprint.post("/requests/<reference>/dispute/concede")
@open_to(Role.MEMBER)
def concede_dispute(reference: str) -> ResponseReturnValue:
    """Give way, at once."""
    told = _("Your customer gets it back. The request is closed.")
    return move_as_typed(commands.concede_dispute, ConcedeSchema(), reference, member=acting_member(), told=told)
