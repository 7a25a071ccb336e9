"""The life of money as a whole: a site, its Stripe, its clock, and everybody who does something with money.

Each step is what a person, a bank or a process may do next, in any order. What can't be done is refused and changes
nothing. Nothing here knows what should come out: `truths` says what must hold.
"""

from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

from sqlalchemy import event, select
from werkzeug.test import Client

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, effects, gateway, queries
from marketplace.payments.gateway import CONNECT_EVENTS, EVENTS, Uncertain
from marketplace.payments.models import ConnectedAccount, Payer
from marketplace.payments.rules import Cover, HoldStatus, RefundCause, Reserve, Subject, Terms
from marketplace.sandbox.stripe.visitor import Declined, PageClosed
from tests.factories import MINUTE
from tests.factories.accounts import make_person
from tests.factories.profiles import make_provider
from tests.marketplace.payments.fate import Fate, Killed, MortalWire
from tests.marketplace.payments.rows import rows
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess, to_app

PURPOSE = "life"  # None of the slices': nobody but `payments` has a say here.
CURRENCIES = ("EUR", "JPY", "KWD", "ISK")
UNITS = {"EUR": 7, "JPY": 11, "KWD": 30, "ISK": 700}  # Steps of amounts, above what is too little to be charged.
ROUNDS_MAX = 400
RECENT = 60


@dataclass(frozen=True)
class Payees:
    """Who is paid, and how: two by transfers, one by hand."""

    first: int
    second: int
    by_hand: int


