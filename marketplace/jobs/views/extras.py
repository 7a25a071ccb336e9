"""Extra work: the partner proposes it, the customer approves and pays, or declines."""

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.jobs import commands, intake, queries
from marketplace.jobs.callers import acting_member, is_staff
from marketplace.jobs.rules import ExtraStatus
from marketplace.jobs.schemas import ExtraFormSchema
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import page, read_form
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _


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
    """Approve extra work, and lead to Checkout; a second click finds the same page."""
    view = _view(reference)
    if view.open_extra is None or (view.open_extra.part, view.open_extra.status) != (part, ExtraStatus.APPROVED):
        with transaction() as session:
            message_id = commands.approve_extra(session, reference, part, customer_id=caller_id(), now=utcnow())
        outbox.deliver_now(message_id)
        view = _view(reference)
    return redirect(url_for("payments.pay", hold_id=view.holds[part].id), code=303)


@blueprint.post("/requests/<reference>/extras/<int:part>/decline")
@open_to(Role.PERSON)
def decline_extra(reference: str, part: int) -> ResponseReturnValue:
    """Say no to extra work."""
    with transaction() as session:
        commands.decline_extra(session, reference, part, customer_id=caller_id(), now=utcnow())
    tell(_("You declined. Your partner goes on with what was agreed."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/extras/<int:part>/withdraw")
@open_to(Role.MEMBER)
def withdraw_extra(reference: str, part: int) -> ResponseReturnValue:
    """Take back a proposal of extra work."""
    with transaction() as session:
        commands.withdraw_extra(session, reference, part, member=acting_member(), now=utcnow())
    tell(_("Your proposal is taken back."))
    return redirect(url_for(".show", reference=reference))


def _view(reference: str) -> queries.RequestView:
    return queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
