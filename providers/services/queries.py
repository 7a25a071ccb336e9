"""Reading what providers sell."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.errors import NotFound
from providers.services.models import Service


def services_by_provider(session: Session, provider_ids: Collection[int]) -> dict[int, list[Service]]:
    """Give what each provider sells at present, in the vendor's order of niches; who sells nothing is not in it."""
    theirs = select(Service).join(Service.niche).where(Service.provider_id.in_(provider_ids), Service.is_active)
    in_order = theirs.order_by(Niche.position, Niche.id, Service.layer, Service.id)
    found: defaultdict[int, list[Service]] = defaultdict(list)
    for service in session.scalars(in_order.options(joinedload(Service.niche))):
        found[service.provider_id].append(service)
    return dict(found)


def services_in_niche(session: Session, niche_id: int, kind: ServiceKind) -> list[Service]:
    """List what any provider sells at present in a niche and in one way."""
    in_niche = select(Service).filter_by(niche_id=niche_id, kind=kind, is_active=True).order_by(Service.id)
    return list(session.scalars(in_niche.options(joinedload(Service.niche))))


def services_of(session: Session, provider_id: int) -> list[Service]:
    """List what a provider sells or has sold, in the vendor's order of niches."""
    theirs = select(Service).join(Service.niche).where(Service.provider_id == provider_id)
    in_order = theirs.order_by(Niche.position, Niche.id, Service.layer, Service.id)
    return list(session.scalars(in_order.options(joinedload(Service.niche))))


def service_of(session: Session, service_id: int, provider_id: int) -> Service:
    """Find a service of a provider, or raise `NotFound`."""
    return _only(session, service_id, select(Service).filter_by(id=service_id, provider_id=provider_id))


def lock_service(session: Session, service_id: int, provider_id: int) -> Service:
    """Hold on to a service of a provider until the transaction ends, or raise `NotFound`."""
    wanted = select(Service).filter_by(id=service_id, provider_id=provider_id).with_for_update(key_share=True)
    return _only(session, service_id, wanted.execution_options(populate_existing=True))


def _only(session: Session, service_id: int, wanted: Select[Service]) -> Service:
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(service_id=service_id)
    return found


def service_sold_as(
    session: Session, *, provider_id: int, niche_id: int, layer: Layer, kind: ServiceKind, urgency_hours: int
) -> Service:
    """Find the one service of a provider for a niche, a layer, a kind and an urgency."""
    sold_as = {"provider_id": provider_id, "niche_id": niche_id, "layer": layer, "kind": kind}
    return session.scalars(select(Service).filter_by(**sold_as, urgency_hours=urgency_hours)).one()
