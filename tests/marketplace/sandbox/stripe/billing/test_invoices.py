"""Invoices: by hand and by themselves, their page, their states, and what is taken back of them."""

import pytest
import stripe
from werkzeug.test import Client


def draft(shop, customer, *amounts, **more):
    invoice = shop.v1.invoices.create({"customer": customer.id, "currency": "eur", **more})
    for amount in amounts:
        item = {"customer": customer.id, "invoice": invoice.id, "amount": amount, "currency": "eur"}
        shop.v1.invoice_items.create({**item, "description": "Extra"})
    return shop.v1.invoices.retrieve(invoice.id)


def final(shop, customer, *amounts, **more):
    return shop.v1.invoices.finalize_invoice(draft(shop, customer, *amounts, **more).id)


def test_from_a_draft_to_what_is_paid(shop):
    customer = shop.customer()
    invoice = draft(shop, customer, 1500, 500)
    assert (invoice.status, invoice.total, invoice.number) == ("draft", 2000, None)
    invoice = shop.v1.invoices.finalize_invoice(invoice.id)
    assert (invoice.status, invoice.amount_due, invoice.number) == ("open", 2000, f"{customer.invoice_prefix}-0001")
    invoice = shop.v1.invoices.pay(invoice.id)
    assert (invoice.status, invoice.amount_paid, invoice.amount_remaining) == ("paid", 2000, 0)
    assert [one.amount for one in shop.v1.invoices.line_items.list(invoice.id).data] == [1500, 500]


def test_items_wait_for_the_next_invoice(shop):
    customer = shop.customer()
    item = shop.v1.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "eur"})
    subscription = shop.subscribe(customer)
    assert [one.amount for one in shop.invoice(subscription).lines.data] == [700, 1000]
    assert shop.v1.invoice_items.retrieve(item.id).invoice == subscription.latest_invoice


def test_a_draft_can_be_changed_and_thrown_away_and_what_is_final_cannot(shop):
    customer = shop.customer()
    invoice = draft(shop, customer, 1500)
    item = shop.v1.invoice_items.list({"invoice": invoice.id}).data[0]
    shop.v1.invoice_items.update(item.id, {"amount": 900})
    assert shop.v1.invoices.retrieve(invoice.id).total == 900
    assert shop.v1.invoices.delete(invoice.id).deleted
    assert shop.v1.invoice_items.retrieve(item.id).invoice is None
    shop.v1.invoice_items.delete(item.id)
    invoice = final(shop, customer, 1500)
    for wrong in (
        lambda: shop.v1.invoices.delete(invoice.id),
        lambda: shop.v1.invoices.update(invoice.id, {"description": "Other"}),
        lambda: shop.v1.invoices.finalize_invoice(invoice.id),
        lambda: shop.v1.invoice_items.delete(shop.v1.invoice_items.list({"invoice": invoice.id}).data[0].id),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            wrong()


@pytest.mark.parametrize(
    ("first", "then"),
    [("void_invoice", "pay"), ("pay", "void_invoice"), ("pay", "mark_uncollectible"), ("void_invoice", "void_invoice")],
)
def test_each_state_knows_what_can_follow(shop, first, then):
    invoice = final(shop, shop.customer(), 1500)
    getattr(shop.v1.invoices, first)(invoice.id)
    with pytest.raises(stripe.InvalidRequestError):
        getattr(shop.v1.invoices, then)(invoice.id)


def test_what_was_given_up_may_still_be_paid_or_taken_back(shop):
    customer = shop.customer()
    for then, status in (("pay", "paid"), ("void_invoice", "void")):
        invoice = shop.v1.invoices.mark_uncollectible(final(shop, customer, 1500).id)
        assert invoice.status == "uncollectible"
        assert getattr(shop.v1.invoices, then)(invoice.id).status == status


def test_a_card_that_is_declined_leaves_it_open_for_another(shop):
    invoice = final(shop, shop.customer("pm_card_chargeCustomerFail"), 1500)
    with pytest.raises(stripe.CardError) as refused:
        shop.v1.invoices.pay(invoice.id)
    assert refused.value.code == "card_declined"
    assert shop.v1.invoices.retrieve(invoice.id).status == "open"
    assert shop.v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"}).status == "paid"


def test_a_bank_that_asks_says_so(shop):
    invoice = final(shop, shop.customer("pm_card_authenticationRequired"), 1500)
    with pytest.raises(stripe.CardError) as refused:
        shop.v1.invoices.pay(invoice.id)
    assert refused.value.code == "invoice_payment_intent_requires_action"
    assert shop.told("invoice.payment")[-2:] == ["invoice.payment_failed", "invoice.payment_action_required"]


def test_the_page_of_an_invoice_takes_a_card_and_asks_the_bank(shop):
    invoice = final(shop, shop.customer(card=None), 1500)
    url = invoice.hosted_invoice_url
    wrong = shop.page(url, "pay", card_number="4242", expiry="12/40", cvc="123", name="Ada")
    assert wrong.words_of_fault == "This is not a card number. Check the digits."
    refused = shop.page(url, "pay", card_number="4000000000009995", expiry="12/40", cvc="123", name="Ada")
    assert refused.words_of_fault == "There is not enough money on your card."
    bank = shop.page(url, "pay", card_number="4000002760003184", expiry="12/40", cvc="123", name="Ada")
    assert bank.has_button("answer", "confirm")
    shop.page(bank.url, "", answer="confirm")
    assert shop.v1.invoices.retrieve(invoice.id).status == "paid"
    assert not any(form.name == "pay" for form in shop.page(url).forms)


def test_a_wrong_address_shows_no_invoice(shop):
    url = final(shop, shop.customer(), 1500).hosted_invoice_url
    answer = Client(shop.stand_in.app).get(f"{url.removeprefix('http://localhost')}x")
    assert answer.status_code == 404


def test_credit_pays_the_next_invoices(shop):
    customer = shop.customer()
    entry = shop.v1.customers.balance_transactions.create(customer.id, {"amount": -1200, "currency": "eur"})
    assert (entry.ending_balance, entry.type) == (-1200, "adjustment")
    invoice = final(shop, customer, 1000)
    assert (invoice.status, invoice.amount_due, invoice.starting_balance, invoice.ending_balance) == (
        "paid",
        0,
        -1200,
        -200,
    )
    invoice = final(shop, customer, 1000)
    assert (invoice.amount_due, invoice.ending_balance) == (800, 0)
    shop.v1.invoices.void_invoice(invoice.id)
    assert shop.v1.customers.retrieve(customer.id).balance == -200


def test_what_is_too_little_to_be_charged_is_owed_with_the_next(shop):
    customer = shop.customer()
    assert final(shop, customer, 20).status == "paid"
    assert shop.v1.customers.retrieve(customer.id).balance == 20
    assert final(shop, customer, 1000).amount_due == 1020


def test_a_customer_is_billed_in_one_currency(shop):
    customer = shop.customer()
    final(shop, customer, 1000)
    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies"):
        shop.v1.invoices.create({"customer": customer.id, "currency": "usd"})


def test_a_credit_note_lessens_what_is_owed(shop):
    invoice = final(shop, shop.customer(), 1500)
    note = shop.v1.credit_notes.create({"invoice": invoice.id, "amount": 400, "reason": "order_change"})
    assert (note.type, note.number) == ("pre_payment", f"{invoice.number}-CN-01")
    invoice = shop.v1.invoices.retrieve(invoice.id)
    assert (invoice.amount_due, invoice.pre_payment_credit_notes_amount) == (1100, 400)
    shop.v1.credit_notes.void_credit_note(note.id)
    assert shop.v1.invoices.retrieve(invoice.id).amount_due == 1500
    shop.v1.credit_notes.create({"invoice": invoice.id, "amount": 1500})
    invoice = shop.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.amount_paid) == ("paid", 0)


