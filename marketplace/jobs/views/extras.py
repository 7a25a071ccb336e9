"""Extra work: the partner proposes it, the customer approves and pays, or declines."""

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import Side
from marketplace.insurance.rules import CoverHasChanged
from marketplace.jobs import commands, intake, queries
from marketplace.jobs.callers import is_staff
from marketplace.jobs.rules import ExtraStatus
from marketplace.jobs.schemas import ExtraFormSchema
from marketplace.jobs.schemas_of_paying import PayingFormSchema, paying_of
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import move, page, read_form
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _
from marketplace.payments.rules import CardIsGone
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<reference>/extras")
@open_to(Role.MEMBER)
def propose_extra(reference: str) -> ResponseReturnValue:
    """Propose extra work for a price of its own."""
    typed, wrong = read_form(ExtraFormSchema(), reference)
    if wrong:
        return wrong
    view = _view(reference)
    try:
        price = intake.amount_from(typed["price"], view.request.currency, field="price")
        with transaction() as session:
            commands.propose_extra(
                session, reference, member=acting_member(), description=typed["description"], price=price, now=utcnow()
            )
    except InvalidInput as error:
        return page(reference, error.fields)
    tell(_("Your customer is asked. Until there is an answer, go on with what was agreed."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/extras/<int:part>/approve")
@open_to(Role.PERSON)
def approve_extra(reference: str, part: int) -> ResponseReturnValue:
    """Approve extra work, and pay or lead to Checkout; a second click finds what the first did."""
    typed, wrong = read_form(PayingFormSchema(), reference)
    if wrong:
        return wrong
    view = _view(reference)
    status = next((one.status for one in view.extras if one.part == part), None)
    if view.side is Side.CUSTOMER and status is ExtraStatus.PAID:  # In one step.
        return redirect(url_for(".show", reference=reference), code=303)
    if status is not ExtraStatus.APPROVED:
        try:
            with transaction() as session:
                message_id = commands.approve_extra(
                    session, reference, part, customer_id=caller_id(), now=utcnow(), **paying_of(typed)
                )
        except CardIsGone as error:
            return page(reference, {"card": [error.text]}, status=409)
        except CoverHasChanged as error:
            return page(reference, {"cover": [error.text]}, status=409)
        if message_id is None:  # All of it is covered.
            return redirect(url_for(".show", reference=reference), code=303)
        outbox.deliver_now(message_id)
        view = _view(reference)
    return redirect(url_for("payments.pay", hold_id=view.holds[part].id), code=303)


@blueprint.post("/requests/<reference>/extras/<int:part>/decline")
@open_to(Role.PERSON)
def decline_extra(reference: str, part: int) -> ResponseReturnValue:
    """Say no to extra work."""
    told = _("You declined. Your partner goes on with what was agreed.")
    return move(commands.decline_extra, reference, part=part, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/extras/<int:part>/withdraw")
@open_to(Role.MEMBER)
def withdraw_extra(reference: str, part: int) -> ResponseReturnValue:
    """Take back a proposal of extra work."""
    told = _("Your proposal is taken back.")
    return move(commands.withdraw_extra, reference, part=part, member=acting_member(), told=told)


def _view(reference: str) -> queries.RequestView:
    return queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
