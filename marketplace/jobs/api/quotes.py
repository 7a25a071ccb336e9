"""Quotes by JSON: given, revised and withdrawn by partners, chosen by the customer."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs import answers, commands, queries
from marketplace.jobs.api.common import blueprint, move, page_being_made, repeatable, to_payment
from marketplace.jobs.quotations import quotation_from
from marketplace.jobs.schemas import QuoteCallSchema
from marketplace.jobs.schemas_of_paying import ChooseSchema, paying_of
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.repeating import once
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from providers.profiles.callers import acting_member

EXAMPLE = {
    "terms": {"kind": "hourly", "price": {"amount": 6000, "currency": "EUR"}, "cap_minutes": 120},
    "includes": "A backup, the repair, and a test on a copy of your site.",
    "remark": "I have seen this three times since 4.2.",
    "first_answer_minutes": 30,
    "valid_hours": 48,
}


@blueprint.post("/offers/<int:offer_id>/quote")
@blueprint.arguments(QuoteCallSchema, example=EXAMPLE)
@blueprint.response(200, answers.OfferAnswer)
@repeatable
@open_to(Role.MEMBER)
def give_quote(typed: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Say what you take for a request for which you were asked, for the first time or anew.

    A revised quote has an id of its own: the customer chooses, and pays, exactly what they saw.
    """
    member = acting_member()

    def perform(session: Session) -> dict[str, Any]:
        asked = matching.offer_to(session, offer_id, member.provider_id)
        try:
            quotation = quotation_from(asked, typed, **{"kind": None, "cap_minutes": None, **typed["terms"]})
            commands.give_quote(session, offer_id, member=member, quotation=quotation, now=utcnow())
        except InvalidInput as error:
            raise InvalidInput({f"terms.{name}": texts for name, texts in error.fields.items()}) from None
        return {}

    once(perform, typed)
    return _facts(offer_id, member.provider_id)


def _facts(offer_id: int, provider_id: int) -> dict[str, Any]:
    session = reading()
    offer = matching.offer_to(session, offer_id, provider_id)
    share = queries.sharing(session, offer, utcnow()).of(offer.asks.most).payee
    is_covered = queries.is_covered(session, offer.request_id)
    return answers.offer_facts(offer, requests.files(session, offer.request_id), share, is_covered=is_covered)


@blueprint.post("/offers/<int:offer_id>/withdraw")
@blueprint.response(200, answers.OfferAnswer)
@open_to(Role.MEMBER)
def withdraw_quote(offer_id: int) -> dict[str, Any]:
    """Take back your quote, as long as the customer has not chosen it."""
    member = acting_member()
    with transaction() as session:
        commands.withdraw_quote(session, offer_id, member=member, now=utcnow())
    return _facts(offer_id, member.provider_id)


@blueprint.post("/requests/<string:reference>/choose")
@blueprint.arguments(ChooseSchema)
@blueprint.response(200, answers.SubmittedAnswer)
@page_being_made
@repeatable
@open_to(Role.PERSON)
def choose_quote(typed: dict[str, Any], reference: str) -> Any:
    """Choose a quote.

    Its price is set aside by the cover of a `policy`, with a saved `card`, or on the page at `checkout_url`, taken at
    once, and work begins. A quote that was revised since is refused: `urn:handrail:QuoteChanged`.
    """

    def perform(session: Session) -> dict[str, Any]:
        message_id = commands.choose_quote(
            session, reference, typed["quote"], customer_id=caller_id(), now=utcnow(), **paying_of(typed)
        )
        return {"message_id": message_id}

    return to_payment(reference, once(perform, typed)["message_id"])


@blueprint.post("/requests/<string:reference>/let-go")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def let_go_of_choice(reference: str) -> dict[str, Any]:
    """Leave the quote that was chosen unpaid, so that another can be chosen."""
    return move(commands.let_go_of_choice, reference, customer_id=caller_id())


@blueprint.post("/requests/<string:reference>/ask-more")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def ask_more(reference: str) -> dict[str, Any]:
    """Ask more partners for quotes at once."""
    return move(commands.ask_more, reference, customer_id=caller_id())


@blueprint.post("/requests/<string:reference>/take-back")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def take_back(reference: str) -> dict[str, Any]:
    """Ask for quotes no more: the request is a draft again, to be sent in another way."""
    return move(commands.take_back, reference, customer_id=caller_id())
