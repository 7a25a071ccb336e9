"""What is asked of Stripe."""

from enum import StrEnum


class CallKind(StrEnum):
    """What is asked of Stripe, each about a row of one table."""

    CHECKOUT = "checkout"  # About a hold.
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"  # About a refund.
    TRANSFER = "transfer"  # About a payout.
    REVERSE = "reverse"  # About a clawback.
    RESPOND = "respond"  # About a chargeback.
