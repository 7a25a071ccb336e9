"""Letters about the work itself: offers, messages, promises, payouts."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation import queries as conversation
from marketplace.conversation.commands import MessageWritten, PromiseMissed
from marketplace.conversation.models import Message
from marketplace.conversation.rules import Side
from marketplace.jobs import queries as jobs
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_minutes, format_money, language_name
from marketplace.matching.commands import OfferMade
from marketplace.matching.models import Offer
from marketplace.matching.rules import OfferStatus
from marketplace.site.notifications.post import page, page_of, request_of, tell, tell_workers, when
from marketplace.support_requests.models import SupportRequest

EXCERPT_LENGTH = 300


def offer_made(session: Session, event: OfferMade) -> None:
    """Put a request to a partner."""
    offer = session.get_one(Offer, event.offer_id)
    support_request = request_of(session, event.request_id)

    def write() -> Letter:
        names = {
            "title": support_request.title,
            "language": language_name(support_request.language),
            "moment": when(offer.expires_at),
        }
        needed = _("A customer who speaks %(language)s needs help: %(title)s") % names
        if offer.status is OfferStatus.ASKED:
            subject, asked = _("What would you take for it? %(title)s"), _for_a_quote(support_request, offer)
        else:
            by_then = _("Accept or decline by %(moment)s. After that somebody else is asked.") % names
            subject = _("Can you help? %(title)s")
            asked = [*_when(support_request, offer), _share(session, offer, event.at), by_then]
        return Letter(
            subject % names,
            [needed, *asked],
            (_("Look at the request"), page(f"/work/offers/{offer.id}")),
        )

    tell_workers(session, event.provider_id, write, event.at)


def _for_a_quote(support_request: SupportRequest, offer: Offer) -> list[str]:
    facts = {"terms": offer.agreed.text, "moment": when(offer.expires_at)}
    asked = [_("The customer compares what several partners would take. You usually ask %(terms)s.") % facts]
    if support_request.starts_at is not None and offer.session_minutes is not None:
        start = {"moment": when(support_request.starts_at), "duration": format_minutes(offer.session_minutes)}
        asked.append(_("It is a guided session on %(moment)s, for %(duration)s.") % start)
    return [*asked, _("Send your quote by %(moment)s, or decline. Declining does not count against you.") % facts]


def _when(support_request: SupportRequest, offer: Offer) -> list[str]:
    """Say when a session starts, in the partner's own time."""
    if offer.session_minutes is None or support_request.starts_at is None:
        return []
    facts = {"moment": when(support_request.starts_at), "duration": format_minutes(offer.session_minutes)}
    return [_("It is a guided session on %(moment)s, for %(duration)s. Accepting books you for it.") % facts]


def _share(session: Session, offer: Offer, now: datetime) -> str:
    if not offer.price:
        return _("It is about the product itself, so the customer pays nothing.")
    if offer.kind is ServiceKind.HOURLY:
        return _("The price is %(terms)s. You are paid for the minutes that you write down.") % {
            "terms": offer.agreed.text
        }
    share = jobs.sharing(session, offer, now).of(offer.price).payee
    return _("The price is %(price)s; your share of it is %(share)s.") % {
        "price": format_money(offer.price),
        "share": format_money(share),
    }


def message_written(session: Session, event: MessageWritten) -> None:
    """Bring a message to the other side; what the house notes has its own letter."""
    message = conversation.message(session, event.message_id)
    if message.author is None:
        return
    author, support_request = message.author, request_of(session, event.request_id)
    promise = conversation.running_promise(session, event.request_id)
    is_promised = event.side is not Side.CUSTOMER and promise is not None

    def write() -> Letter:
        names = {"name": author.name, "title": support_request.title}
        paragraphs = [_("%(name)s wrote about your request:") % names, _excerpt(message)]
        if event.side is Side.CUSTOMER:
            paragraphs[0] = _("%(name)s wrote about a request that you look after:") % names
        if is_promised and promise is not None:
            paragraphs.append(_("The next update comes by %(moment)s.") % {"moment": when(promise.due_at)})
        return Letter(
            _("%(name)s wrote: %(title)s") % names, paragraphs, (_("Read and answer"), page_of(support_request))
        )

    if event.side is Side.CUSTOMER:
        tell_workers(session, support_request.provider_id, write, event.at, but=[author.id])
    elif author.id != support_request.customer_id:
        tell(session, support_request.customer, write, event.at)


def _excerpt(message: Message) -> str:
    body = message.paragraphs[0]
    is_whole = len(message.paragraphs) == 1 and len(body) <= EXCERPT_LENGTH
    return body if is_whole else f"{body[:EXCERPT_LENGTH].rstrip()} …"


def promise_missed(session: Session, event: PromiseMissed) -> None:
    """Tell the customer that promised news did not come, and remind the partner."""
    promise = conversation.promise(session, event.promise_id)
    support_request = request_of(session, event.request_id)
    assert support_request.provider is not None, "only who took a request promises"
    provider = support_request.provider

    def write_customer() -> Letter:
        names = {"name": provider.name, "moment": when(promise.due_at), "title": support_request.title}
        return Letter(
            _("No news yet: %(title)s") % names,
            [
                _("%(name)s promised you an update by %(moment)s. It has not come, and we are sorry.") % names,
                _("We have reminded %(name)s, and you get a letter as soon as there is an answer.") % names,
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    def write_partner() -> Letter:
        names = {"moment": when(promise.due_at), "title": support_request.title}
        return Letter(
            _("Your customer waits for an update: %(title)s") % names,
            [
                _("You promised an update by %(moment)s, and it has not come.") % names,
                _("Write now, even if there is little to tell, and say when you will write again."),
            ],
            (_("Write to your customer"), page_of(support_request)),
        )

    tell(session, support_request.customer, write_customer, event.at)
    tell_workers(session, provider.id, write_partner, event.at)
