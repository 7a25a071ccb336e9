"""What slices need to know of the installation: its settings, in their words."""

from flask import Flask

from certification.credentials import issuing
from certification.credentials.rules import Place
from marketplace.papers.seller import Seller
from marketplace.papers.seller import connect as connect_seller_to
from marketplace.payments import gateway as payments_gateway
from marketplace.site.settings import STRIPE_API, Settings, WrongSetting


def connect_payments(app: Flask, settings: Settings) -> None:
    """Open the door to Stripe.

    Raises:
        WrongSetting: there is no key, or a key for real money is to be sent to a stand-in.
    """
    key = settings.stripe_secret_key
    if not key:
        raise WrongSetting("HANDRAIL_STRIPE_SECRET_KEY is missing: it looks like sk_live_… or sk_test_…")
    if settings.stripe_api_base != STRIPE_API and "_live_" in key:
        raise WrongSetting("HANDRAIL_STRIPE_SECRET_KEY is for real money, but HANDRAIL_STRIPE_API_BASE is not Stripe's")
    payments_gateway.connect(app, payments_gateway.Gateway(key, settings.stripe_api_base))


def connect_seller(app: Flask, settings: Settings) -> None:
    """Say who sells, on all papers."""
    seller = Seller(
        name=settings.vendor_legal_name or settings.vendor_name,
        address=[line.strip() for line in settings.vendor_address.split(";") if line.strip()],
        tax_number=settings.vendor_tax_number,
        email=settings.contact_email,
        is_real=not settings.is_sandbox,
    )
    connect_seller_to(app, seller)


def connect_issuer(app: Flask, settings: Settings) -> None:
    """Say who certifies, on all certificates."""
    found = issuing.Issuer(settings.vendor_name, settings.contact_email, Place(settings.base_url))
    issuing.connect(app, found)
