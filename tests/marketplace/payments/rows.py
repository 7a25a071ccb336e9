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


def rows(models=MODELS):
    """Give all rows of money, or of other models, by table, the first first."""
    found = {
        model.__tablename__: reading().execute(select(model.__table__).order_by(model.id)).all() for model in models
    }
    reading().rollback()
    return found
