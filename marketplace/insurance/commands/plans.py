"""What the vendor decides about plans; every decision makes a version, and policies keep theirs."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import choices
from marketplace.catalogue import queries as catalogue
from marketplace.insurance import queries
from marketplace.insurance.models import Plan, PlanVersion
from marketplace.insurance.rules import PlanHasChanged, PlanTerms
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _, format_money
from marketplace.payments.rules import least_charge


def make_plan(session: Session, slug: str, *, by: int, now: datetime) -> Plan:
    """Begin a plan, behind all others; it is on sale once it has a version and is put there.

    Raises:
        InvalidInput: there is one of this name already.
    """
    if not insert_new(session, Plan, slug=slug, position=queries.last_position(session) + 1, made_at=now):
        check_slug(session, slug)
    plan = queries.plan_by_slug(session, slug)
    audit.record(session, plan, "make", by=by, at=now)
    return plan


def check_slug(session: Session, slug: str) -> None:
    """Refuse the short name of a plan that is there.

    Raises:
        InvalidInput: names the field.
    """
    if queries.has_plan(session, slug):
        raise InvalidInput({"slug": [_("There is a plan of this short name already. Choose another one.")]})


def add_version(
    session: Session,
    plan_id: int,
    terms: PlanTerms,
    *,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    seen: int | None = None,
    by: int,
    now: datetime,
) -> PlanVersion:
    """Promise something else from now on to who buys the plan; running policies keep what they have.

    Args:
        session: the transaction.
        plan_id: of the plan.
        terms: what it promises.
        names: of the plan, by language.
        texts: the terms in full, by language.
        seen: the number of the version that it was compared with, 0 for none; not asked if nobody has looked.
        by: who decides that.
        now: the present moment.

    Raises:
        InvalidInput: names the fields that can't be.
        PlanHasChanged: the last version is another one than was seen.
    """
    plan = queries.lock_plan(session, plan_id)
    if seen is not None and seen != len(plan.versions):
        raise PlanHasChanged
    made = draft_version(session, plan, terms, names=names, texts=texts, by=by, now=now)
    session.add(made)
    session.flush()  # The record needs its id.
    audit.record(session, made, "make", by=by, at=now, number=made.number)
    return made


def draft_version(
    session: Session,
    plan: Plan | None,
    terms: PlanTerms,
    *,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    by: int,
    now: datetime,
) -> PlanVersion:
    """Give the next version of a plan, the first one of a plan to come, without keeping it.

    Raises:
        InvalidInput: names the fields that can't be.
    """
    _check(session, terms)
    return PlanVersion(
        plan_id=None if plan is None else plan.id,
        number=1 if plan is None else len(plan.versions) + 1,
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


def _check(session: Session, terms: PlanTerms) -> None:
    wrong = {**_wrong_amounts(terms), **_wrong_choices(terms, {one.slug for one in catalogue.categories(session)})}
    if terms.price.currency not in choices.currency_codes(session):
        wrong["currency"] = [_("This currency can not be used here. Choose another one.")]
    if wrong:
        raise InvalidInput(wrong)


def _wrong_choices(terms: PlanTerms, categories: set[str]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not terms.layers:
        wrong["layers"] = [_("Choose at least one of the answers.")]
    if terms.categories is not None and not terms.categories:
        wrong["categories"] = [_("Choose at least one of the answers.")]
    elif terms.categories is not None and not terms.categories <= categories:
        wrong["categories"] = [_("Choose one of the answers.")]
    return wrong


def _wrong_amounts(terms: PlanTerms) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    least = least_charge(terms.price.currency)
    if terms.price < least:
        wrong["price"] = [_("Write at least %(least)s: less can not be charged.") % {"least": format_money(least)}]
    if terms.deductible >= terms.limit:
        wrong["deductible"] = [_("Write less than the limit of the year: otherwise nothing would ever be covered.")]
    if terms.claim_limit is not None and terms.claim_limit > terms.limit:
        wrong["claim_limit"] = [_("Write at most the limit of the year.")]
    return wrong


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


def move_plan(session: Session, slug: str, *, is_earlier: bool, by: int, now: datetime) -> None:
    """Let customers read a plan before, or after, the next one; the first and the last stay where they are.

    Raises:
        NotFound: there is no such plan.
    """
    plans = queries.lock_plans(session)
    plan = queries.plan_by_slug(session, slug)
    place = plans.index(plan)
    plans.insert(max(0, place - 1) if is_earlier else place + 1, plans.pop(place))
    for position, one in enumerate(plans):
        one.position = position
    audit.record(session, plan, "move", by=by, at=now, position=plan.position)
