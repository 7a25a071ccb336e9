"""The life of money with cover in it: a vendor who sells plans, and a customer who claims by them."""

from marketplace.catalogue.rules import Layer
from marketplace.insurance import commands as insurance
from marketplace.insurance.effects import begin_next_years, suspend_overdue
from marketplace.insurance.models import Appeal, Claim, ClaimPart, Plan, PlanVersion, Policy, PolicyYear
from marketplace.insurance.rules import Need
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.payments import commands
from marketplace.tariffs.rules import Taxed
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_rates
from tests.factories.profiles import make_provider
from tests.factories.tariffs import make_tax
from tests.marketplace.payments import rows
from tests.marketplace.payments.life import Life, Payees

COUNTRY = "ES"
RATES = {"EUR": 1_000_000, "JPY": 160_000_000, "KWD": 330_000, "ISK": 145_000_000}
MODELS = (*rows.MODELS, Plan, PlanVersion, Policy, PolicyYear, Claim, ClaimPart, Appeal)


class LifeWithCover(Life):
    """Money that is paid for plans, and what they cover."""

    SCHEDULE = (*Life.SCHEDULE, begin_next_years, suspend_overdue)

    def _people(self):
        """Begin with a customer, the vendor's people, and a partner who is paid by hand."""
        with transaction() as session:
            make_rates(session, **RATES)
            make_tax(session, taxed=Taxed.COVER, country=COUNTRY)
            self.payer_id, self.staff_id = make_person(session).id, make_staff(session).id
            partner_id = make_provider(session).id
        self.payees = Payees(partner_id, partner_id, partner_id)

    def sell(self, terms, plan_id=None):
        """Put a version of a plan on sale, of a new plan if none is named."""
        with transaction() as session:
            by = {"by": self.staff_id, "now": utcnow()}
            if plan_id is None:
                plan_id = insurance.make_plan(session, f"plan-{utcnow() - NOON}-{terms.price.minor}", **by).id
            insurance.add_version(session, plan_id, terms, names={"en": "Careful"}, texts={"en": "We pay."}, **by)
            insurance.put_on_sale(session, plan_id, is_on_sale=True, **by)

    def buy(self, version_id, licence):
        """Ask for a policy."""
        who = {"person_id": self.payer_id, "country": COUNTRY}
        self.do(insurance.buy, **who, version_id=version_id, licence=licence)

    def decide_about(self, policy, command, **how):
        """Let the customer decide something about a policy."""
        self.do(command, policy.reference, person_id=self.payer_id, **how)

    def claim(self, wish, *, card_id):
        """Agree to a price of which a policy is to cover a part."""
        need = Need(wish.price, Layer.APPLICATION, "upgrade", wish.minutes)
        event = {"same_cause_as": wish.same_cause_as}
        with transaction() as session:
            cover = insurance.reserve(session, wish.policy_id, wish.subject, need, **event, now=utcnow())
            how = {"amount": wish.price, "cover": cover, "card_id": card_id}
            commands.open_hold(session, wish.subject, payer_id=self.payer_id, **how, now=utcnow())
