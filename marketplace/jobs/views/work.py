"""A partner's day: offers with their clock, jobs by their promises, and what was earned."""

from collections.abc import Mapping
from datetime import timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask import flash as tell
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.conversation.rules import promise_view
from marketplace.jobs import commands, queries, wording
from marketplace.jobs.callers import acting_member
from marketplace.jobs.schemas import AcceptSchema, DeclineSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.matching.rules import DeclineReason
from marketplace.payments import commands as payments
from marketplace.payments import effects as payment_effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import Uncertain, gateway
from marketplace.support_requests import queries as requests


@blueprint.get("/work")
@open_to(Role.MEMBER)
def work() -> ResponseReturnValue:
    """Show a member's day in order of urgency."""
    member, now = acting_member(), utcnow()
    desk = queries.desk_of(reading(), member)
    jobs = queries.jobs_by_request(reading(), [one.id for one in (*desk.jobs, *desk.done)])
    return render_template(
        "jobs/work.html",
        member=member,
        desk=desk,
        clocks={offer.id: matching.clock_of(offer, now) for offer in desk.offers},
        shares={offer.id: offer.share for offer in desk.offers},
        promises={request_id: promise_view(promise, now) for request_id, promise in desk.promises.items()},
        jobs=jobs,
        earned=queries.earned(reading(), jobs),
        payout_rows=wording.payout_rows(desk.payouts),
        account=money.connected_account(reading(), member.provider_id),
    )


@blueprint.get("/work/offers/<int:offer_id>")
@open_to(Role.MEMBER)
def offer(offer_id: int) -> ResponseReturnValue:
    """Show what is asked, for how much, and until when."""
    return _offer_page(offer_id, {})


def _offer_page(offer_id: int, errors: Mapping[str, list[str]]) -> ResponseReturnValue:
    member = acting_member()
    found = matching.offer_to(reading(), offer_id, member.provider_id)
    page = render_template(
        "jobs/offer.html",
        offer=found,
        request_=found.support_request,
        clock=matching.clock_of(found, utcnow()),
        net=found.share,
        files=requests.files(reading(), found.request_id),
        environment=wording.environment(found.support_request),
        decline_reasons=[(reason.value, reason.label) for reason in DeclineReason],
        errors=errors,
        typed=request.form,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/offers/<int:offer_id>/accept")
@open_to(Role.MEMBER)
def accept(offer_id: int) -> ResponseReturnValue:
    """Take an offer, and promise the first answer."""
    try:
        minutes = load_form(AcceptSchema())["first_answer_minutes"]
    except InvalidInput as error:
        return _offer_page(offer_id, error.fields)
    with transaction() as session:
        job = commands.accept(
            session, offer_id, member=acting_member(), first_answer_in=timedelta(minutes=minutes), now=utcnow()
        )
        reference = job.support_request.reference
    tell(_("You accepted the request. Your customer knows when to expect your first answer."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/work/offers/<int:offer_id>/decline")
@open_to(Role.MEMBER)
def decline(offer_id: int) -> ResponseReturnValue:
    """Say no, and why; the next partner is asked."""
    try:
        typed = load_form(DeclineSchema())
    except InvalidInput as error:
        return _offer_page(offer_id, error.fields)
    with transaction() as session:
        commands.decline(session, offer_id, member=acting_member(), now=utcnow(), **typed)
    tell(_("You declined. The next partner is asked; this does not count against you."))
    return redirect(url_for(".work"))


@blueprint.post("/work/payouts/connect")
@open_to(Role.MEMBER)
def connect() -> ResponseReturnValue:
    """Lead the partner to Stripe, to say where payouts go."""
    member = acting_member()
    payee_id, country = member.provider_id, member.provider.country
    with transaction() as session:
        message_id = payments.ask_account(session, payee_id, country=country, email=current_user.email, now=utcnow())
    if message_id is not None:
        outbox.deliver_now(message_id)
    account = money.connected_account(reading(), payee_id)
    if account is not None and account.refusal is not None:
        tell(_("Stripe can not pay you: not in your country, or not any more. Your share is paid by hand."))
        return redirect(url_for(".work", _anchor="payouts"))
    if account is None or account.stripe_account_id is None:
        return _stripe_is_away()
    return _to_onboarding(account.stripe_account_id)


def _to_onboarding(account_id: str) -> ResponseReturnValue:
    reading().rollback()
    base_url = current_app.config["BASE_URL"]
    try:
        url = gateway().onboarding_url(
            account_id,
            refresh_url=f"{base_url}{url_for('.work')}",
            return_url=f"{base_url}{url_for('.connected')}",
        )
    except Uncertain:
        return _stripe_is_away()
    return redirect(url, code=303)


def _stripe_is_away() -> ResponseReturnValue:
    tell(_("Stripe did not answer. Try again in a minute."))
    return redirect(url_for(".work"))


@blueprint.get("/work/payouts/connected")
@open_to(Role.MEMBER)
def connected() -> ResponseReturnValue:
    """Take the partner back from Stripe; coming back proves nothing, so Stripe is asked."""
    payee_id = acting_member().provider_id
    if money.connected_account(reading(), payee_id) is not None:
        try:
            payment_effects.refresh_account(payee_id, utcnow())
        except Uncertain:
            return _stripe_is_away()
    account = money.connected_account(reading(), payee_id)
    if account is None or not account.may_receive:
        return redirect(url_for(".work", _anchor="payouts"))  # There it says that something is missing.
    tell(_("All is set: you can receive money now."))
    return redirect(url_for(".work"))