class Life:
    """Money, from the first step to the last."""

    SCHEDULE = (
        effects.catch_up,
        effects.check_holds,
        effects.check_subscriptions,
        effects.earn,
        effects.release_reserves,
        effects.reconcile,
    )

    def __init__(self, app, clock, *, checked=False):
        """Begin with a payer and payees; with `checked` every call is held to Stripe's contract."""
        self.app, self.clock = app, clock
        self.fate = Fate()
        self.stand_in = StripeInProcess(self._receiving(to_app(app)))
        wire = MortalWire(self.stand_in.http_client(checked=checked), self.fate, self._see_transfers)
        self._gateway_before = gateway.gateway()
        gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=wire))
        settings = app.extensions["handrail_settings"]
        self.stand_in.listen("/webhooks/stripe", settings.stripe_webhook_secret, events=EVENTS)
        secret = settings.stripe_connect_webhook_secret
        self.stand_in.listen("/webhooks/stripe/connect", secret, connect=True, events=CONNECT_EVENTS)
        self.sent_to_who_cannot_receive = []
        self._transfers_seen = 0
        for moment in ("before_commit", "after_begin"):
            event.listen(db.session, moment, self.fate.moment)
        self._engine, self._has_changed = db.engine, True
        event.listen(self._engine, "commit", self._see_commit)
        self._people()

    def close(self):
        """Leave no trace in the application."""
        for moment in ("before_commit", "after_begin"):
            event.remove(db.session, moment, self.fate.moment)
        event.remove(self._engine, "commit", self._see_commit)
        gateway.connect(self.app, self._gateway_before)
        self.stand_in.close()

    def _people(self):
        with transaction() as session:
            self.payer_id = make_person(session).id
            self.staff_id = make_person(session).id
            self.payees = Payees(*(make_provider(session).id for _ in range(3)))
            for payee_id in (self.payees.first, self.payees.second):
                commands.ask_account(session, payee_id, country="DE", email="bo@example.test", now=utcnow())
        self.work()
        for account_id in self.account_ids():
            self.stand_in.onboard(gateway.gateway().onboarding_url(account_id, refresh_url=URL, return_url=URL))
        self.hear()
        self.work()

    def account_ids(self):
        """List the payees' accounts at Stripe."""
        found = list(reading().scalars(select(ConnectedAccount.stripe_account_id).order_by(ConnectedAccount.payee_id)))
        reading().rollback()
        return found

    def _receiving(self, send):
        """Take a webhook, or die while it is taken: then Stripe has no answer."""

        def receive(url, payload, signature):
            try:
                return send(url, payload, signature)
            except Killed:
                return False, "no answer"

        return receive

    def _see_commit(self, _connection):
        self._has_changed = True

    def has_changed(self):
        """Tell whether anything may be different from the last time that this was asked."""
        changed, self._has_changed = self._has_changed, False
        return changed

    def _see_transfers(self):
        """Look whether whoever was just sent money may have it."""
        with self.stand_in._simulator.world() as world:
            made = list(world.every("transfer"))
            for transfer in made[: len(made) - self._transfers_seen]:
                account = world.find(transfer.body["destination"])
                if account.body["capabilities"]["transfers"] != "active":
                    self.sent_to_who_cannot_receive.append(transfer.id)
        self._transfers_seen = len(made)

    # What the site's people and processes do.

    def do(self, command, *arguments, **facts):
        """Give a command, in a transaction of its own."""
        with transaction() as session:
            return command(session, *arguments, **facts, now=utcnow())

    def ask(self, subject_id, steps, part=1, *, by_card=False, own=0, most=0):
        """Ask the payer to set an amount aside for a subject, of which a part may be covered; see `Cover`."""
        currency = CURRENCIES[subject_id % len(CURRENCIES)]
        subject = Subject(PURPOSE, subject_id, f"Subject {subject_id}", "/requests", part)
        amounts = (Money(some * smallest_step(currency) * UNITS[currency], currency) for some in (steps, own, most))
        amount, *terms = amounts
        how = {"amount": amount, "cover": Cover(*terms), "card_id": self.newest_card() if by_card else None}
        self.do(commands.open_hold, subject, payer_id=self.payer_id, **how)

    def newest_card(self):
        """Give the id of the card that the payer saved last, if there is one."""
        found = queries.cards_of(reading(), self.payer_id)
        card_id = found[0].id if found else None
        reading().rollback()
        return card_id

    def save_card(self, card):
        """Let the payer save a card on our own page, if it is there in time."""
        self.do(commands.ask_card, self.payer_id)
        self.work()
        url = self.row(Payer, self.payer_id).setup_url
        if url is not None:
            self._pay_at(url, card)

    def settle(self, hold, payee_id, *, percent, tax_rate, reserve_percent, days):
        """Share what was taken."""
        terms, payee_id = Terms(percent, tax_rate, 2100), self._payee_of(hold, payee_id)
        self.do(commands.settle, hold.id, payee_id=payee_id, terms=terms, reserve=Reserve(reserve_percent, days))

    def decide(self, subject_id, percents):
        """Decide how much of each part of a contested subject goes back; what is left of it is shared."""
        with transaction() as session:
            holds = queries.lock_holds(session, PURPOSE, subject_id)
            for hold, percent in zip(holds, cycle(percents)):
                self._give_back(session, hold, percent)
            commands.uncontest(session, PURPOSE, subject_id, now=utcnow())
            for hold in holds:
                if hold.status is HoldStatus.CAPTURED:
                    payee_id = self._payee_of(hold, self.payees.first)
                    commands.settle(session, hold.id, payee_id=payee_id, terms=Terms(20), now=utcnow())

    def _payee_of(self, hold, payee_id):
        """Pay by hand for what is covered: a transfer would wait for money of the vendor, who has none at Stripe."""
        return self.payees.by_hand if hold.cover_cap_minor else payee_id

    def _give_back(self, session, hold, percent):
        step = smallest_step(hold.currency)
        back = Money(hold.kept.minor // step * percent // 100 * step, hold.currency)
        if back:
            commands.refund(session, hold.id, amount=back, cause=RefundCause.SETTLED, now=utcnow())

    def row(self, model, key):
        """Give a row as it stands now."""
        reading().rollback()
        return reading().get_one(model, key)

    def work(self):
        """Do all that the outbox owes by now."""
        while outbox.deliver_due(utcnow()):
            pass

    def work_on(self, number):
        """Do one thing of what is owed: there are other workers, who take theirs in any order."""
        owed = self.owed()
        if owed:
            outbox.deliver_now(owed[number % len(owed)])

    def owed(self):
        """List the messages of the outbox that are due."""
        due = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None), OutboxMessage.run_at <= utcnow())
        free = OutboxMessage.leased_until.is_(None) | (OutboxMessage.leased_until <= utcnow())
        found = list(reading().scalars(due.where(free).order_by(OutboxMessage.id)))
        reading().rollback()
        return found

    def hear(self):
        """Take what Stripe tells by now."""
        self.stand_in.deliver_pending()

    def hear_again(self, number):
        """Have an event told once more, whether or not it was taken before."""
        with self.stand_in._simulator.world() as world:
            told = [one.id for one in world.latest("event", RECENT) if one.body["type"] in (*EVENTS, *CONNECT_EVENTS)]
        if told:
            self.stand_in.send_again(told[number % len(told)])
            self.hear()

    def die(self, moments, act):
        """Do something in a process that dies after so many moments; another one goes on later."""
        self.fate.strike_in(moments)
        try:
            act()
        except Killed:
            db.session.remove()
        self.fate.relent()

    def keep_house(self):
        """Do what is on the schedule."""
        for task in self.SCHEDULE:
            with suppress(Uncertain):  # The worker tries again when it is due again.
                task(utcnow())
        for hold in rows()["hold"]:
            self.do(commands.renew, hold.id)

    # What payers, banks and time do.

    def pay(self, asked, card="4242424242424242", *, confirms=True):
        """Pay on a Checkout page, or try to; as long as no call for it has had an answer, there is none."""
        if asked.checkout_url is not None:
            self._pay_at(asked.checkout_url, card, confirms=confirms)

    def _pay_at(self, url, card, **how):
        with suppress(Declined, PageClosed):
            self.stand_in.pay(url, card, **how)

    def come_back(self, hold):
        """Come back from the Checkout page."""
        self.do(lambda session, now: outbox.enqueue(session, commands.REFRESH, at=now, hold_id=hold.id))

    def pull(self, object_id, lever, **given):
        """Have Stripe, a bank or a payee do something, if it still can; tell whether it could."""
        answer = Client(self.stand_in.app).post(f"/sandbox/objects/{object_id}/{lever}", json=given, base_url=URL)
        assert answer.status_code in {200, 400}, answer.text
        return answer.status_code == 200

    def unpaid(self, stripe_subscription_id):
        """List the invoices of a subscription at Stripe that are still to be paid."""
        with self.stand_in._simulator.world() as world:
            found = [one.body for one in world.every("invoice") if one.body["status"] == "open"]
        of = {one["id"]: (one["parent"] or {}).get("subscription_details") or {} for one in found}
        return [key for key, details in of.items() if details.get("subscription") == stripe_subscription_id]

    def wait(self, span):
        """Let time go by, here and at Stripe."""
        self._has_changed = True
        self.clock.shift(span)
        self.stand_in.sweep()

    def drain(self):
        """Let everything come to rest: faults end, everybody does what they owe, and Stripe has told all."""
        self.fate.relent()
        self.stand_in.faults.clear()
        for _time in range(2):  # What nobody told is seen, and then the lines of Stripe's book about it are explained.
            self._finish()
            self.keep_house()
        self._finish()

    def _finish(self):
        for _round in range(ROUNDS_MAX):
            self.hear()
            self.work()
            if not self._is_anything_owed():
                return
            self.wait(MINUTE)
        owed = select(OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.last_error).filter_by(done_at=None)
        raise AssertionError(f"it never comes to rest: {reading().execute(owed).all()}")

    def _is_anything_owed(self):
        owed = reading().scalar(select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None)).limit(1))
        reading().rollback()
        return owed is not None or self.stand_in.settle(within_s=0) > 0
