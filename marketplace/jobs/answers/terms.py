"""What the API answers about terms, time worked, and what calling a session off costs: shapes and values."""

from datetime import datetime
from typing import Any

from marshmallow import fields

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation.rules import Side
from marketplace.jobs import terms
from marketplace.jobs.moving import MOST_FREE_MOVES, MoveStatus, free_until
from marketplace.jobs.queries import RequestView
from marketplace.kernel.schema import AnswerSchema, MoneySchema, money_json
from providers.services.rules import Terms


class TermsAnswer(AnswerSchema):
    """What help costs."""

    kind = fields.Enum(ServiceKind, by_value=True, required=True)
    price = fields.Nested(
        MoneySchema, required=True, metadata={"description": "For one request, for an hour or for a session, by `kind`"}
    )
    most = fields.Nested(MoneySchema, required=True, metadata={"description": "The most that the customer pays"})
    cap_minutes = fields.Integer(
        required=True, allow_none=True, metadata={"description": "So much time at most; by the hour only"}
    )
    session_minutes = fields.Integer(
        required=True, allow_none=True, metadata={"description": "So long it lasts; of sessions only"}
    )
    text = fields.String(required=True, metadata={"description": "All of it in the reader's language"})


class WorkTimeAnswer(AnswerSchema):
    """Time that was written down."""

    id = fields.Integer(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Negative where it takes back what was too much"})
    note = fields.String(required=True, metadata={"description": "What was done"})
    at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})


class TimesheetAnswer(AnswerSchema):
    """The time of a job by the hour, and what is to be paid for it as it stands."""

    minutes = fields.Integer(required=True)
    cap_minutes = fields.Integer(required=True)
    due = fields.Nested(MoneySchema, required=True, metadata={"description": "The rest goes back at closing"})
    entries = fields.List(fields.Nested(WorkTimeAnswer), required=True, metadata={"description": "The first first"})


class FeeStepAnswer(AnswerSchema):
    """Until a moment, calling a session off costs this much."""

    until = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    fee = fields.Nested(MoneySchema, required=True)


class MoveAnswer(AnswerSchema):
    """How a session was moved, or another time that one side has proposed."""

    number = fields.Integer(required=True, metadata={"description": "By which it is answered", "example": 1})
    side = fields.Enum(Side, by_value=True, required=True, metadata={"description": "Whose wish it is"})
    from_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    to_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    status = fields.Enum(MoveStatus, by_value=True, required=True)
    proposed_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    answer_by = fields.AwareDateTime(
        required=True, metadata={"description": "In UTC; without an answer until then, the session stays"}
    )


class TermsOfRequest(AnswerSchema):
    """What a request says of its terms."""

    starts_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Of a guided session, in UTC"}
    )
    call_link = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To the call of a session: for its customer and the member who holds it"},
    )
    terms = fields.Nested(
        TermsAnswer, required=True, allow_none=True, metadata={"description": "Those that were agreed"}
    )
    time = fields.Nested(
        TimesheetAnswer, required=True, allow_none=True, metadata={"description": "Of help by the hour"}
    )
    cancellation = fields.List(
        fields.Nested(FeeStepAnswer),
        required=True,
        metadata={"description": "What calling a session off costs; the first step that is still to come counts"},
    )
    moves = fields.List(
        fields.Nested(MoveAnswer), required=True, metadata={"description": "Of a session, the first first"}
    )
    moves_freely_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until then its customer moves a session without asking; null if that is used up"},
    )


def terms_facts(agreed: Terms) -> dict[str, Any]:
    """Fill the shape of terms."""
    return {
        "kind": agreed.kind,
        "price": money_json(agreed.price),
        "most": money_json(agreed.most),
        "cap_minutes": agreed.cap_minutes,
        "session_minutes": agreed.session_minutes,
        "text": agreed.text,
    }


def terms_of_request(view: RequestView) -> dict[str, Any]:
    """Fill what a request says of its terms."""
    job = view.job
    return {
        "starts_at": view.request.starts_at,
        "call_link": view.call_link,
        "terms": terms_facts(job.agreed) if job else None,
        "time": _timesheet(view),
        "cancellation": _steps(view),
        "moves": view.moves,
        "moves_freely_until": _moves_freely_until(view),
    }


def _moves_freely_until(view: RequestView) -> datetime | None:
    job = view.job
    if job is None or job.starts_at is None or sum(one.is_free for one in view.moves) >= MOST_FREE_MOVES:
        return None
    return free_until(job.starts_at)


def _timesheet(view: RequestView) -> dict[str, Any] | None:
    job = view.job
    if job is None or job.cap_minutes is None:
        return None
    return {
        "minutes": job.minutes_worked,
        "cap_minutes": job.cap_minutes,
        "due": money_json(job.due),
        "entries": view.times,
    }


def _steps(view: RequestView) -> list[dict[str, Any]]:
    job = view.job
    if job is None or job.starts_at is None:
        return []
    moments = [job.starts_at - step.before for step in terms.CANCELLATION]
    return [{"until": until, "fee": money_json(terms.kept(job.price, job.starts_at, until))} for until in moments]
