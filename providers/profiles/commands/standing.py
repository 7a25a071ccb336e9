"""What staff decide about a provider: whether it may work."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _l
from providers.profiles import queries
from providers.profiles.events import ProviderReinstated, ProviderSuspended
from providers.profiles.queries_of_names import is_like_another
from providers.profiles.rules import STATUS, ProviderAction
from providers.profiles.rules.levels import CHECK_EVERY


class DeskStays(Conflict):
    """Somebody has to mend what is broken in the product."""

    message = _l("This is your own desk. It can not be suspended or take a break: defects of the product go to it.")


class NamePassesForAnother(Conflict):
    """Customers could not tell two partners apart."""

    message = _l(
        "Another partner has this name by now, or one that looks like it. Ask for another one, and approve then."
    )


def admit(session: Session, provider_id: int, *, by: int, now: datetime) -> None:
    """Put a provider on the list for the first time; customers find it as soon as this is committed.

    Raises:
        NotFound: there is no such provider.
        IllegalMove: it was admitted before.
        NamePassesForAnother: since it applied, somebody else has got a name like its own.
    """
    provider = queries.lock_provider(session, provider_id)
    provider.status = STATUS.after(provider.status, ProviderAction.ADMIT)
    if is_like_another(session, provider.name, besides=provider.id):
        raise NamePassesForAnother
    provider.level_check_at = now + CHECK_EVERY
    session.flush()
    audit.record(session, provider, ProviderAction.ADMIT, by=by, at=now)


def suspend(session: Session, provider_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Take a provider off the list; nothing more is offered to it, its running jobs go on.

    Raises:
        NotFound: there is no such provider.
        IllegalMove: it is suspended already.
        DeskStays: it is the vendor's own desk.
    """
    provider = queries.lock_provider(session, provider_id)
    if provider.is_vendor_desk:
        raise DeskStays
    provider.status = STATUS.after(provider.status, ProviderAction.SUSPEND)
    provider.suspended_reason = reason
    session.flush()  # Whoever hears of it asks the database who is left.
    audit.record(session, provider, ProviderAction.SUSPEND, by=by, at=now, reason=reason)
    announce(session, ProviderSuspended(provider.id, now))


def reinstate(session: Session, provider_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Put a provider back on the list.

    Raises:
        NotFound: there is no such provider.
        IllegalMove: it is not suspended.
    """
    provider = queries.lock_provider(session, provider_id)
    provider.status = STATUS.after(provider.status, ProviderAction.REINSTATE)
    provider.suspended_reason = None
    session.flush()
    audit.record(session, provider, ProviderAction.REINSTATE, by=by, at=now, reason=reason)
    announce(session, ProviderReinstated(provider.id, now))
