"""The values that fill what the API answers about requests and offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.conversation.models import Message, Promise
from marketplace.conversation.rules import Side
from marketplace.jobs.answers.cover import cover_facts
from marketplace.jobs.answers.disputes import dispute_facts
from marketplace.jobs.answers.quotes import own_quote, quotes_of_request, reason_facts
from marketplace.jobs.answers.terms import terms_facts, terms_of_request
from marketplace.jobs.covering import Coverage
from marketplace.jobs.models import ExtraWork
from marketplace.jobs.queries import RequestView
from marketplace.jobs.rules import FIRST_PART
from marketplace.kernel.money import Money
from marketplace.kernel.schema import money_json
from marketplace.kernel.storage import StoredFile
from marketplace.matching.models import Offer
from marketplace.matching.rules import Match
from marketplace.payments.rules import HoldStatus
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Provider


def page(
    items: Sequence[Mapping[str, Any]], *, following: str | None = None, total: int | None = None
) -> dict[str, Any]:
    """Fill the shape of a list; without more it fits on one page."""
    return {"items": items, "next": following, "total": len(items) if total is None else total}


def request_facts(view: RequestView) -> dict[str, Any]:
    """Fill the shape of a request."""
    one = view.request
    return {
        **request_line(one),
        **_problem(one, view.files),
        "layer": one.layer,
        "responsible": one.triage.responsible,
        "why": str(one.triage.why),
        "ceiling": _money(one.ceiling),
        "price": _money(view.job.price if view.job else None),
        **terms_of_request(view),
        **quotes_of_request(view),
        "is_covered": view.is_covered,
        "covered": _covered(view, FIRST_PART),
        "payment": view.hold.status if view.hold else None,
        "checkout_url": checkout_url(view),
        "renewal": view.renewal,
        "extras": [_extra(view, one) for one in view.extras],
        "disputes": [dispute_facts(one) for one in view.disputes],
        "promise": _promise(view.promise),
        "resolutions": view.resolutions,
    }


def checkout_url(view: RequestView, part: int = FIRST_PART) -> str | None:
    """Tell where the customer authorises the payment of a part, while it waits for that."""
    hold = view.holds.get(part)
    if hold is None or view.side is not Side.CUSTOMER or hold.status is not HoldStatus.AWAITING:
        return None
    return hold.checkout_url


def _covered(view: RequestView, part: int) -> dict[str, Any] | None:
    hold = view.holds.get(part)
    return None if hold is None or view.side is Side.PROVIDER else money_json(hold.covered)


def _extra(view: RequestView, extra: ExtraWork) -> dict[str, Any]:
    return {
        "part": extra.part,
        "description": extra.description,
        "price": money_json(extra.price),
        "covered": _covered(view, extra.part),
        "status": extra.status,
        "checkout_url": checkout_url(view, extra.part),
        "proposed_at": extra.proposed_at,
    }


def request_line(one: SupportRequest) -> dict[str, Any]:
    """Fill the shape of a request in a list."""
    return {
        "id": one.reference,
        "status": one.status,
        "title": one.title,
        "category": one.category.slug,
        "provider": one.provider.slug if one.provider else None,
        "created_at": one.created_at,
    }


def _problem(one: SupportRequest, files: Sequence[StoredFile]) -> dict[str, Any]:
    return {
        "title": one.title,
        "description": one.description,
        "category": one.category.slug,
        "fields_": one.fields,
        "release": one.release.version if one.release else None,
        "language": one.language,
        "level": one.level,
        "timezone": one.zone,
        "urgency_hours": one.urgency_hours,
        "files": [_file(one.reference, file) for file in files],
    }


def _money(amount: Money | None) -> dict[str, Any] | None:
    return money_json(amount) if amount is not None else None


def _promise(promise: Promise | None) -> dict[str, Any] | None:
    return {"due_at": promise.due_at, "missed": promise.missed_at is not None} if promise else None


def _file(reference: str, file: StoredFile) -> dict[str, str]:
    url = f"/api/v1/requests/{reference}/files/{file.id}"
    return {"name": file.name, "content_type": file.content_type, "url": url}


def match_facts(match: Match, providers: Mapping[int, Provider], coverage: Coverage) -> dict[str, Any]:
    """Fill the shape of a partner who fits."""
    provider = providers[match.provider_id]
    return {
        "provider": provider.slug,
        "name": provider.name,
        "price": money_json(match.price),
        "terms": terms_facts(match.terms),
        "cover": cover_facts(coverage, match.price),
        "reasons": [reason_facts(reason) for reason in match.reasons],
    }


def offer_facts(offer: Offer, files: Sequence[StoredFile], share: Money, *, is_covered: bool) -> dict[str, Any]:
    """Fill the shape of an offer."""
    return {
        **_problem(offer.support_request, files),
        "id": offer.id,
        "request": offer.support_request.reference,
        "status": offer.status,
        "price": money_json(offer.asks.most),
        "share": money_json(share),
        "is_covered": is_covered,
        "terms": terms_facts(offer.asks),
        "quote": own_quote(offer.quote) if offer.quote else None,
        "starts_at": offer.support_request.starts_at,
        "expires_at": offer.expires_at,
        "reasons": [reason_facts(reason) for reason in offer.why],
    }


def message_facts(reference: str, message: Message) -> dict[str, Any]:
    """Fill the shape of a message."""
    return {
        "id": message.id,
        "side": message.side,
        "author": message.author.name if message.author else None,
        "body": message.body,
        "at": message.at,
        "files": [_file(reference, file) for file in message.files],
    }
