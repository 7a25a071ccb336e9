"""What the API answers about cover, where a price is agreed: shapes and values."""

from typing import Any

from marshmallow import fields

from marketplace.insurance.rules import Obstacle
from marketplace.jobs.covering import Coverage, CoveredPrice, Refusal
from marketplace.jobs.wording_of_cover import plan_name
from marketplace.kernel.money import Money
from marketplace.kernel.schema import AnswerSchema, MoneySchema, money_json


class CoveredPriceAnswer(AnswerSchema):
    """Who pays what of a price with a policy, or why that pays nothing."""

    policy = fields.String(required=True, metadata={"description": "Id of the policy"})
    plan = fields.String(required=True, metadata={"description": "What it is called, in the reader's language"})
    same_cause_as = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "If it is about the same event as this claim of the last 30 days"},
    )
    covered = fields.Nested(
        MoneySchema, required=True, metadata={"description": "What cover pays; send it as `cover_seen`"}
    )
    own = fields.Nested(
        MoneySchema, required=True, metadata={"description": "Of what is left: the customer's own part of the event"}
    )
    left = fields.Nested(MoneySchema, required=True, metadata={"description": "What the customer pays"})
    obstacle = fields.Enum(
        Obstacle, by_value=True, required=True, allow_none=True, metadata={"description": "Why it pays nothing"}
    )
    why = fields.String(required=True, allow_none=True, metadata={"description": "The same in the reader's language"})


def cover_facts(coverage: Coverage, price: Money) -> list[dict[str, Any]]:
    """Fill the shape of a price with every policy."""
    return [*map(_price, coverage.prices), *(_refusal(one, price) for one in coverage.refusals)]


def _price(one: CoveredPrice) -> dict[str, Any]:
    return {
        "policy": one.way.policy.reference,
        "plan": plan_name(one.way.policy),
        "same_cause_as": one.way.event_id,
        "covered": money_json(one.covered),
        "own": money_json(one.own),
        "left": money_json(one.left),
        "obstacle": None,
        "why": None,
    }


def _refusal(one: Refusal, price: Money) -> dict[str, Any]:
    none = Money.zero(price.currency)
    return {
        "policy": one.policy.reference,
        "plan": plan_name(one.policy),
        "same_cause_as": None,
        "covered": money_json(none),
        "own": money_json(none),
        "left": money_json(price),
        "obstacle": one.obstacle,
        "why": str(one.obstacle.label),
    }
