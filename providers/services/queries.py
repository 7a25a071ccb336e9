"""Reading what providers sell."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import ServiceKind
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
