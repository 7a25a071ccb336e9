"""What the API answers about requests and offers: the shapes, and the values that fill them."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from marketplace.conversation.models import Message, Promise
from marketplace.jobs.queries import RequestView
from marketplace.kernel.money import Money
from marketplace.kernel.schema import MoneySchema, money_json
from marketplace.matching.models import Offer
from marketplace.matching.rules import Match, Reason
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Provider


class ReasonAnswer(Schema):
    """One reason of a match."""

    kind = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "In the reader's language"})
    tone = fields.String(required=True)


class MatchAnswer(Schema):
    """A partner who fits."""

    provider = fields.String(required=True, metadata={"description": "The partner's slug"})
    name = fields.String(required=True)
    price = fields.Nested(MoneySchema, required=True)
    reasons = fields.List(fields.Nested(ReasonAnswer), required=True)


class PromiseAnswer(Schema):
    """By when the next update comes."""

    due_at = fields.DateTime(required=True, format="iso")
    missed = fields.Boolean(required=True)


class ResolutionAnswer(Schema):
    """What fixed it."""

    cause = fields.String(required=True)
    fix = fields.String(required=True)
    prevention = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True, format="iso")


class FileAnswer(Schema):
    """A file, and where it is."""

    name = fields.String(required=True)
    content_type = fields.String(required=True)
    url = fields.String(required=True)


class RequestAnswer(Schema):
    """A request as its reader may see it."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True)
    language = fields.String(required=True)
    level = fields.String(required=True)
    timezone = fields.String(required=True)
    release = fields.String(required=True, allow_none=True)
    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")
    urgency_hours = fields.Integer(required=True)
    layer = fields.String(required=True)
    responsible = fields.String(required=True)
    why = fields.String(required=True)
    ceiling = fields.Nested(MoneySchema, required=True, allow_none=True)
    price = fields.Nested(MoneySchema, required=True, allow_none=True)
    provider = fields.String(required=True, allow_none=True)
    payment = fields.String(required=True, allow_none=True)
    promise = fields.Nested(PromiseAnswer, required=True, allow_none=True)
    resolutions = fields.List(fields.Nested(ResolutionAnswer), required=True)
    files = fields.List(fields.Nested(FileAnswer), required=True)
    created_at = fields.DateTime(required=True, format="iso")


class DraftAnswer(RequestAnswer):
    """A new request, with who could do it."""

    matches = fields.List(fields.Nested(MatchAnswer), required=True)


class SubmittedAnswer(Schema):
    """What came of submitting; with money to set aside there is a Checkout page."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    checkout_url = fields.String(required=True, allow_none=True)


class RequestLine(Schema):
    """A request in a list."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True)
    provider = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True, format="iso")


class OfferAnswer(Schema):
    """A request put to the caller's provider."""

    id = fields.Integer(required=True)
    request = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    status = fields.String(required=True)
    price = fields.Nested(MoneySchema, required=True)
    expires_at = fields.DateTime(required=True, format="iso")
    reasons = fields.List(fields.Nested(ReasonAnswer), required=True)


class MessageAnswer(Schema):
    """Something said in a thread."""

    id = fields.Integer(required=True)
    side = fields.String(required=True)
    author = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    at = fields.DateTime(required=True, format="iso")
    files = fields.List(fields.Nested(FileAnswer), required=True)


def page_of(item: type[Schema]) -> type[Schema]:
    """Make the shape of a list."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
            "total": fields.Integer(required=True),
        },
        name=f"{item.__name__}Page",
    )


def page(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Fill the shape of a list that fits on one page."""
    return {"items": items, "next": None, "total": len(items)}


def request_facts(view: RequestView) -> dict[str, Any]:
    """Fill the shape of a request."""
    one = view.request
    files = [_file(one.reference, file.id, file.name, file.content_type) for file in view.files]
    return {
        **_line(one),
        "description": one.description,
        "language": one.language,
        "level": one.level.value,
        "timezone": one.zone,
        "release": one.release.version if one.release else None,
        "fields_": one.fields,
        "urgency_hours": one.urgency_hours,
        "layer": one.layer.value,
        "responsible": one.triage.responsible.value,
        "why": str(one.triage.why),
        "ceiling": _money(one.ceiling),
        "price": _money(view.job.price if view.job else None),
        "payment": view.hold.status.value if view.hold else None,
        "promise": _promise(view.promise),
        "resolutions": view.resolutions,
        "files": files,
    }


def request_line(one: SupportRequest) -> dict[str, Any]:
    """Fill the shape of a request in a list."""
    return _line(one)


def _line(one: SupportRequest) -> dict[str, Any]:
    return {
        "id": one.reference,
        "status": one.status.value,
        "title": one.title,
        "category": one.category.slug,
        "provider": one.provider.slug if one.provider else None,
        "created_at": one.created_at,
    }


def _money(amount: Money | None) -> dict[str, Any] | None:
    return money_json(amount) if amount is not None else None


def _promise(promise: Promise | None) -> dict[str, Any] | None:
    return {"due_at": promise.due_at, "missed": promise.missed_at is not None} if promise else None


def _file(reference: str, file_id: int, name: str, content_type: str) -> dict[str, str]:
    return {"name": name, "content_type": content_type, "url": f"/api/v1/requests/{reference}/files/{file_id}"}


def match_facts(match: Match, providers: Mapping[int, Provider]) -> dict[str, Any]:
    """Fill the shape of a partner who fits."""
    provider = providers[match.provider_id]
    return {
        "provider": provider.slug,
        "name": provider.name,
        "price": money_json(match.price),
        "reasons": [_reason(reason) for reason in match.reasons],
    }


def _reason(reason: Reason) -> dict[str, str]:
    return {"kind": reason.kind, "text": reason.text, "tone": reason.tone}


def offer_facts(offer: Offer) -> dict[str, Any]:
    """Fill the shape of an offer."""
    return {
        "id": offer.id,
        "request": offer.support_request.reference,
        "title": offer.support_request.title,
        "description": offer.support_request.description,
        "status": offer.status.value,
        "price": money_json(offer.price),
        "expires_at": offer.expires_at,
        "reasons": [_reason(reason) for reason in offer.why],
    }


def message_facts(reference: str, message: Message) -> dict[str, Any]:
    """Fill the shape of a message."""
    return {
        "id": message.id,
        "side": message.side.value,
        "author": message.author.name if message.author else None,
        "body": message.body,
        "at": message.at,
        "files": [_file(reference, file.id, file.name, file.content_type) for file in message.files],
    }
