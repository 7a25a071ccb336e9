"""What does not go well in the demo: certificates that end, a suspension, absences, and what Stripe still asks for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials import commands as credentials
from certification.credentials import queries as certificates
from marketplace.site.demo import troubles
from marketplace.site.demo.content.script import DAY
from marketplace.site.demo.plans import VALID_FOR
from marketplace.site.demo.rows import Vendor, add_absence
from providers.profiles import commands as profiles
from providers.profiles.models import Provider

# Partners are named by their number, from 0.
AWAY = ((9, -2, 12), (23, -1, 5), (31, 8, 14), (44, 15, 10))  # First day from today on, and how many.
EXPIRED = (12, "performance", timedelta(days=771))
REVOKED = (18, 9 * DAY, "The exam was taken by somebody else, as its holder has admitted.")
SUSPENDED = (37, 3 * DAY, "Asked two customers to pay outside of the marketplace, after a warning.")

# Those with an account at Stripe are counted apart: which lever is pulled at the stand-in, and how long ago.
ACCOUNTS = ((0, "due_soon", 2 * DAY), (2, "past_due", 6 * DAY), (3, "pending_verification", DAY), (5, "past_due", DAY))


def happen(session: Session, provider_ids: Sequence[int], vendor: Vendor, *, by: int, now: datetime) -> None:
    """Let it happen, as far as there are that many partners; `by` is one of the vendor's staff."""

    def partner(number: int) -> Provider | None:
        return session.get_one(Provider, provider_ids[number]) if number < len(provider_ids) else None

    for number, first_day, days in AWAY:
        if (away := partner(number)) is not None:
            add_absence(session, away, now.date() + first_day * DAY, days)
    if (late := partner(EXPIRED[0])) is not None:
        _expire(session, late, vendor, now)
    if (cheat := partner(REVOKED[0])) is not None:
        _revoke(session, cheat, by, now)
    if (rogue := partner(SUSPENDED[0])) is not None:
        profiles.suspend(session, rogue.id, reason=SUSPENDED[2], by=by, now=now - SUSPENDED[1])


def befall_accounts(payee_ids: Sequence[int], now: datetime) -> None:
    """Let Stripe ask for more, as far as there are that many accounts."""
    for number, lever, ago in ACCOUNTS:
        if number < len(payee_ids):
            troubles.change_account(payee_ids[number], lever, now - ago)


def _expire(session: Session, provider: Provider, vendor: Vendor, now: datetime) -> None:
    _number, niche, issued_ago = EXPIRED
    person_id, track_id, issued_at = provider.members[0].person_id, vendor.tracks[niche, 1], now - issued_ago
    credentials.award(session, person_id=person_id, track_id=track_id, valid_for=VALID_FOR, now=issued_at)


def _revoke(session: Session, provider: Provider, by: int, now: datetime) -> None:
    _number, ago, reason = REVOKED
    person_id = provider.members[0].person_id
    held = certificates.all_credentials(session, [person_id])[person_id]
    credentials.revoke(session, held[0].id, reason=reason, by=by, now=now - ago)
