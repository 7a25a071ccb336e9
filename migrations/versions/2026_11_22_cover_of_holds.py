"""Let a part of a payment be covered, so that the payer's bank is asked only for the rest."""

import sqlalchemy as sa
from alembic import op

from migrations.altering import Checks, altered, one_of

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MINORS = ("own_minor", "cover_cap_minor", "covered_minor", "asked_minor", "charged_minor")
OF_HOLDS = {
    "asked_within_hold": "asked_minor >= 0 AND asked_minor <= amount_minor",
    "charged_within_asked": "charged_minor >= 0 AND charged_minor <= asked_minor",
    "charged_within_captured": "charged_minor <= captured_minor",
    "cover_not_negative": "own_minor >= 0 AND cover_cap_minor >= 0",
    "covered_within_cap": "covered_minor >= 0 AND covered_minor <= cover_cap_minor",
}
REFUNDS_BEFORE = {
    "lost_within_amount": "lost_minor >= 0 AND lost_minor <= amount_minor",
    "covered_when_nothing_left": "(status = 'covered') = (lost_minor = amount_minor)",
}
REFUNDS_AFTER = {
    "lost_within_amount": "lost_minor >= 0 AND cover_minor >= 0 AND lost_minor + cover_minor <= amount_minor",
    "covered_when_nothing_left": "(status = 'covered') = (lost_minor > 0 AND lost_minor + cover_minor = amount_minor)",
}

ACCOUNTS = (
    *("stripe_balance", "bank", "partner_receivable", "dispute_receivable", "customer_held", "partner_payable"),
    *("partner_reserve", "tax_payable", "deferred", "commission", "earned", "stripe_fees", "dispute_fees"),
    *("dispute_losses", "bad_debt", "goodwill"),
)
OF_COVER = ("cover_claims", "cover_left", "cover_reserved", "cover_used", "cover_contra")
MEMO = ("authorised", "authorised_contra")
ACCOUNT_BEFORE = {"accountkind": one_of("kind", *ACCOUNTS, *MEMO)}
ACCOUNT_AFTER = {"accountkind": one_of("kind", *ACCOUNTS, *OF_COVER, *MEMO)}
FIRST_FACTS = ("authorised", "unauthorised", "captured")
FACTS = (
    *("settled", "reserve_released", "transferred", "paid_by_hand", "unsettled", "refunded", "refund_returned"),
    *("refunded_by_hand", "reversed", "owed", "set_off", "written_off", "disputed", "dispute_lost", "period_paid"),
    *("earned", "banked", "stripe_fee"),
)
NEW_FACTS = ("covered", "cover_returned", "cover_granted", "cover_moved")
FACT_BEFORE = {"fact": one_of("fact", *FIRST_FACTS, *FACTS)}
FACT_AFTER = {"fact": one_of("fact", *FIRST_FACTS, *NEW_FACTS, *FACTS)}


def upgrade() -> None:
    """Apply; nothing of what there is was covered."""
    for minor in MINORS:
        op.add_column("hold", sa.Column(minor, sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE hold SET asked_minor = amount_minor, charged_minor = captured_minor")
    with altered("hold", after=OF_HOLDS) as batch:
        for minor in MINORS:
            batch.alter_column(minor, server_default=None)
    op.add_column("refund", sa.Column("cover_minor", sa.Integer(), nullable=False, server_default="0"))
    with altered("refund", before=REFUNDS_BEFORE, after=REFUNDS_AFTER) as batch:
        batch.alter_column("cover_minor", server_default=None)
    _book(ACCOUNT_BEFORE, ACCOUNT_AFTER, FACT_BEFORE, FACT_AFTER)


def _book(account: Checks, account_then: Checks, fact: Checks, fact_then: Checks) -> None:
    with altered("ledger_account", before=account, after=account_then):
        pass
    with altered("ledger_transaction", before=fact, after=fact_then):
        pass


def downgrade() -> None:
    """Take back; what was covered is forgotten, so it is refused while there is any."""
    covered = sa.select(sa.func.count()).select_from(sa.table("hold")).where(sa.column("cover_cap_minor") > 0)
    if op.get_bind().scalar(covered):
        raise RuntimeError("some payments are covered in part: older versions can't know")
    _book(ACCOUNT_AFTER, ACCOUNT_BEFORE, FACT_AFTER, FACT_BEFORE)
    with altered("refund", before=REFUNDS_AFTER, after=REFUNDS_BEFORE) as batch:
        batch.drop_column("cover_minor")
    with altered("hold", before=OF_HOLDS) as batch:
        for minor in MINORS:
            batch.drop_column(minor)
