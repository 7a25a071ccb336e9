"""A partner's day: offers with their clock, jobs by their promises, and what was earned."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.catalogue import queries as catalogue
from marketplace.conversation.rules import promise_view
from marketplace.jobs import commands, queries, wording, wording_of_quotes
from marketplace.jobs.callers import new_form_key
from marketplace.jobs.schemas import AcceptSchema, DeclineSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.matching.rules import DeclineReason
from marketplace.payments import queries as money
from marketplace.payments.models import Payout
from marketplace.payments.wording import standing
from marketplace.support_requests import queries as requests
from providers.profiles import queries as profiles
from providers.profiles.callers import acting_member
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus
from providers.profiles.wording import LevelCard, level_card

CUSTOMER_REVIEWS = 5


@blueprint.get("/work")
@open_to(Role.PARTNER)
def work() -> ResponseReturnValue:
    """Show a member's day in order of urgency."""
    member, now = acting_member(), utcnow()
    desk = queries.desk_of(reading(), member)
    jobs = queries.jobs_by_request(reading(), [one.id for one in (*desk.jobs, *desk.done)])
    return render_template(
        "jobs/work.html",
        member=member,
        rests_until=member.provider.on_break_until(now),
        desk=desk,
        asked_to_move=queries.asked_to_move(reading(), member.person_id, desk.jobs, now),
        clocks={offer.id: matching.clock_of(offer, now) for offer in (*desk.offers, *desk.quotes)},
        shares={
            offer.id: queries.sharing(reading(), offer, now).of(offer.asks.most).payee
            for offer in (*desk.offers, *desk.quotes)
        },
        promises={request_id: promise_view(promise, now) for request_id, promise in desk.promises.items()},
        jobs=jobs,
        earned=queries.earned(reading(), jobs),
        payouts=wording.payouts(desk.payouts, money.holds_by_subject(reading(), _subjects(desk.payouts))),
        standing=standing(money.connected_account(reading(), member.provider_id)),
        can_be_paid=money.can_be_paid(reading(), member.provider_id),
        level_card=_level_card(member.provider),
    )


def _level_card(provider: Provider) -> LevelCard | None:
    """Tell how far a partner has come; the vendor's desk and who only applies have no level yet."""
    if provider.is_vendor_desk or provider.status is ProviderStatus.APPLYING:
        return None
    return level_card(reading(), provider, utcnow())


def _subjects(payouts: Sequence[Payout]) -> set[tuple[str, int]]:
    return {(one.purpose, one.subject_id) for one in payouts}


@blueprint.get("/work/offers/<int:offer_id>")
@open_to(Role.MEMBER)
def offer(offer_id: int) -> ResponseReturnValue:
    """Show what is asked, for how much, and until when."""
    return offer_page(offer_id, {})


def offer_page(offer_id: int, errors: Mapping[str, list[str]]) -> ResponseReturnValue:
    """Show what is asked, with what is wrong with a form that was sent."""
    member, now = acting_member(), utcnow()
    found = matching.offer_to(reading(), offer_id, member.provider_id)
    sharing = queries.sharing(reading(), found, now)
    page = render_template(
        "jobs/offer.html",
        offer=found,
        request_=found.support_request,
        clock=matching.clock_of(found, now),
        sharing=sharing,
        shares=sharing.of(found.asks.most),
        is_covered=queries.is_covered(reading(), found.request_id),
        quote_form=wording_of_quotes.quote_form(found, catalogue.rates(reading())) if found.is_for_quote else None,
        quote_state=wording_of_quotes.state(found, now),
        form_key=new_form_key(),
        reserve=queries.reserve_of(reading(), member.provider_id, found.request_id, now),
        files=requests.files(reading(), found.request_id),
        customer_reviews=profiles.reviews_of_customer(
            reading(), found.support_request.customer_id, limit=CUSTOMER_REVIEWS
        ),
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
        return offer_page(offer_id, error.fields)
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
        return offer_page(offer_id, error.fields)
    member = acting_member()
    was_to_quote = matching.offer_to(reading(), offer_id, member.provider_id).is_for_quote
    with transaction() as session:
        commands.decline(session, offer_id, member=member, now=utcnow(), **typed)
    if was_to_quote:
        tell(_("You declined. This does not count against you."))
    else:
        tell(_("You declined. The next partner is asked; this does not count against you."))
    return redirect(url_for(".work"))
