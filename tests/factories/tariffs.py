"""The vendor's tables."""

from marketplace.tariffs.models import AgreedCommission, TaxRate
from marketplace.tariffs.rules import Taxed
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff


def make_tax(session, **overrides):
    """Make a tax of 21 % on what customers buy in Spain, that has held for 100 days."""
    facts = {
        "taxed": Taxed.SALE,
        "country": "ES",
        "names": {"en": "VAT", "es": "IVA"},
        "rate": 2100,
        "valid_from": (NOON - 100 * DAY).date(),
        "made_at": NOON - 100 * DAY,
        **overrides,
    }
    facts.setdefault("made_by", make_staff(session).id)
    row = TaxRate(**facts)
    session.add(row)
    session.flush()
    return row


def make_agreed_commission(session, provider, **overrides):
    """Agree with a provider that the vendor keeps 15 % from the first day on."""
    facts = {
        "payee_id": provider.id,
        "percent": 15,
        "valid_from": provider.created_at.date(),
        "made_at": provider.created_at,
        **overrides,
    }
    row = AgreedCommission(**facts)
    session.add(row)
    session.flush()
    return row
