"""Reading whose name passes for another one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.names import skeletons
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus


def is_like_another(session: Session, name: str, *, besides: int | None = None) -> bool:
    """Tell whether a name passes for that of a provider that customers know, the vendor's own desk included.

    All names are looked at, as no index knows what looks alike: a fraction of a second for a hundred thousand, and only
    when a name is chosen.

    Args:
        session: for reading.
        name: that somebody wants.
        besides: the id of the provider that wants it.
    """
    known = select(Provider.id, Provider.name).where(Provider.status != ProviderStatus.APPLYING)
    looks = skeletons(name)
    return any(
        provider_id != besides and not looks.isdisjoint(skeletons(other))
        for provider_id, other in session.execute(known)
    )
