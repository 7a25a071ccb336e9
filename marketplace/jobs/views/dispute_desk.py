"""The desk of disputes: what waits for a decision, and the decision itself, with a look at what each side gets."""

from collections.abc import Sequence
from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import Side
from marketplace.jobs import commands, queries, wording, wording_of_terms
from marketplace.jobs.disputes import Stake, at_stake, cut, split
from marketplace.jobs.models import Dispute
from marketplace.jobs.rules import StalePage
from marketplace.jobs.schemas_of_disputes import VerdictFormSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money, total
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _


@blueprint.get("/vendor/disputes")
@open_to(Role.SUPPORT, Role.FINANCE)
def disputes() -> ResponseReturnValue:
    """List what waits for an answer or a decision, the oldest first."""
    return render_template("jobs/disputes.html", disputes=queries.open_disputes(reading()), now=utcnow())


@blueprint.get("/vendor/disputes/<reference>")
@open_to(Role.SUPPORT, Role.FINANCE)
def case(reference: str) -> ResponseReturnValue:
    """Show what both sides say, and what there is to split."""
    return _page(reference)


@blueprint.post("/vendor/disputes/<reference>")
@open_to(Role.SUPPORT, Role.FINANCE)
def decide_dispute(reference: str) -> ResponseReturnValue:
    """Show what each side would get; what was looked at is decided at the next click, and nothing else."""
    found = queries.latest_dispute(reading(), reference)
    try:
        typed = load_form(VerdictFormSchema())
        back = _amount(typed["back"], found.currency)
        if typed["step"] == "change":
            return _page(reference)
        if typed["step"] == "decide" and typed["seen_minor"] is not None:
            return _decide(reference, back, typed)
        commands.check_split(back, _stake(found))
        return _page(reference, looked_at={**typed, "back": back})
    except InvalidInput as error:
        return _page(reference, errors=error.fields)


def _decide(reference: str, back: Money, typed: dict[str, Any]) -> ResponseReturnValue:
    seen = Money(typed["seen_minor"], back.currency)
    try:
        with transaction() as session:
            commands.decide_dispute(
                session, reference, back=back, verdict=typed["verdict"], seen=seen, by=caller_id(), now=utcnow()
            )
    except StalePage as refusal:
        raise InvalidInput({"back": [refusal.text]}) from None
    tell(_("It is decided. Both sides get a letter that says why."))
    return redirect(url_for(".disputes"))


def _amount(text: str, currency: str) -> Money:
    """Read what goes back, which may be nothing."""
    try:
        return Money.parse(text.replace(",", "."), currency)
    except ValueError:
        message = _("Write an amount in %(currency)s, from 0 to all that is at stake.") % {"currency": currency}
        raise InvalidInput({"back": [message]}) from None


def _stake(found: Dispute) -> Money:
    return at_stake(queries.stakes(reading(), found.job), found.currency)


def _into_cover(view: queries.RequestView, stakes: Sequence[Stake], back: Money) -> Money:
    """Tell what of a split goes back into the customer's cover."""
    holds = {hold.id: hold for hold in view.holds.values()}
    parts = ((holds[one.stake.hold_id], one.stake.kept - one.left) for one in cut(stakes, back))
    return total((hold.back_in_cover_of(amount) for hold, amount in parts), back.currency)


def _page(
    reference: str, *, looked_at: dict[str, Any] | None = None, errors: dict[str, list[str]] | None = None
) -> ResponseReturnValue:
    session, now = reading(), utcnow()
    found = queries.latest_dispute(session, reference)
    view = queries.view_request(session, reference, person_id=caller_id(), is_staff=True)
    stakes = queries.stakes(session, found.job)
    page = render_template(
        "jobs/dispute_case.html",
        dispute=found,
        view=view,
        request_=view.request,
        stake=at_stake(stakes, found.currency),
        is_at_bank=queries.is_at_bank(session, stakes),
        is_own=view.side is not Side.VENDOR,
        may_decide=found.is_open and found.may_be_decided(now),
        meter=wording_of_terms.meter(view),
        money=wording.money(view),
        opening=wording.opening(view),
        looked_at=looked_at,
        split=split(stakes, looked_at["back"], found.job.terms) if looked_at else None,
        into_cover=_into_cover(view, stakes, looked_at["back"]) if looked_at else None,
        typed=request.form,
        errors=errors or {},
    )
    return page, 422 if errors else 200
