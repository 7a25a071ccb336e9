"""Crediting: an invoice that is final is not changed, but a credit note takes a part of it back."""

from dataclasses import dataclass

from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import disputing, paying, refunding
from marketplace.sandbox.stripe.resources.billing import customer_balance, invoicing
from marketplace.sandbox.stripe.resources.billing.credit_note_body import KIND, note_body
from marketplace.sandbox.stripe.resources.billing.invoicing import Status


@dataclass(frozen=True, slots=True)
class Share:
    """How an amount that was paid goes back: as credit for the next invoices, to the card, or elsewhere."""

    credit: int = 0
    refund: int = 0
    out_of_band: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.credit + self.refund + self.out_of_band


def issue(world: World, invoice: Record, lines: list[Json], share: Share, details: Json) -> Record:
    """Take a part of an invoice back: of what is still owed, or of what was paid.

    Raises:
        Refused: it is more than there is, or it is not said where what was paid shall go.
    """
    total = sum(line["amount"] for line in lines)
    is_paid = invoice.body["status"] == Status.PAID
    _check(invoice, total, share, is_paid=is_paid)
    number = 1 + sum(1 for _note in world.every(KIND, invoice=invoice.id))
    body = note_body(world, invoice.body, lines, number=number, is_paid=is_paid, details=details)
    record = world.add(body)
    if is_paid:
        _give_back(world, invoice, record, share)
    else:
        _owe_less(world, invoice, total)
    world.save(record, "credit_note.created")
    world.save(invoice, "invoice.updated")
    if not is_paid and not invoice.body["amount_due"]:
        invoicing.mark_paid(world, invoice)
    return record


def void(world: World, record: Record) -> None:
    """Take a credit note back, of an invoice that is still owed.

    Raises:
        Refused: it is void, or the invoice is not open.
    """
    invoice = world.find(record.body["invoice"])
    assert invoice, record
    if record.body["status"] == "void" or invoice.body["status"] != Status.OPEN:
        raise Refused("You can only void a credit note that is issued, and whose invoice is open.")
    record.body |= {"status": "void", "voided_at": world.timestamp}
    _owe_less(world, invoice, -record.body["amount"])
    world.save(record, "credit_note.voided")
    world.save(invoice, "invoice.updated")


def _check(invoice: Record, total: int, share: Share, *, is_paid: bool) -> None:
    body = invoice.body
    if body["status"] not in {Status.OPEN, Status.PAID, Status.UNCOLLECTIBLE}:
        raise Refused(f"Credit notes are for invoices that are open or paid. {invoice.id} is {body['status']}.")
    left = body["amount_paid"] - body["post_payment_credit_notes_amount"] if is_paid else body["amount_remaining"]
    if not 0 < total <= left:
        raise Refused(
            f"The credit note's amount must be from 1 to {left} {body['currency']}, which is what is left of the "
            f"invoice, not {total}.",
            param="amount",
        )
    if share.total != (total if is_paid else 0):
        raise Refused(
            "The sum of refund_amount, credit_amount and out_of_band_amount must equal the credit note's amount for "
            "an invoice that is paid, and be nothing for one that is not.",
            param="credit_amount",
        )


def _owe_less(world: World, invoice: Record, amount: int) -> None:
    invoice.body["pre_payment_credit_notes_amount"] += amount
    for name in ("amount_due", "amount_remaining"):
        invoice.body[name] -= amount
    intent = invoicing.intent_of(world, invoice)
    if intent is None:
        return
    if invoice.body["amount_due"]:
        intent.body["amount"] = invoice.body["amount_due"]
        world.save(intent)
    else:
        paying.end(world, intent, paying.Action.CANCEL, reason="automatic")


def _give_back(world: World, invoice: Record, record: Record, share: Share) -> None:
    invoice.body["post_payment_credit_notes_amount"] += share.total
    record.body["out_of_band_amount"] = share.out_of_band or None
    if share.credit:
        customer = invoicing.customer_of(world, invoice)
        entry = customer_balance.change(
            world,
            customer,
            -share.credit,
            kind="credit_note",
            currency=invoice.body["currency"],
            credit_note=record.id,
            invoice=invoice.id,
        )
        record.body["customer_balance_transaction"] = entry.id
    if share.refund:
        refund = refunding.give_back(
            world, _charge(world, invoice, share.refund), share.refund, reason=None, metadata={}
        )
        one = {"amount_refunded": share.refund, "payment_record_refund": None, "refund": refund.id, "type": "refund"}
        record.body["refunds"] = [one]


def _charge(world: World, invoice: Record, amount: int) -> Record:
    """Look up the charge that paid an invoice.

    Raises:
        Refused: there is none, or not so much is left of it.
    """
    intent = invoicing.intent_of(world, invoice)
    charge = world.find(intent.body["latest_charge"]) if intent and intent.body["latest_charge"] else None
    taken = charge.body["amount_captured"] - charge.body["amount_refunded"] if charge else 0
    left = taken - (disputing.taken_from(world, charge) if charge else 0)
    if charge is None or amount > left:
        raise Refused(f"Only {left} {invoice.body['currency']} can be refunded.", param="refund_amount")
    return charge
