"""Calls about subscriptions, and looks at how they stand at Stripe."""

from datetime import datetime

from flask import current_app

from marketplace.accounts.models import Person
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, ask_once, or_hopeless, read_call
from marketplace.payments.effects.cards import customer_of
from marketplace.payments.effects.looking import Note, look_at
from marketplace.payments.effects.pages import close
from marketplace.payments.gateway import ChangeOrder, Refused, SubscriptionOrder, SubscriptionState, gateway
from marketplace.payments.models import PortalVisit, Subscription, SubscriptionChange
from marketplace.payments.rules import CallKind, ChangeMoment, ChangePreview, ChangeStatus, Interval


def make_page(call: Call, now: datetime) -> None:
    """Make the page on which somebody subscribes; if Stripe makes none, the subscription lapses."""
    try:
        order = _order(call.about_id, _customer_of(call.about_id, now))
        checkout = ask_once(
            call,
            now,
            look=lambda: gateway().find_checkout(call.mark, since=call.created_at),
            ask=lambda: gateway().create_subscription_page(order, mark=call.mark, key=call.key),
        )
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_subscription(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.offer_subscription(session, call.about_id, checkout, now=now)


def _customer_of(subscription_id: int, now: datetime) -> str:
    """Give the customer for whom the page is made, the same whenever it is made again."""
    subscription = queries.subscription(reading(), subscription_id)
    payer_id, customer_id = subscription.payer_id, subscription.customer_id
    reading().rollback()
    if customer_id is None:
        customer_id = customer_of(payer_id, now)
        with transaction() as session:
            commands.subscribe_as(session, subscription_id, customer_id)
    return customer_id


def _order(subscription_id: int, customer_id: str) -> SubscriptionOrder:
    subscription = queries.subscription(reading(), subscription_id)
    payer = reading().get_one(Person, subscription.payer_id)
    base_url = current_app.config["BASE_URL"]
    order = SubscriptionOrder(
        subscription_id=subscription.id,
        price=subscription.price,
        interval=subscription.interval,
        description=subscription.description,
        customer_id=customer_id,
        language=payer.language,
        success_url=f"{base_url}/payments/subscriptions/{subscription.id}/back",
        cancel_url=f"{base_url}{subscription.return_path}",
    )
    reading().rollback()
    return order


def withdraw(call: Call, now: datetime) -> None:
    """Close the page of a subscription that was taken back; who has paid on it meanwhile gets everything back."""
    session_id = _session_of(call.about_id)
    if session_id is None:  # The page may have been made without our hearing of it: make it under the same key.
        making = queries.latest_call(reading(), CallKind.SUBSCRIBE, call.about_id)
        assert making is not None
        make = read_call(making)
        reading().rollback()
        make_page(make, now)
        session_id = _session_of(call.about_id)
    if session_id is not None:  # Else Stripe refused to make it.
        close(gateway().checkout(session_id))
    note = look_at(call.about_id, now)
    with transaction() as session:
        commands.answered(session, call.id, now=now)
        note(session)


def _session_of(subscription_id: int) -> str | None:
    session_id = queries.subscription(reading(), subscription_id).checkout_session_id
    reading().rollback()
    return session_id


def set_end(call: Call, now: datetime) -> None:
    """Tell Stripe whether a subscription goes on after its period, as it stands here by now."""
    stripe_id, wanted = _end_of(call.about_id)
    if stripe_id is not None:

        def look() -> SubscriptionState | None:
            found = gateway().subscription(stripe_id)
            return found if found.is_over or (found.cancels_at is not None) == wanted else None

        def ask() -> SubscriptionState:
            gateway().set_end(stripe_id, at_period_end=wanted, key=call.key)
            return gateway().subscription(stripe_id)

        if look() is None:
            ask_once(call, now, look=look, ask=ask)
    with transaction() as session:
        commands.end_is_set(session, call.about_id, call.id, now=now)
        commands.look_at_subscription(session, call.about_id, now=now)


def _end_of(subscription_id: int) -> tuple[str | None, bool]:
    subscription = queries.subscription(reading(), subscription_id)
    found = subscription.stripe_subscription_id, subscription.cancels_at is not None
    reading().rollback()
    return found


def cancel(call: Call, now: datetime) -> None:
    """End a subscription at Stripe, and let nobody pay for it any more."""
    stripe_id, _wanted = _end_of(call.about_id)
    assert stripe_id is not None, "only what Stripe knows is ended there"

    def look() -> SubscriptionState | None:
        found = gateway().subscription(stripe_id)
        return found if found.is_over else None

    def ask() -> SubscriptionState:
        gateway().cancel_subscription(stripe_id, key=call.key)
        return gateway().subscription(stripe_id)

    if look() is None:
        ask_once(call, now, look=look, ask=ask)
    for invoice in gateway().invoices(stripe_id, known=_known(call.about_id)).unpaid:
        _void(call, invoice.id, now)
    note = look_at(call.about_id, now)
    with transaction() as session:
        commands.answered(session, call.id, now=now)
        note(session)


def _void(call: Call, invoice_id: str, now: datetime) -> None:
    ask_once(
        call,
        now,
        look=lambda: None,  # What is void is not unpaid any more.
        ask=lambda: gateway().void_invoice(invoice_id, key=f"{call.key}:{invoice_id}"),
    )


def _known(subscription_id: int) -> set[str]:
    known = queries.invoices_known(reading(), subscription_id)
    reading().rollback()
    return known


def change(call: Call, now: datetime) -> None:
    """Change the price of a subscription: what more it costs is paid now, or nothing is changed."""
    asked = reading().get_one(SubscriptionChange, call.about_id)
    subscription_id, is_asked = asked.subscription_id, asked.status is ChangeStatus.ASKED
    stripe_id, interval = asked.subscription.stripe_subscription_id, asked.subscription.interval
    price, description = asked.price, asked.description
    prorated_at = asked.prorated_at if asked.moment is ChangeMoment.NOW else None
    reading().rollback()
    assert stripe_id is not None, "only what runs is changed"
    if is_asked:
        product_id = ask_once(
            call,
            now,
            look=lambda: None,  # Nothing is sold by it: another one does no harm.
            ask=lambda: gateway().create_product(description, key=f"{call.key}:product"),
        )
        state = gateway().subscription(stripe_id)
        order = ChangeOrder(stripe_id, state.item_id, product_id, price, interval, prorated_at)

        def look() -> SubscriptionState | None:
            found = gateway().subscription(stripe_id)
            return found if found.change == call.mark else None

        def ask() -> SubscriptionState:
            return gateway().change_subscription(order, mark=call.mark, key=call.key)

        try:
            look() or ask_once(call, now, look=look, ask=ask)
        except Refused as refusal:
            with transaction() as session:
                commands.refuse_change(session, call.about_id, str(refusal), now=now)
            return
    note = look_at(subscription_id, now)
    with transaction() as session:
        note(session)


def preview_change(subscription_id: int, price: Money) -> ChangePreview:
    """Ask what a change to a higher price costs now; nothing is changed, and no transaction may be open.

    Raises:
        Refused: Stripe does not know such a subscription any more.
        Uncertain: Stripe did not answer.
    """
    now = utcnow().replace(microsecond=0)
    stripe_id, interval = _billed(subscription_id)
    state = gateway().subscription(stripe_id)
    order = ChangeOrder(stripe_id, state.item_id, state.product_id, price, interval, now)
    return ChangePreview(gateway().preview_change(order), now)


def _billed(subscription_id: int) -> tuple[str, Interval]:
    subscription: Subscription = queries.subscription(reading(), subscription_id)
    stripe_id, interval = subscription.stripe_subscription_id, subscription.interval
    reading().rollback()
    assert stripe_id is not None, "only what runs is changed"
    return stripe_id, interval


def open_portal(call: Call, now: datetime) -> None:
    """Make the page on which a payer chooses another card."""
    visit = reading().get_one(PortalVisit, call.about_id)
    person = reading().get_one(Person, visit.person_id)
    person_id, language = person.id, person.language
    return_url = f"{current_app.config['BASE_URL']}{visit.return_path}"
    reading().rollback()
    customer_id = customer_of(person_id, now)
    url = ask_once(
        call,
        now,
        look=lambda: None,  # A page that nobody has seen does no harm.
        ask=lambda: gateway().create_portal(customer_id, language=language, return_url=return_url, key=call.key),
    )
    with transaction() as session:
        commands.offer_portal(session, call.about_id, url, now=now)


@or_hopeless()
def refresh_subscription(due: outbox.Due) -> None:
    """Ask how a subscription stands: the payer is back, or nothing has been heard for a while."""
    note: Note = look_at(due.payload["subscription_id"], due.now)
    with transaction() as session:
        note(session)


def check_subscriptions(now: datetime) -> None:
    """Owe a look at each subscription of which nothing has been heard for a while."""
    with transaction() as session:
        for subscription_id in queries.subscriptions_to_check(session, now):
            queries.lock_subscription(session, subscription_id).checked_at = now
            commands.look_at_subscription(session, subscription_id, now=now)
