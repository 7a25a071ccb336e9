"""How a partner is paid: the account at Stripe in every state, the bank account beside it, and what papers say."""

from collections.abc import Mapping

from flask import current_app, redirect, render_template, request, url_for
from flask import flash as tell
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import choices
from marketplace.jobs.business import BankAccountSchema, BusinessSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.kernel.vat_numbers import EXAMPLES
from marketplace.payments import commands as payments
from marketplace.payments import effects as payment_effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import Refused, Uncertain, gateway
from marketplace.payments.rules import HAS_DASHBOARD, MAY_BEGIN_AGAIN, MENDED_AT_STRIPE, AccountState, PayoutStatus
from marketplace.payments.wording import standing
from marketplace.tariffs import queries as tariffs
from providers.profiles import commands as profiles
from providers.profiles.callers import acting_member
from providers.profiles.rules import MemberRole, check_owner

Errors = Mapping[str, list[str]]


@blueprint.get("/work/getting-paid")
@open_to(Role.PARTNER)
def getting_paid() -> ResponseReturnValue:
    """Say how the partner is paid, what happened to that, and what to do."""
    return _page({})


def _page(errors: Errors) -> ResponseReturnValue:
    member, session, today = acting_member(), reading(), utcnow().date()
    provider = member.provider
    now_standing = standing(money.connected_account(session, provider.id))
    payouts = money.payouts_of(session, provider.id)
    page = render_template(
        "jobs/getting_paid.html",
        provider=provider,
        standing=now_standing,
        may_connect=now_standing.state in MAY_BEGIN_AGAIN | {AccountState.NOT_STARTED, AccountState.OPENING},
        may_mend=now_standing.state in MENDED_AT_STRIPE,
        has_dashboard=now_standing.state in HAS_DASHBOARD,
        can_be_paid=money.can_be_paid(session, provider.id),
        bank=money.bank_account(session, provider.id),
        commission=tariffs.commission_of(session, provider.id, provider.level, today),
        reserve=tariffs.reserve_on(session, today),
        waiting=[one for one in payouts if one.status is PayoutStatus.WAITING],
        is_owner=member.role is MemberRole.OWNER,
        takes_jobs=member.takes_jobs,
        typed=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/getting-paid")
@open_to(Role.MEMBER)
def set_bank_account() -> ResponseReturnValue:
    """Note the bank account to which the partner is paid by hand."""
    member = acting_member()
    check_owner(member.role)
    try:
        bank = load_form(BankAccountSchema())
        with transaction() as session:
            payments.set_bank_account(session, member.provider_id, bank, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _page(error.fields)
    tell(_("Your bank account is kept. What can not be transferred by Stripe is paid to it by hand."))
    return redirect(url_for(".getting_paid"))


@blueprint.post("/work/payouts/connect")
@open_to(Role.MEMBER)
def connect() -> ResponseReturnValue:
    """Lead the partner to Stripe, to say where payouts go; after a refusal a new account is asked for."""
    member = acting_member()
    payee_id, country = member.provider_id, member.provider.tax_country
    with transaction() as session:
        message_id = payments.ask_account(session, payee_id, country=country, email=current_user.email, now=utcnow())
    if message_id is not None:
        outbox.deliver_now(message_id)
    account = money.connected_account(reading(), payee_id)
    if account is not None and account.state is AccountState.REFUSED:
        return redirect(url_for(".getting_paid"))  # There it says why.
    if account is None or account.stripe_account_id is None:
        return _stripe_is_away()
    return _to_onboarding(account.stripe_account_id)


def _to_onboarding(account_id: str) -> ResponseReturnValue:
    reading().rollback()
    base_url = current_app.config["BASE_URL"]
    try:
        url = gateway().onboarding_url(
            account_id,
            refresh_url=f"{base_url}{url_for('.getting_paid')}",
            return_url=f"{base_url}{url_for('.connected')}",
        )
    except (Uncertain, Refused):  # What it refuses, the account's state will tell.
        return _stripe_is_away()
    return redirect(url, code=303)


def _stripe_is_away() -> ResponseReturnValue:
    tell(_("Stripe did not answer. Try again in a minute."))
    return redirect(url_for(".getting_paid"))


@blueprint.get("/work/payouts/connected")
@open_to(Role.MEMBER)
def connected() -> ResponseReturnValue:
    """Take the partner back from Stripe; coming back proves nothing, so Stripe is asked.

    Stripe sends people here by a link, so this writes on a GET. It notes how Stripe describes the account, as its
    webhook would, and nothing if that is known: to follow the link twice, or years later, changes nothing more.
    """
    payee_id = acting_member().provider_id
    if money.connected_account(reading(), payee_id) is not None:
        try:
            payment_effects.refresh_account(payee_id, utcnow())
        except Uncertain:
            return _stripe_is_away()
    account = money.connected_account(reading(), payee_id)
    if account is None or not account.may_receive:
        return redirect(url_for(".getting_paid"))  # There it says what is missing.
    tell(_("All is set: you can receive money now."))
    return redirect(url_for(".work"))


@blueprint.post("/work/payouts/dashboard")
@open_to(Role.MEMBER)
def dashboard() -> ResponseReturnValue:
    """Lead the partner to the account at Stripe."""
    account = money.connected_account(reading(), acting_member().provider_id)
    account_id = account.stripe_account_id if account else None
    reading().rollback()
    if account_id is None:
        return redirect(url_for(".getting_paid"))
    try:
        url = gateway().dashboard_url(account_id)
    except (Uncertain, Refused):
        return _stripe_is_away()
    return redirect(url, code=303)


@blueprint.get("/work/business")
@open_to(Role.PARTNER)
def business() -> ResponseReturnValue:
    """Show what papers say of the partner's business."""
    return _business_page({})


def _business_page(errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    provider = member.provider
    known = provider.business
    page = render_template(
        "jobs/business.html",
        provider=provider,
        values=request.form or known or {"legal_name": provider.name, "country": provider.country},
        countries=choices.countries(),
        example=EXAMPLES.get(provider.tax_country),
        is_owner=member.role is MemberRole.OWNER,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/business")
@open_to(Role.MEMBER)
def describe_business() -> ResponseReturnValue:
    """Note what papers say of the partner's business."""
    try:
        told = load_form(BusinessSchema())
        with transaction() as session:
            profiles.describe_business(session, acting_member(), told, now=utcnow())
    except InvalidInput as error:
        return _business_page(error.fields)
    tell(_("Your business details are kept. Jobs that you accept from now on go by them."))
    return redirect(url_for(".getting_paid"))
