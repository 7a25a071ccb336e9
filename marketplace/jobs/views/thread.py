"""Following a request: the moves of its customer and its partner."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import Side
from marketplace.jobs import commands, queries
from marketplace.jobs.callers import form_key, is_staff, sent_files
from marketplace.jobs.schemas import (
    CancelFormSchema,
    MessageSchema,
    PromiseSchema,
    RatingSchema,
    ReasonSchema,
    SolutionSchema,
)
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import move, move_as_typed, page, read_form
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.money import Money
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<reference>/messages")
@open_to(Role.PERSON)
def write(reference: str) -> ResponseReturnValue:
    """Say something in the thread; the same form sent twice says it once."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    try:
        typed = load_form(MessageSchema())
        uploads = sent_files()
        with transaction() as session:
            claimed = claim(
                session,
                person_id=caller_id(),
                key=form_key(),
                content=fingerprint(reference, typed),
                now=utcnow(),
            )
            if not claimed.outcome:
                _write(session, view.side, reference, typed, uploads)
                claimed.outcome = {"done": True}
    except InvalidInput as error:
        return page(reference, error.fields)
    return redirect(url_for(".show", reference=reference, _anchor="latest"))


def _write(session: Any, side: Side, reference: str, typed: Mapping[str, Any], uploads: list[storage.Upload]) -> None:
    if side is Side.CUSTOMER:
        commands.write_as_customer(
            session, reference, customer_id=caller_id(), body=typed["body"], uploads=uploads, now=utcnow()
        )
        return
    minutes = typed.get("next_update_minutes")
    commands.write_as_provider(
        session,
        reference,
        member=acting_member(),
        body=typed["body"],
        uploads=uploads,
        next_update_in=timedelta(minutes=minutes) if minutes else None,
        now=utcnow(),
    )


@blueprint.post("/requests/<reference>/promise")
@open_to(Role.MEMBER)
def promise(reference: str) -> ResponseReturnValue:
    """Promise the next update."""
    typed, wrong = read_form(PromiseSchema(), reference)
    if wrong:
        return wrong
    due_in = timedelta(minutes=typed["next_update_minutes"])
    told = _("Your customer knows when to expect the next update.")
    return move(commands.promise, reference, member=acting_member(), due_in=due_in, told=told)


@blueprint.post("/requests/<reference>/resolve")
@open_to(Role.MEMBER)
def resolve(reference: str) -> ResponseReturnValue:
    """State what fixed it."""
    solution, wrong = read_form(SolutionSchema(), reference)
    if wrong:
        return wrong
    told = _("Your solution is stated. Your customer is asked to confirm it.")
    return move(commands.resolve, reference, member=acting_member(), solution=solution, told=told)


@blueprint.post("/requests/<reference>/give-back")
@open_to(Role.MEMBER)
def give_back(reference: str) -> ResponseReturnValue:
    """End a job that can't be done; the customer gets everything back."""
    typed, wrong = read_form(ReasonSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.give_back(session, reference, member=acting_member(), reason=typed["reason"], now=utcnow())
    tell(_("The job is ended. Your customer gets everything back."))
    return redirect(url_for(".work"))


@blueprint.post("/requests/<reference>/confirm")
@open_to(Role.PERSON)
def confirm(reference: str) -> ResponseReturnValue:
    """Say that it is solved."""
    told = _("Good. Your partner is paid now.")
    return move(commands.confirm, reference, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/reopen")
@open_to(Role.PERSON)
def reopen(reference: str) -> ResponseReturnValue:
    """Say that it is not solved."""
    told = _("Your partner goes on with it, at no new charge.")
    return move_as_typed(commands.reopen, ReasonSchema(), reference, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/cancel")
@open_to(Role.PERSON)
def cancel(reference: str) -> ResponseReturnValue:
    """Take the request back before work has begun, or call a session off before it begins."""
    typed, wrong = read_form(CancelFormSchema(), reference)
    if wrong:
        return wrong
    currency = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False).request.currency
    with transaction() as session:
        fee = Money(typed["fee_minor"], currency)
        commands.cancel(session, reference, customer_id=caller_id(), reason=typed["reason"], fee=fee, now=utcnow())
    tell(_("Your request is cancelled."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/rating")
@open_to(Role.PERSON)
def rate(reference: str) -> ResponseReturnValue:
    """Say how the help was."""
    told = _("Thank you. Your rating helps the next customer to choose, as soon as it is shown.")
    return move_as_typed(commands.rate, RatingSchema(), reference, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/customer-rating")
@open_to(Role.MEMBER)
def rate_customer(reference: str) -> ResponseReturnValue:
    """Say how it was to work with the customer."""
    told = _("Thank you. Partners who are asked by the same customer read it, as soon as it is shown.")
    return move_as_typed(commands.rate_customer, RatingSchema(), reference, member=acting_member(), told=told)
