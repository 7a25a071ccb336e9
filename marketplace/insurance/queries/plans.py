"""Reading about plans."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from marketplace.insurance.models import Plan, PlanVersion, Policy
from marketplace.insurance.rules import LIVE, PolicyStatus
from marketplace.kernel.errors import NotFound


def plans_on_sale(session: Session) -> list[PlanVersion]:
    """List what is on sale: the last version of each plan, in the vendor's order."""
    return [last for last in last_versions(session) if last.plan.is_on_sale]


def last_versions(session: Session) -> list[PlanVersion]:
    """List the last version of every plan, in the vendor's order."""
    last = select(func.max(PlanVersion.id)).group_by(PlanVersion.plan_id)
    found = select(PlanVersion).join(PlanVersion.plan).where(PlanVersion.id.in_(last))
    return list(session.scalars(found.options(contains_eager(PlanVersion.plan)).order_by(Plan.position, Plan.id)))


def plans(session: Session) -> list[Plan]:
    """List every plan with its versions, in the vendor's order."""
    with_versions = selectinload(Plan.versions).options(joinedload(PlanVersion.author))
    return list(session.scalars(select(Plan).options(with_versions).order_by(Plan.position, Plan.id)))


def policies_by_version(session: Session) -> dict[int, int]:
    """Count the policies that run by each version of each plan, by its id; one that waits for its payment does not."""
    running = select(Policy.version_id, func.count()).where(Policy.status.in_(LIVE - {PolicyStatus.OPENING}))
    return dict(session.execute(running.group_by(Policy.version_id)).all())


def plan_by_slug(session: Session, slug: str) -> Plan:
    """Find a plan, or raise `NotFound`."""
    found = session.scalar(select(Plan).filter_by(slug=slug))
    if found is None:
        raise NotFound(plan=slug)
    return found


def lock_plan(session: Session, plan_id: int) -> Plan:
    """Hold on to a plan until the transaction ends, or raise `NotFound`."""
    locked = select(Plan).filter_by(id=plan_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(locked)
    if found is None:
        raise NotFound(plan_id=plan_id)
    return found


def lock_plans(session: Session) -> list[Plan]:
    """Hold on to all plans until the transaction ends; in the vendor's order."""
    locked = select(Plan).order_by(Plan.id).with_for_update().execution_options(populate_existing=True)
    return sorted(session.scalars(locked), key=lambda plan: (plan.position, plan.id))


def last_position(session: Session) -> int:
    """Tell where the last plan stands, -1 if there is none."""
    return session.execute(select(func.coalesce(func.max(Plan.position), -1))).scalar_one()


def has_plan(session: Session, slug: str) -> bool:
    """Tell whether there is a plan of this short name."""
    return session.scalar(select(Plan.id).filter_by(slug=slug)) is not None


def version(session: Session, version_id: int) -> PlanVersion:
    """Find a version of a plan, or raise `NotFound`."""
    found = session.get(PlanVersion, version_id)
    if found is None:
        raise NotFound(version_id=version_id)
    return found
