"""What did not get through: letters and calls to Stripe that were given up."""

from collections.abc import Mapping, Sequence

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.insights import queries
from marketplace.insights import wording_of_messages as wording
from marketplace.insights.schemas import DropSchema
from marketplace.insights.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import MAX_ID, reading, row_id, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, ngettext

PAGE = 30


def _kinds() -> frozenset[str]:
    """Tell which messages are the caller's business."""
    return queries.kinds_for(caller_roles())


@blueprint.get("/vendor/undelivered")
@open_to(Role.SUPPORT, Role.FINANCE)
def undelivered() -> ResponseReturnValue:
    """List what was given up and waits for a person, and what Stripe has refused lately."""
    before = request.args.get("before", type=row_id, default=MAX_ID)
    found = queries.undelivered(reading(), _kinds(), before_id=before, limit=PAGE + 1)
    return render_template(
        "insights/undelivered.html",
        found=found[:PAGE],
        older=url_for(".undelivered", before=found[PAGE - 1].message.id) if len(found) > PAGE else None,
        refused=queries.refused_lately(reading(), utcnow()) if Role.FINANCE in caller_roles() else [],
        wording=wording,
    )


@blueprint.post("/vendor/undelivered/again")
@open_to(Role.SUPPORT, Role.FINANCE)
def try_all_again() -> ResponseReturnValue:
    """Have all of it tried again: what kept it from getting through is mended."""
    with transaction() as session:
        count = outbox.try_all_again(session, kinds=_kinds(), by=caller_id(), now=utcnow())
    text = ngettext("%(n)d message is tried again now.", "%(n)d messages are tried again now.", count)
    tell(text % {"n": count})
    return redirect(url_for(".undelivered"))


@blueprint.get("/vendor/undelivered/<int:message_id>")
@open_to(Role.SUPPORT, Role.FINANCE)
def message(message_id: int) -> ResponseReturnValue:
    """Show what did not get through, and why."""
    return _message_page(message_id, {})


def _message_page(message_id: int, errors: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    found = queries.undelivered_message(reading(), message_id, _kinds())
    page = render_template(
        "insights/message.html", one=found, wording=wording, reason=request.form.get("reason", ""), errors=errors
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/undelivered/<int:message_id>/again")
@open_to(Role.SUPPORT, Role.FINANCE)
def try_again(message_id: int) -> ResponseReturnValue:
    """Try it again at once, and say what has come of it."""
    with transaction() as session:
        outbox.try_again(session, message_id, kinds=_kinds(), by=caller_id(), now=utcnow())
    if outbox.deliver_now(message_id):
        tell(_("It got through this time."))
    else:
        tell(_("It did not get through this time either. If there is hope, it is repeated for three days."))
    return redirect(url_for(".undelivered"))


@blueprint.post("/vendor/undelivered/<int:message_id>")
@open_to(Role.SUPPORT, Role.FINANCE)
def drop(message_id: int) -> ResponseReturnValue:
    """Decide that it is not needed any more."""
    try:
        reason = load_form(DropSchema())["reason"]
    except InvalidInput as error:
        return _message_page(message_id, error.fields)
    with transaction() as session:
        outbox.drop(session, message_id, reason, kinds=_kinds(), by=caller_id(), now=utcnow())
    tell(_("It is dropped."))
    return redirect(url_for(".undelivered"))