def test_a_credit_note_gives_back_what_was_paid_to_the_card_and_as_credit(shop):
    customer = shop.customer()
    invoice = shop.v1.invoices.pay(final(shop, customer, 1500).id)
    line = invoice.lines.data[0].id
    note = shop.v1.credit_notes.create(
        {
            "invoice": invoice.id,
            "lines": [{"type": "invoice_line_item", "invoice_line_item": line, "amount": 1000}],
            "refund_amount": 700,
            "credit_amount": 300,
        }
    )
    refund = shop.v1.refunds.retrieve(note.refunds[0].refund)
    assert (note.type, refund.amount, refund.status) == ("post_payment", 700, "succeeded")
    assert shop.v1.customers.retrieve(customer.id).balance == -300
    assert shop.v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 1000
    assert shop.told("credit_note") == ["credit_note.created"]
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.credit_notes.create({"invoice": invoice.id, "amount": 501, "credit_amount": 501})
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.credit_notes.create({"invoice": invoice.id, "amount": 500})
    seen = shop.v1.credit_notes.preview({"invoice": invoice.id, "amount": 500, "refund_amount": 500})
    assert seen.total == 500
    assert len(shop.v1.credit_notes.list({"invoice": invoice.id}).data) == 1


def test_an_invoice_may_go_on_by_itself(shop):
    invoice = draft(shop, shop.customer(), 1500, auto_advance=True)
    shop.wait(hours=1)
    assert shop.v1.invoices.retrieve(invoice.id).status == "paid"


NOT_BUILT = {
    "sending": lambda shop, invoice: shop.v1.invoices.send_invoice(invoice.id),
    "paid elsewhere": lambda shop, invoice: shop.v1.invoices.pay(invoice.id, {"paid_out_of_band": True}),
    "coupons": lambda shop, _invoice: shop.v1.coupons.create({"duration": "once", "percent_off": 10}),
    "schedules": lambda shop, _invoice: shop.v1.subscription_schedules.list(),
    "bills by mail": lambda shop, invoice: shop.v1.invoices.create(
        {"customer": invoice.customer, "collection_method": "send_invoice"}
    ),
    "automatic tax": lambda shop, _invoice: shop.subscribe(automatic_tax={"enabled": True}),
    "pending updates": lambda shop, _invoice: shop.subscribe(payment_behavior="pending_if_incomplete"),
    "tiers": lambda shop, _invoice: shop.price(billing_scheme="tiered"),
}


@pytest.mark.parametrize("call", NOT_BUILT.values(), ids=list(NOT_BUILT))
def test_what_is_not_built_says_so(shop, call):
    invoice = final(shop, shop.customer(), 1500)
    with pytest.raises(stripe.APIError) as refused:
        call(shop, invoice)
    assert refused.value.http_status == 501
