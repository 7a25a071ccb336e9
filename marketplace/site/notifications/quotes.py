"""Letters about quotes: what partners ask, and what the customer has chosen."""

from sqlalchemy.orm import Session

from marketplace.jobs import events
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_duration, format_minutes, format_money
from marketplace.matching import queries as matching
from marketplace.matching.commands import QuoteDismissed
from marketplace.matching.models import Offer
from marketplace.matching.rules import quote_window
from marketplace.site.notifications.post import page, page_of, request_of, tell, tell_workers, when
from marketplace.support_requests.models import SupportRequest


def how_we_ask(support_request: SupportRequest) -> list[str]:
    """Say to a customer how quotes come in."""
    window = {"duration": format_duration(quote_window(support_request.urgency_hours))}
    return [
        _("We ask several partners what they would take for it. They have %(duration)s to answer.") % window,
        _("You get a letter with each quote. Nothing is set aside or taken before you choose one."),
    ]


def quote_given(session: Session, event: events.QuoteGiven) -> None:
    """Bring a quote to the customer."""
    support_request, offer = request_of(session, event.request_id), session.get_one(Offer, event.offer_id)
    quote = offer.quote
    assert quote is not None
    is_first = len(offer.quotes) == 1

    def write() -> Letter:
        facts = _facts(support_request, offer) | {"moment": when(quote.valid_until)}
        subject, text = _("A quote from %(name)s: %(price)s"), _("%(name)s would take it: %(terms)s.")
        if not is_first:
            subject, text = _("A new quote from %(name)s: %(price)s"), _("%(name)s has changed the quote: %(terms)s.")
        return Letter(
            subject % facts,
            [
                text % facts,
                quote.includes,
                _("You can choose it until %(moment)s. Nothing is taken before you do.") % facts,
            ],
            (_("Compare the quotes"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def quote_withdrawn(session: Session, event: events.QuoteWithdrawn) -> None:
    """Tell the customer that a quote is gone, and what became of the money if it was being paid."""
    support_request, offer = request_of(session, event.request_id), session.get_one(Offer, event.offer_id)
    others = len(matching.standing_quotes(session, event.request_id))

    def write() -> Letter:
        facts = _facts(support_request, offer)
        paragraphs = [_("%(name)s can not take your request any more, and we are sorry.") % facts]
        if event.was_chosen:
            paragraphs.append(_("Nothing was taken. If you have paid already, what was set aside is released."))
        last = _("Choose another quote.") if others else _("We go on asking, and you get a letter with each quote.")
        return Letter(
            _("A quote was withdrawn: %(title)s") % facts,
            [*paragraphs, last],
            (_("Look at your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def quotes_run_out(session: Session, event: events.QuotesRunOut) -> None:
    """Remind the customer of quotes that soon can't be chosen any more."""
    support_request = request_of(session, event.request_id)
    ending = [session.get_one(Offer, offer_id) for offer_id in event.offer_ids]

    def write() -> Letter:
        lines = [
            _("%(name)s asks %(price)s. You can choose it until %(moment)s.")
            % (_facts(support_request, offer) | {"moment": when(offer.expires_at)})
            for offer in ending
        ]
        return Letter(
            _("Choose soon: %(title)s") % {"title": support_request.title},
            [*lines, _("What runs out can not be chosen any more. Nothing is taken before you choose.")],
            (_("Compare the quotes"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def quote_unpaid(session: Session, event: events.QuoteUnpaid) -> None:
    """Tell the customer that the payment page has closed, and that the quote still stands."""
    support_request, offer = request_of(session, event.request_id), session.get_one(Offer, event.offer_id)

    def write() -> Letter:
        facts = _facts(support_request, offer) | {"moment": when(offer.expires_at)}
        text = _("The payment page has closed without a payment. Nothing was taken.")
        stands = _("The quote of %(name)s for %(price)s can be chosen until %(moment)s.") % facts
        if offer.expires_at <= event.at:
            stands = _("The quote of %(name)s has run out meanwhile. Choose another, or ask more partners.") % facts
        return Letter(
            _("Not paid yet: %(title)s") % facts, [text, stands], (_("Compare the quotes"), page_of(support_request))
        )

    tell(session, support_request.customer, write, event.at)


def quote_accepted(session: Session, event: events.QuoteAccepted) -> None:
    """Tell the partner that the customer has chosen the quote, and by when the first answer is awaited."""
    support_request, offer = request_of(session, event.request_id), session.get_one(Offer, event.offer_id)
    quote = offer.quote
    assert quote is not None

    def write() -> Letter:
        facts = _facts(support_request, offer) | {"duration": format_minutes(quote.first_answer_minutes)}
        return Letter(
            _("Your quote was chosen: %(title)s") % facts,
            [
                _("The customer has chosen and paid your quote of %(price)s.") % facts,
                _("You said that you write first within %(duration)s. The page of the request has the clock.") % facts,
            ],
            (_("Go to the request"), page_of(support_request)),
        )

    tell_workers(session, offer.provider_id, write, event.at)


def quote_dismissed(session: Session, event: QuoteDismissed) -> None:
    """Thank a partner whose quote was not chosen; who had not answered yet needs no letter to stop thinking."""
    if not event.had_quoted:
        return
    support_request, offer = request_of(session, event.request_id), session.get_one(Offer, event.offer_id)

    def write() -> Letter:
        facts = _facts(support_request, offer)
        return Letter(
            _("Not this time: %(title)s") % facts,
            [
                _("Thank you for your quote of %(price)s. The customer has decided otherwise this time.") % facts,
                _("It does not count against you, and your time is free again."),
            ],
            (_("Your work"), page("/work")),
        )

    tell_workers(session, event.provider_id, write, event.at)


def _facts(support_request: SupportRequest, offer: Offer) -> dict[str, str]:
    return {
        "name": offer.provider.name,
        "title": support_request.title,
        "price": format_money(offer.asks.most),
        "terms": offer.asks.text,
    }
