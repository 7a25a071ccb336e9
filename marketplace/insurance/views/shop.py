"""What is on sale, and buying it."""

from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.catalogue import queries as catalogue
from marketplace.insurance import commands, queries, wording
from marketplace.insurance.models import PlanVersion
from marketplace.insurance.rules import LIVE, PURPOSE, OneForEachLicence, PolicyStatus
from marketplace.insurance.schemas import BuySchema
from marketplace.insurance.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, caller_id_or_none, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.payments import queries as payments
from marketplace.payments.rules import OneCurrency
from marketplace.tariffs import queries as tariffs
from marketplace.tariffs.rules import Tax


@blueprint.get("/cover")
@open_to(Role.ANYONE)
def index() -> ResponseReturnValue:
    """Show what is on sale, and to somebody who has policies how these stand."""
    session, now, person_id = reading(), utcnow(), caller_id_or_none()
    policies = queries.policies_of(session, person_id) if person_id else []
    held = next((one for one in policies if one.status in LIVE and not one.licence), None)
    changes = queries.plans_to_change_to(session, held) if held and held.status is PolicyStatus.ACTIVE else []
    return render_template(
        "insurance/index.html",
        versions=_versions(session, person_id),
        held=held,
        changes={one.plan_id for one in changes},
        live=[(one, queries.year_at(session, one.id, now)) for one in policies if one.status in LIVE],
        ended=[one for one in policies if one.status not in LIVE],
        categories=catalogue.categories(session),
        tax=_tax(session),
        wording=wording,
    )


def _versions(session: Session, person_id: int | None) -> list[PlanVersion]:
    """List what is on sale; to somebody who is known, what is sold in their currency first."""
    versions = queries.plans_on_sale(session)
    if person_id is None:
        return versions
    currency = accounts.person(session, person_id).currency
    return sorted(versions, key=lambda version: version.currency != currency)


@blueprint.get("/cover/plans/<slug>")
@open_to(Role.PERSON)
def plan(slug: str) -> ResponseReturnValue:
    """Show a plan for a last look before it is bought."""
    return _last_look(_on_sale(slug), {}, {})


@blueprint.post("/cover/plans/<slug>")
@open_to(Role.PERSON)
def buy(slug: str) -> ResponseReturnValue:
    """Buy a plan, and go to the page on which it is paid; a second click finds the policy that the first one made."""
    version = _on_sale(slug)
    try:
        typed = load_form(BuySchema(needs_licence=version.needs_licence))
        reading().rollback()
        with transaction() as session:
            person = accounts.person(session, caller_id())
            policy, message_id = commands.buy(
                session,
                person_id=person.id,
                country=person.country,
                version_id=typed["version"],
                licence=typed["licence"],
                now=utcnow(),
            )
            reference, policy_id = policy.reference, policy.id
    except InvalidInput as error:
        return _last_look(_on_sale(slug), request.form, error.fields), 422
    except (OneForEachLicence, OneCurrency) as error:
        tell(error.text)
        return redirect(url_for(".index"))
    outbox.deliver_now(message_id)
    subscription = payments.live_subscription(reading(), PURPOSE, policy_id)
    if subscription is None:  # Stripe refused to make the page.
        return redirect(url_for(".show", reference=reference))
    return redirect(url_for("payments.subscribe", subscription_id=subscription.id))


def _on_sale(slug: str) -> PlanVersion:
    found = [one for one in queries.plans_on_sale(reading()) if one.plan.slug == slug]
    if not found:
        raise NotFound(plan=slug)
    return found[0]


def _last_look(version: PlanVersion, typed: Any, errors: Any) -> str:
    session = reading()
    return render_template(
        "insurance/plan.html",
        version=version,
        categories=catalogue.categories(session),
        tax=_tax(session),
        typed=typed,
        errors=errors,
        wording=wording,
    )


def _tax(session: Session) -> Tax:
    person_id = caller_id_or_none()
    country = accounts.person(session, person_id).country if person_id else None
    return tariffs.tax_of_cover(session, country, utcnow().date())
