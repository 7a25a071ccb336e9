"""What the vendor decides about plans; every decision makes a version, and policies keep theirs."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.models import Plan, PlanVersion
from marketplace.insurance.rules import PlanTerms
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _


def make_plan(session: Session, slug: str, *, by: int, now: datetime) -> Plan:
    """Begin a plan; it is on sale once it has a version and is put there.

    Raises:
        InvalidInput: there is one of this name already.
    """
    if queries.has_plan(session, slug):
        raise InvalidInput({"slug": [_("There is a plan of this short name already. Choose another one.")]})
    plan = Plan(slug=slug, made_at=now)
    session.add(plan)
    session.flush()  # The record needs its id.
    audit.record(session, plan, "make", by=by, at=now)
    return plan


def add_version(
    session: Session,
    plan_id: int,
    terms: PlanTerms,
    *,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    by: int,
    now: datetime,
) -> PlanVersion:
    """Promise something else from now on to who buys the plan; running policies keep what they have.

    Raises:
        InvalidInput: names the fields that can't be.
    """
    _check(terms)
    plan = queries.lock_plan(session, plan_id)
    made = PlanVersion(
        plan_id=plan.id,
        number=len(plan.versions) + 1,
        names=dict(names),
        terms_texts=dict(texts),
        currency=terms.price.currency,
        price_minor=terms.price.minor,
        interval=terms.interval,
        limit_minor=terms.limit.minor,
        limit_minutes=terms.limit_minutes,
        deductible_minor=terms.deductible.minor,
        claim_limit_minor=None if terms.claim_limit is None else terms.claim_limit.minor,
        waiting_days=terms.waiting_days,
        grace_days=terms.grace_days,
        layers=sorted(terms.layers),
        categories=sorted(terms.categories or ()),
        needs_licence=terms.needs_licence,
        made_at=now,
        made_by=by,
    )
    session.add(made)
    session.flush()  # The record needs its id.
    audit.record(session, made, "make", by=by, at=now, number=made.number)
    return made


def _check(terms: PlanTerms) -> None:
    wrong: dict[str, list[str]] = {}
    if not terms.layers:
        wrong["layers"] = [_("Choose at least one of the answers.")]
    if terms.categories is not None and not terms.categories:
        wrong["categories"] = [_("Choose at least one of the answers.")]
    if terms.deductible >= terms.limit:
        wrong["deductible"] = [_("Write less than the limit of the year: otherwise nothing would ever be covered.")]
    if terms.claim_limit is not None and terms.claim_limit > terms.limit:
        wrong["claim_limit"] = [_("Write at most the limit of the year.")]
    if wrong:
        raise InvalidInput(wrong)


def put_on_sale(session: Session, plan_id: int, *, is_on_sale: bool, by: int, now: datetime) -> None:
    """Sell a plan, or sell it no more; running policies go on.

    Raises:
        InvalidInput: it promises nothing yet.
    """
    plan = queries.lock_plan(session, plan_id)
    if is_on_sale and not plan.versions:
        raise InvalidInput({"plan": [_("Say first what this plan promises.")]})
    plan.is_on_sale = is_on_sale
    audit.record(session, plan, "sell" if is_on_sale else "withdraw", by=by, at=now)
