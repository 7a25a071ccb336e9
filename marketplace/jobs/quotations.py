"""From what a partner typed to a quote, for pages and API alike."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _
from marketplace.matching.models import Offer
from marketplace.matching.rules import Quotation
from providers.services.rules import Terms


def quotation_from(
    offer: Offer, typed: Mapping[str, Any], *, kind: ServiceKind | None, price: Money, cap_minutes: int | None
) -> Quotation:
    """Put together a quote for an offer; priced as the request usually is if no kind is given.

    Raises:
        InvalidInput: help by the hour has no limit, or something else has one.
    """
    kind = kind or offer.kind
    if kind is ServiceKind.HOURLY and cap_minutes is None:
        raise InvalidInput({"cap_minutes": [_("Say how many hours it takes at most.")]})
    if kind is not ServiceKind.HOURLY and cap_minutes is not None:
        raise InvalidInput({"cap_minutes": [_("Only help by the hour has a limit of time. Leave this out.")]})
    session_minutes = offer.session_minutes if kind is ServiceKind.SESSION else None
    if (kind is ServiceKind.SESSION) != (session_minutes is not None):
        raise InvalidInput({"kind": [_("Choose one of the answers.")]})
    return Quotation(
        terms=Terms(kind, price, cap_minutes, session_minutes),
        includes=typed["includes"],
        remark=typed["remark"],
        first_answer_in=timedelta(minutes=typed["first_answer_minutes"]),
        valid_for=timedelta(hours=typed["valid_hours"]),
    )
