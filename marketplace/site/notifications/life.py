"""Letters about the life of a request, from the search for a partner to its end."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation import queries as conversation
from marketplace.jobs import events, queries, wording
from marketplace.jobs.invitations import Method
from marketplace.jobs.rules import PURPOSE, quotes_search_ends_at
from marketplace.kernel.mail import Letter
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_duration, format_money, language_name
from marketplace.matching import queries as matching
from marketplace.matching.rules import offer_window
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.payments.rules import PayoutMethod
from marketplace.site.notifications.post import page_of, request_of, support_staff, tell, tell_all, tell_workers, when
from marketplace.site.notifications.quotes import how_we_ask
from marketplace.site.notifications.sessions import invitation
from marketplace.site.notifications.terms import what_it_costs, what_of_the_money, what_was_paid
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import CONFIRM_AFTER, REOPEN_WITHIN, Mode


def matching_started(session: Session, event: events.MatchingStarted) -> None:
    """Tell the customer that partners are being asked."""
    support_request = request_of(session, event.request_id)
    hold = payments.latest_hold(session, PURPOSE, event.request_id)

    def write() -> Letter:
        names = {"title": support_request.title}
        return Letter(
            _("We are looking for help: %(title)s") % names,
            _how_we_look(support_request, hold),
            (_("Look at your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def _how_we_look(support_request: SupportRequest, hold: Hold | None) -> list[str]:
    window = {"duration": format_duration(offer_window(support_request.urgency_hours))}
    if support_request.is_vendors:
        return [
            _("Your report has gone to those who make the product. It costs you nothing."),
            _("They have %(duration)s to take it. You get a letter as soon as they have.") % window,
        ]
    if support_request.mode is Mode.QUOTES:
        return how_we_ask(support_request)
    limit = support_request.ceiling
    assert limit is not None, "partners are asked for a price"
    return [
        _("We ask a partner now. Whoever is asked has %(duration)s to answer; then the next one is asked.") % window,
        _waits(limit, hold),
    ]


def _waits(limit: Money, hold: Hold | None) -> str:
    """Say what is set aside while somebody is looked for, and by whom."""
    if hold is None or not hold.covered:
        said = _(
            "You get a letter as soon as somebody takes it. Until then %(amount)s is set aside, and nothing is taken."
        )
        return said % {"amount": format_money(limit)}
    facts = {"covered": format_money(hold.covered), "amount": format_money(hold.asked)}
    said = _("You get a letter as soon as somebody takes it. Until then %(covered)s of your cover is reserved.")
    more = _("%(amount)s is set aside on your card, and nothing is taken.")
    return f"{said} {more}" % facts if hold.asked else said % facts


def request_unmatched(session: Session, event: events.RequestUnmatched) -> None:
    """Tell the customer that nobody is left to ask, and the vendor that somebody is missing."""
    support_request = request_of(session, event.request_id)
    missing = matching.gap(session, support_request, event.at)

    def write_customer() -> Letter:
        return Letter(
            _("Nobody is free yet: %(title)s") % {"title": support_request.title},
            [
                wording.nobody(missing),
                _("We keep looking, and the vendor knows."),
                _what_to_do(support_request, event.at),
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    def write_staff() -> Letter:
        names = {"title": support_request.title, "language": language_name(support_request.language)}
        return Letter(
            _("Nobody takes it: %(title)s") % names,
            [
                _("A customer who speaks %(language)s needs help, and nobody is left to ask.") % names,
                wording.nobody(missing),
            ],
            (_("See what is missing"), page_of(support_request)),
        )

    tell(session, support_request.customer, write_customer, event.at)
    tell_all(session, support_staff(session), write_staff, event.at)


def _what_to_do(support_request: SupportRequest, now: datetime) -> str:
    if support_request.mode is Mode.QUOTES:
        asked_at = support_request.submitted_at or support_request.created_at
        ends_at = {"moment": when(quotes_search_ends_at(asked_at, [now]))}
        wait = _("Nothing was taken from you. You can wait, change what you ask for, or ask for help in another way.")
        return wait + " " + _("If nobody is found until %(moment)s, the search ends.") % ends_at
    return _("Nothing was taken from you. You can wait, or cancel at any time.")


def request_accepted(session: Session, event: events.RequestAccepted) -> None:
    """Tell the customer who helps, by when the first answer comes, and what is paid."""
    support_request = request_of(session, event.request_id)
    job = queries.job_of(session, event.request_id)
    assert job is not None
    promise = conversation.running_promise(session, event.request_id)

    def write() -> Letter:
        names = {"name": job.provider.name, "title": support_request.title}
        paragraphs = [_("%(name)s has taken your request: %(title)s") % names]
        if promise is not None:
            paragraphs.append(
                _("You get a first answer by %(moment)s, here and on the page of your request.")
                % {"moment": when(promise.due_at)}
            )
        paragraphs += what_it_costs(support_request, job)
        return Letter(
            _("%(name)s helps you") % names,
            paragraphs,
            (_("Go to your request"), page_of(support_request)),
            invitation(session, job, support_request.customer, event.at),
        )

    tell(session, support_request.customer, write, event.at)


def request_resolved(session: Session, event: events.RequestResolved) -> None:
    """Ask the customer whether it is solved."""
    support_request = request_of(session, event.request_id)
    assert support_request.provider is not None
    provider = support_request.provider

    def write() -> Letter:
        names = {"name": provider.name, "title": support_request.title, "moment": when(event.at + CONFIRM_AFTER)}
        return Letter(
            _("Is it solved? %(title)s") % names,
            [
                _("%(name)s says that it is solved, and wrote down what fixed it.") % names,
                _("Try it. Then confirm, or say what is still wrong."),
                _("If we hear nothing from you until %(moment)s, it counts as solved.") % names,
            ],
            (_("See the solution"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def request_reopened(session: Session, event: events.RequestReopened) -> None:
    """Tell the partner that it is not solved."""
    support_request = request_of(session, event.request_id)

    def write() -> Letter:
        names = {"name": support_request.customer.name, "title": support_request.title}
        return Letter(
            _("Not solved yet: %(title)s") % names,
            [
                _("%(name)s has tried your solution, and something is still wrong. You find what in the conversation.")
                % names,
                _("Answer, and say when you will write again."),
            ],
            (_("Read and answer"), page_of(support_request)),
        )

    tell_workers(session, support_request.provider_id, write, event.at)


def request_closed(session: Session, event: events.RequestClosed) -> None:
    """Tell both sides that it is solved, and what comes of it."""
    support_request = request_of(session, event.request_id)
    payouts = payments.payouts_by_subject(session, [event.request_id]).get(event.request_id, [])
    job = queries.job_of(session, event.request_id)
    holds = payments.latest_holds(session, PURPOSE, event.request_id)

    def write_customer() -> Letter:
        names = {"title": support_request.title, "moment": when(event.at + REOPEN_WITHIN)}
        return Letter(
            _("Solved: %(title)s") % names,
            [
                _("Your request is closed. Say how the help was: it helps the next customer to choose."),
                *what_was_paid(job, holds),
                _("If it comes back, open it again until %(moment)s. The same partner goes on, at no new charge.")
                % names,
            ],
            (_("Rate the help"), page_of(support_request)),
        )

    def write_partner() -> Letter:
        names = {"title": support_request.title}
        paragraphs = [_("The request is closed as solved. Thank you for your help.")]
        paragraphs += [_how_paid(one.method) % {"amount": format_money(one.amount)} for one in payouts]
        return Letter(_("Solved: %(title)s") % names, paragraphs, (_("Look at the request"), page_of(support_request)))

    tell(session, support_request.customer, write_customer, event.at)
    tell_workers(session, support_request.provider_id, write_partner, event.at)


def _how_paid(method: PayoutMethod) -> str:
    if method is PayoutMethod.TRANSFER:
        return _("Your share of %(amount)s is being transferred to your account at Stripe.")
    return _("Your share of %(amount)s is paid by bank transfer. You get a letter when it is on its way.")


# Why a request ends without anybody's saying so.
_NO_PARTNER = {"nobody_in_time", "hold_lapsed"}


def request_cancelled(session: Session, event: events.RequestCancelled) -> None:
    """Tell the customer that it ended without a solution, and what becomes of the money."""
    support_request = request_of(session, event.request_id)
    if support_request.submitted_at is None:
        return  # A draft that its writer threw away.
    holds = payments.latest_holds(session, PURPOSE, event.request_id)
    job = queries.job_of(session, event.request_id)

    def write() -> Letter:
        names = {"title": support_request.title}
        return Letter(
            _("Ended: %(title)s") % names,
            [_why_ended(support_request, event), what_of_the_money(support_request, holds)],
            (_("Look at your request"), page_of(support_request)),
            invitation(session, job, support_request.customer, event.at, Method.CANCEL),
        )

    tell(session, support_request.customer, write, event.at)


def _why_ended(support_request: SupportRequest, event: events.RequestCancelled) -> str:
    if event.reason in _NO_PARTNER:
        return _("Nobody could take your request in time, and we are sorry. You can ask again whenever you like.")
    if event.reason == "not_renewed":
        return _("The amount was not set aside once more in time, so we have stopped looking for a partner.")
    if support_request.provider is not None and event.by != support_request.customer_id:
        return _("%(name)s can not go on with it, and says why: %(reason)s") % {
            "name": support_request.provider.name,
            "reason": event.reason,
        }
    return _("Your request is cancelled, as you asked.")


def payment_lapsed(session: Session, event: events.PaymentLapsed) -> None:
    """Tell the customer that the request was not sent, because nothing was paid."""
    support_request = request_of(session, event.request_id)

    def write() -> Letter:
        return Letter(
            _("Not sent yet: %(title)s") % {"title": support_request.title},
            [
                _("The payment page has closed without a payment. Nothing was taken, and nobody was asked."),
                _("Everything that you wrote is kept. Send your request again whenever you like."),
            ],
            (_("Go to your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def payment_failed(session: Session, event: events.PaymentFailed) -> None:
    """Tell both sides that the bank refused, and that the work waits."""
    support_request = request_of(session, event.request_id)

    def write_customer() -> Letter:
        return Letter(
            _("Your bank refused the payment: %(title)s") % {"title": support_request.title},
            [
                _("Your bank had set the price aside, but did not hand it over. Nothing was taken."),
                _("Your partner is ready. Pay in another way, and the work goes on."),
            ],
            (_("Pay in another way"), page_of(support_request)),
        )

    def write_partner() -> Letter:
        return Letter(
            _("Please wait with: %(title)s") % {"title": support_request.title},
            [
                _("The customer's bank refused the payment. The customer has been asked to pay in another way."),
                _("The page of the request shows when it is paid. Please wait with your work until then."),
            ],
            (_("Look at the request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write_customer, event.at)
    tell_workers(session, support_request.provider_id, write_partner, event.at)
