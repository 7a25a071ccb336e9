"""Who works for a provider, and in which role."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from providers.profiles import queries
from providers.profiles.events import BusinessHandedOver, MemberParted, RoleChanged
from providers.profiles.models import Member
from providers.profiles.rules import GIVEN, MemberRole, OwnerStays, WorksElsewhere, check_owner


def join(session: Session, provider_id: int, person_id: int, *, role: MemberRole, zone: str, now: datetime) -> None:
    """Let somebody work for a provider.

    Raises:
        WorksElsewhere: the person is a member of a provider, be it this one.
    """
    facts = {"role": role, "zone": zone, "joined_at": now}
    if not insert_new(session, Member, provider_id=provider_id, person_id=person_id, **facts):
        raise WorksElsewhere
    provider = queries.lock_provider(session, provider_id)
    session.expire(provider, ["members"])
    audit.record(session, provider, "join", by=person_id, at=now, role=role)


def change_role(session: Session, by: Member, member_id: int, role: MemberRole, *, now: datetime) -> None:
    """Give a colleague another role; whoever takes no jobs from now on has none under way.

    Raises:
        OnlyOwners: `by` is no owner.
        NotFound: nobody like this works for the provider.
        OwnerStays: it is the owner.
    """
    assert role in GIVEN, "the business itself is handed over"
    changed = _decide_about(session, by, member_id)
    if changed.role is role:
        return
    changed.role = role
    session.flush()
    audit.record(session, changed.provider, "change_role", by=by.person_id, at=now, member=changed.person_id, role=role)
    announce(session, RoleChanged(changed.id, by.person_id, now))


def part(session: Session, by: Member, member_id: int, *, now: datetime) -> None:
    """Let somebody work for the provider no longer: themselves, or the owner decides. They have no jobs under way.

    Raises:
        OnlyOwners: `by` is neither that person nor the owner.
        NotFound: nobody like this works for the provider.
        OwnerStays: it is the owner.
    """
    leaving = _decide_about(session, by, member_id, oneself=True)
    leaving.left_at = now
    session.flush()
    session.expire(leaving.provider, ["members"])
    action = "leave" if leaving.person_id == by.person_id else "remove"
    audit.record(session, leaving.provider, action, by=by.person_id, at=now, member=leaving.person_id)
    announce(session, MemberParted(leaving.id, by.person_id, now))


def hand_over(session: Session, by: Member, member_id: int, *, now: datetime) -> None:
    """Make a colleague the owner of the business; who was it is a member from now on.

    Raises:
        OnlyOwners: `by` is no owner, or not any more.
        NotFound: nobody like this works for the provider.
        OwnerStays: that is the owner already.
    """
    heir = _decide_about(session, by, member_id)
    owner = queries.colleague(session, by.provider_id, by.id)
    owner.role = MemberRole.MEMBER
    session.flush()  # There is one owner at any moment.
    heir.role = MemberRole.OWNER
    session.flush()
    audit.record(session, heir.provider, "hand_over", by=by.person_id, at=now, member=heir.person_id)
    announce(session, BusinessHandedOver(heir.id, by.person_id, now))


def _decide_about(session: Session, by: Member, member_id: int, *, oneself: bool = False) -> Member:
    """Hold on to all who work there, and find the one of whom it is decided; each as they are now."""
    colleagues = queries.lock_colleagues(session, by.provider_id)
    if by.id not in colleagues or member_id not in colleagues:
        raise NotFound(member_id=member_id)
    if not (oneself and member_id == by.id):
        check_owner(colleagues[by.id].role)
    if colleagues[member_id].role is MemberRole.OWNER:
        raise OwnerStays
    return colleagues[member_id]
