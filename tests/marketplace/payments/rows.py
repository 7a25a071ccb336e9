"""All rows of money, as they stand between two steps."""

from sqlalchemy import select

from marketplace.kernel.database import reading
from marketplace.payments.models import (
    Chargeback,
    Clawback,
    Hold,
    Payout,
    PeriodPayment,
    PeriodRefund,
    Refund,
    Renewal,
    SavedCard,
    Subscription,
)

MODELS = (
    Hold,
    Renewal,
    Refund,
    Payout,
    Clawback,
    Chargeback,
    SavedCard,
    Subscription,
    PeriodPayment,
    PeriodRefund,
)
TABLES = {model.__tablename__: model for model in MODELS}


def rows():
    """Give all rows of money, by table, the first first."""
    found = {
        name: reading().execute(select(model.__table__).order_by(model.id)).all() for name, model in TABLES.items()
    }
    reading().rollback()
    return found
