"""Reading what holds on a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts import queries as accounts
from marketplace.kernel.audit import AuditEntry
from marketplace.tariffs.models import AgreedCommission, LevelCommission, ReserveRule, TaxRate
from marketplace.tariffs.rules import (
    FIRST_PERCENT,
    NO_TAX,
    Commission,
    PartnerLevel,
    ReserveOrder,
    Tax,
    Taxed,
    for_country,
    in_force,
)

LATEST = 30


def tax_rates(session: Session, taxed: Taxed) -> list[TaxRate]:
    """List all rates for one thing: by country, the latest first."""
    rows = select(TaxRate).filter_by(taxed=taxed).options(joinedload(TaxRate.author))
    return list(session.scalars(rows.order_by(TaxRate.country, TaxRate.valid_from.desc())))


def tax_of_sale(session: Session, country: str | None, day: date) -> Tax:
    """Tell what a customer's price includes."""
    row = for_country(tax_rates(session, Taxed.SALE), country, day)
    return row.tax if row else NO_TAX


def tax_of_cover(session: Session, country: str | None, day: date) -> Tax:
    """Tell what the price of a plan includes: where no rate of its own holds, that of whatever else is sold."""
    row = for_country(tax_rates(session, Taxed.COVER), country, day)
    return row.tax if row else tax_of_sale(session, country, day)


def tax_of_commission(session: Session, country: str, vat_number: str | None, day: date, *, home: str = "") -> Tax:
    """Tell what is added to the commission of a partner.

    Args:
        session: for reading.
        country: of the partner.
        vat_number: of the right form, or None.
        day: on which it is agreed.
        home: the vendor's country, if it is known: there every tax is the vendor's to pay, and nothing is reversed.
    """
    row = for_country(tax_rates(session, Taxed.COMMISSION), country, day)
    if row is None:
        return NO_TAX
    if row.may_be_reversed and vat_number and country != home:
        return Tax(row.names, 0, country, is_reversed=True)
    return row.tax


def level_commissions(session: Session) -> list[LevelCommission]:
    """List what is kept of prices by level, the latest first."""
    rows = select(LevelCommission).options(joinedload(LevelCommission.author))
    return list(session.scalars(rows.order_by(LevelCommission.valid_from.desc(), LevelCommission.id)))


def agreed_commissions(session: Session, payee_id: int) -> list[AgreedCommission]:
    """List what was agreed with one partner, the latest first."""
    rows = select(AgreedCommission).filter_by(payee_id=payee_id).options(joinedload(AgreedCommission.author))
    return list(session.scalars(rows.order_by(AgreedCommission.valid_from.desc())))


def commission_by_level(session: Session, day: date) -> dict[PartnerLevel, int]:
    """Tell what is kept of prices at each level."""
    rows = level_commissions(session)
    held = {level: in_force([one for one in rows if one.level is level], day) for level in PartnerLevel}
    return {level: row.percent if row else FIRST_PERCENT for level, row in held.items()}


def commission_of(session: Session, payee_id: int, level: PartnerLevel, day: date) -> Commission:
    """Tell what is kept of a partner's prices: as agreed with that partner, or by the level."""
    agreed = in_force(agreed_commissions(session, payee_id), day)
    if agreed is not None and agreed.percent is not None:
        return Commission(agreed.percent, is_agreed=True)
    return Commission(commission_by_level(session, day)[level])


def reserve_rules(session: Session) -> list[ReserveRule]:
    """List what is kept back, the latest first."""
    rows = select(ReserveRule).options(joinedload(ReserveRule.author))
    return list(session.scalars(rows.order_by(ReserveRule.valid_from.desc())))


def reserve_on(session: Session, day: date) -> ReserveOrder | None:
    """Tell what is kept back of what is agreed on a day; None if nothing is."""
    rule = in_force(reserve_rules(session), day)
    return rule.order if rule and rule.percent else None


def trail(session: Session, kinds: Sequence[str]) -> list[accounts.Trace]:
    """List the latest changes of some tables, by their names."""
    return accounts.traces(session, AuditEntry.subject_kind.in_(kinds), limit=LATEST)
