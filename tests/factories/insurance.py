"""Plans, policies and what they cover."""

from datetime import timedelta
from itertools import count

from marketplace.catalogue.rules import Layer
from marketplace.insurance import commands, queries
from marketplace.insurance.commands.years import begin_year
from marketplace.insurance.models import Policy
from marketplace.insurance.rules import Need, PlanTerms, PolicyStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import Interval, Subject
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff

PURPOSE = "test"  # What only these tests know of.
_numbers = count(1)


def eur(minor):
    """An amount in euros."""
    return Money(minor, "EUR")


def plan_terms(**changes):
    """What an ordinary plan promises."""
    usual = {
        "price": eur(11900),
        "interval": Interval.YEAR,
        "limit": eur(100_000),
        "deductible": eur(2500),
        "waiting_days": 14,
        "grace_days": 7,
    }
    return PlanTerms(**{**usual, **changes})


def make_version(session, plan_id=None, *, is_on_sale=True, name="Careful", slug=None, **changes):
    """A version of a plan, of a new one if none is named."""
    by = make_staff(session, "admin").id
    if plan_id is None:
        plan_id = commands.make_plan(session, slug or f"plan-{next(_numbers)}", by=by, now=NOON).id
    names, texts = {"en": name}, {"en": "We pay."}
    made = commands.add_version(session, plan_id, plan_terms(**changes), names=names, texts=texts, by=by, now=NOON)
    commands.put_on_sale(session, plan_id, is_on_sale=is_on_sale, by=by, now=NOON)
    return made


def make_policy(session, version=None, *, person_id=None, begins_at=NOON - timedelta(days=60), **changes):
    """A policy that runs, with its first year, and nobody behind it who pays."""
    version = version or make_version(session)
    facts = {
        "reference": f"pol{next(_numbers)}",
        "person_id": person_id or make_person(session).id,
        "version_id": version.id,
        "licence": "",
        "status": PolicyStatus.ACTIVE,
        "made_at": begins_at,
        "begins_at": begins_at,
        "waits_until": begins_at + timedelta(days=version.waiting_days),
    }
    policy = Policy(**{**facts, **changes})
    session.add(policy)
    session.flush()
    begin_year(session, policy, 0, now=begins_at)
    return policy


def insure(person_id, *, begins_at=NOON - timedelta(days=60), licence="", **changes):
    """Give somebody a policy that runs; tells its reference."""
    with transaction() as session:
        version = make_version(session, **changes)
        return make_policy(session, version, person_id=person_id, begins_at=begins_at, licence=licence).reference


def left_of(reference, now=NOON):
    """Tell what is left, reserved and used of the running year of a policy, in minor units."""
    reading().rollback()
    year = queries.year_at(reading(), queries.policy_by_reference(reading(), reference).id, now)
    return year.left.minor, year.reserved_minor, year.used_minor


def need(minor=10000, currency="EUR", *, layer=Layer.APPLICATION, category="upgrade", minutes=0):
    """What is to be covered."""
    return Need(Money(minor, currency), layer, category, minutes)


class Insured:
    """Somebody with a policy, who pays at a till."""

    def __init__(self, till, **changes):
        """Have a policy that runs."""
        self.till = till
        self._subjects = 0
        with transaction() as session:
            version = make_version(session, **changes)
            self.policy_id = make_policy(session, version, person_id=till.payer_id).id

    def ask(self, minor=10000, *, part=1, subject_id=None, seen=None, same_cause_as=None, **how):
        """Ask for something that is covered, up to the payment page; gives the id of its hold."""
        self._subjects += subject_id is None
        subject = Subject(PURPOSE, subject_id or self._subjects, "Help", "/requests", part)
        with transaction() as session:
            cover = commands.reserve(
                session,
                self.policy_id,
                subject,
                need(minor, **how),
                seen=None if seen is None else eur(seen),
                same_cause_as=same_cause_as,
                now=utcnow(),
            )
            hold, _message = payments.open_hold(
                session, subject, payer_id=self.till.payer_id, amount=eur(minor), cover=cover, now=utcnow()
            )
            return hold.id

    def held(self, minor=10000, **how):
        """Ask, and pay what is not covered."""
        hold_id = self.ask(minor, **how)
        self.till.work()
        hold = self.till.hold(hold_id)
        if hold.asked:
            self.till.stand_in.pay(hold.checkout_url)
            self.till.work()
        return hold_id

    def taken(self, minor=10000, **how):
        """Ask, pay, and let it be taken."""
        hold_id = self.held(minor, **how)
        self.till.capture(hold_id)
        self.till.work()
        return hold_id

    @property
    def year(self):
        """The year that runs, as it stands now."""
        reading().rollback()
        return queries.year_at(reading(), self.policy_id, utcnow())

    def amounts(self):
        """What is left, reserved and used of the year, in minor units."""
        year = self.year
        return year.left.minor, year.reserved_minor, year.used_minor

    def claim_of(self, hold_id):
        """The claim for a hold."""
        reading().rollback()
        hold = money.hold(reading(), hold_id)
        return queries.claim_of(reading(), self.policy_id, PURPOSE, hold.subject_id)
