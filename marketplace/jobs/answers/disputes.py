"""What the API answers about disputes: shapes and values."""

from typing import Any

from marshmallow import fields

from marketplace.jobs.disputes import DisputeReason, DisputeStatus, Split
from marketplace.jobs.models import Dispute
from marketplace.kernel.money import Money
from marketplace.kernel.schema import AnswerSchema, MoneySchema, money_json


class DisputeAnswer(AnswerSchema):
    """The customer wants money back."""

    reason = fields.Enum(DisputeReason, by_value=True, required=True)
    statement = fields.String(required=True, metadata={"description": "What the customer says"})
    asked = fields.Nested(MoneySchema, required=True, metadata={"description": "What the customer wants back"})
    status = fields.Enum(DisputeStatus, by_value=True, required=True)
    opened_at = fields.AwareDateTime(required=True, metadata={"description": "In UTC"})
    answer_by = fields.AwareDateTime(
        required=True, metadata={"description": "Until when the partner may answer before anybody decides, in UTC"}
    )
    answer = fields.String(required=True, allow_none=True, metadata={"description": "What the partner says"})
    back = fields.Nested(
        MoneySchema, required=True, allow_none=True, metadata={"description": "What went back; null before the end"}
    )
    verdict = fields.String(required=True, allow_none=True, metadata={"description": "Why it was decided so"})
    ended_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "In UTC"})


class SplitAnswer(AnswerSchema):
    """Who would have what."""

    stake = fields.Nested(MoneySchema, required=True, metadata={"description": "All that can be split"})
    customer = fields.Nested(
        MoneySchema, required=True, metadata={"description": "Goes back, with what goes back in any case"}
    )
    unused = fields.Nested(
        MoneySchema, required=True, metadata={"description": "Of that: for time that was not needed, in any case"}
    )
    partner = fields.Nested(MoneySchema, required=True)
    commission = fields.Nested(MoneySchema, required=True)
    expense = fields.Nested(
        MoneySchema,
        required=True,
        metadata={"description": "What the vendor gave back alone, beyond its commission"},
    )
    tax = fields.Nested(MoneySchema, required=True)


def dispute_facts(dispute: Dispute) -> dict[str, Any]:
    """Fill the shape of a dispute."""
    return {
        "reason": dispute.reason,
        "statement": dispute.statement,
        "asked": money_json(dispute.asked),
        "status": dispute.status,
        "opened_at": dispute.opened_at,
        "answer_by": dispute.answer_by,
        "answer": dispute.answer,
        "back": None if dispute.back_minor is None else money_json(dispute.back),
        "verdict": dispute.verdict,
        "ended_at": dispute.ended_at,
    }


def split_facts(split: Split, stake: Money) -> dict[str, Any]:
    """Fill the shape of a split."""
    return {
        "stake": money_json(stake),
        "customer": money_json(split.customer),
        "unused": money_json(split.unused),
        "partner": money_json(split.shares.payee),
        "commission": money_json(split.shares.commission),
        "expense": money_json(Money.zero(stake.currency) - split.shares.goodwill),
        "tax": money_json(split.shares.all_tax),
    }
