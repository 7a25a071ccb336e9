"""What Lumentree has decided: taxes of some countries, and a commission that falls from level to level."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.tariffs.models import AgreedCommission, LevelCommission, TaxRate
from marketplace.tariffs.rules import PartnerLevel, Taxed
from providers.profiles.models import Provider

VAT = {"en": "VAT", "es": "IVA", "ar": "ضريبة القيمة المضافة"}
SALES = {"DE": 1900, "ES": 2100, "FR": 2000}
HOME, HOME_RATE = "DE", 1900
BY_LEVEL = {PartnerLevel.NEW: 20, PartnerLevel.ESTABLISHED: 18, PartnerLevel.LEADING: 15}


def decide(session: Session, *, by: int, now: datetime) -> None:
    """Write down what holds, from before the first partner came."""
    made = {"valid_from": now.date(), "made_at": now, "made_by": by}
    session.add_all(
        TaxRate(taxed=Taxed.SALE, country=country, names=VAT, rate=rate, **made) for country, rate in SALES.items()
    )
    session.add_all(
        TaxRate(
            taxed=Taxed.COMMISSION,
            country=country,
            names=VAT,
            rate=HOME_RATE,
            may_be_reversed=country != HOME,
            **made,
        )
        for country in SALES
    )
    session.add_all(LevelCommission(level=level, percent=percent, **made) for level, percent in BY_LEVEL.items())


def agree(session: Session, provider: Provider, percent: int, *, now: datetime) -> None:
    """Bring a partner to the level of a commission, or agree it where no level has it."""
    levels = [level for level, usual in BY_LEVEL.items() if usual == percent]
    provider.level = levels[0] if levels else PartnerLevel.ESTABLISHED
    if not levels:
        made = {"valid_from": now.date(), "made_at": now}
        session.add(AgreedCommission(payee_id=provider.id, percent=percent, **made))
