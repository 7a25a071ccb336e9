"""What the vendor decides for the days to come."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.choices import country_codes
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.translate import _, format_day
from marketplace.payments.queries import payee_name
from marketplace.tariffs.models import AgreedCommission, LevelCommission, ReserveRule, TaxRate
from marketplace.tariffs.rules import (
    ANY_COUNTRY,
    FARTHEST,
    MAX_RATE,
    MAX_RESERVE_DAYS,
    MAX_RESERVE_JOBS,
    PartnerLevel,
    ReserveOrder,
    Taxed,
    TaxOrder,
    TooLateToTakeBack,
)

Table = TypeVar("Table", TaxRate, LevelCommission, AgreedCommission, ReserveRule)
ALL_PERCENT = 100
UNSAID = frozenset({"id", "made_at", "made_by"})  # Of a row: the record says these by itself.
Row = TaxRate | LevelCommission | AgreedCommission | ReserveRule
TABLES: Mapping[str, type[Row]] = {
    "tax_rate": TaxRate,
    "level_commission": LevelCommission,
    "agreed_commission": AgreedCommission,
    "reserve_rule": ReserveRule,
}


def set_tax(session: Session, order: TaxOrder, *, valid_from: date, by: int, now: datetime) -> TaxRate:
    """Let a tax hold from a day on.

    Raises:
        InvalidInput: a day of the past or one that is taken, no such country, a rate without a name.
    """
    _check_order(order)
    which = {"taxed": order.taxed, "country": order.country}
    told = {"names": dict(order.names), "rate": order.rate, "may_be_reversed": order.may_be_reversed}
    return _begin(session, TaxRate, which, told, valid_from=valid_from, by=by, now=now)


def _check_order(order: TaxOrder) -> None:
    errors: dict[str, list[str]] = {}
    if order.country != ANY_COUNTRY and order.country not in country_codes():
        errors["country"] = [_("Choose a country from the list.")]
    if not 0 <= order.rate <= MAX_RATE:
        errors["rate"] = [_("Write a rate from 0 to 100, with at most two decimals, such as 21 or 5.5.")]
    if order.rate and not any(order.names.values()):
        errors["names"] = [_("Write what your customers know this tax as, such as VAT.")]
    if order.may_be_reversed and order.taxed is not Taxed.COMMISSION:
        errors["may_be_reversed"] = [_("Only your commission, which partners pay as businesses, can be reversed.")]
    if errors:
        raise InvalidInput(errors)


def set_commission(
    session: Session, level: PartnerLevel, percent: int, *, valid_from: date, by: int, now: datetime
) -> LevelCommission:
    """Let a commission hold for a level from a day on.

    Raises:
        InvalidInput: a day of the past or one that is taken, not a percentage.
    """
    _check_percent(percent)
    which = {"level": level}
    return _begin(session, LevelCommission, which, {"percent": percent}, valid_from=valid_from, by=by, now=now)


def agree_commission(
    session: Session, payee_id: int, percent: int | None, *, valid_from: date, by: int, now: datetime
) -> AgreedCommission:
    """Agree a commission with one partner from a day on; with None the level decides again.

    Raises:
        NotFound: there is no such partner.
        InvalidInput: a day of the past or one that is taken, not a percentage.
    """
    payee_name(session, payee_id)
    if percent is not None:
        _check_percent(percent)
    which = {"payee_id": payee_id}
    return _begin(session, AgreedCommission, which, {"percent": percent}, valid_from=valid_from, by=by, now=now)


def set_reserve(session: Session, order: ReserveOrder, *, valid_from: date, by: int, now: datetime) -> ReserveRule:
    """Keep back a part of the shares of new partners from a day on; 0 percent keeps nothing back.

    Raises:
        InvalidInput: a day of the past or one that is taken, figures out of range.
    """
    _check_percent(order.percent)
    for field, most in (("days", MAX_RESERVE_DAYS), ("jobs", MAX_RESERVE_JOBS)):
        if not 1 <= getattr(order, field) <= most:
            raise InvalidInput({field: [_("Write a whole number from 1 to %(most)s.") % {"most": most}]})
    return _begin(session, ReserveRule, {}, asdict(order), valid_from=valid_from, by=by, now=now)


def _check_percent(percent: int) -> None:
    if not 0 <= percent <= ALL_PERCENT:
        raise InvalidInput({"percent": [_("Write a whole number from 0 to 100.")]})


def take_back(session: Session, kind: str, row_id: int, *, by: int, now: datetime) -> None:
    """Take a row out of one of the tables, named by `TABLES`, before its first day.

    Raises:
        NotFound: there is no such row.
        TooLateToTakeBack: it holds already.
    """
    table = TABLES.get(kind)
    row = cast("Row | None", session.get(table, row_id, with_for_update=True)) if table else None
    if row is None:
        raise NotFound(kind=kind, row_id=row_id)
    if row.valid_from <= now.date():
        raise TooLateToTakeBack
    audit.record(session, row, "take_back", by=by, at=now, **_facts(row))
    session.delete(row)


def _begin(
    session: Session,
    table: type[Table],
    which: Mapping[str, Any],
    told: Mapping[str, Any],
    *,
    valid_from: date,
    by: int,
    now: datetime,
) -> Table:
    """Add a row, of which there is one for `which` and a day."""
    _check_day(valid_from, now)
    row = table(**which, **told, valid_from=valid_from, made_at=now, made_by=by)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # The table decides; looking first would race.
        taken = _("There is a row for %(day)s already. Choose another day, or take that row back first.")
        raise InvalidInput({"valid_from": [taken % {"day": format_day(valid_from)}]}) from None
    audit.record(session, row, "begin", by=by, at=now, **_facts(row))
    return row


def _check_day(valid_from: date, now: datetime) -> None:
    today = now.date()
    if valid_from < today:
        past = _("What was agreed stays as it was. Choose %(day)s or a later day.")
        raise InvalidInput({"valid_from": [past % {"day": format_day(today)}]})
    if valid_from > today + FARTHEST:
        raise InvalidInput({"valid_from": [_("That is more than five years ahead. Look at the year again.")]})


def _facts(row: Row) -> dict[str, Any]:
    """Give what a row says, for the record."""
    said = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in UNSAID}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
