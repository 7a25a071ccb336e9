"""create_app(): put the parts together."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.accounts import choices
from marketplace.catalogue import queries as catalogue
from marketplace.kernel import events, mail, outbox, panels, storage
from marketplace.kernel.database import db, prepare_sqlite
from marketplace.site import (
    addresses,
    api,
    connections,
    context,
    errors,
    headers,
    locale,
    pacing,
    pages,
    search_engines,
    security,
    wiring,
)
from marketplace.site.settings import Settings, prepare_data_folder, read_settings

SITE = Path(__file__).parent
ROOT = SITE.parents[1]
SIGNED_IN_FOR = timedelta(hours=12)  # After the last page that was asked for.
MAX_REQUEST_BYTES = 64 * 1024 * 1024  # Larger than any file we take, so that the form around it can be shown again.


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Raises:
        WrongSetting: a setting is missing or wrong.
    """
    settings = settings or read_settings()
    app = Flask("handrail", static_folder=str(SITE / "static"), root_path=str(SITE))
    app.config.update(_configuration(settings))
    app.extensions["handrail_settings"] = settings
    app.jinja_env.loader = PrefixLoader(_template_folders())
    _connect_database(app, settings)
    storage.connect(app, storage.open_store(settings.storage_url))
    mail.connect(app, _mail_transport(settings))
    events.connect(app, wiring.SUBSCRIBERS)
    panels.connect(app, wiring.PANELS)
    choices.connect(app, choices.OfferedCurrencies(catalogue.currencies, settings.default_currency))
    outbox.connect(app, wiring.OUTBOX_HANDLERS, wiring.OUTBOX_ENDINGS)
    for part in (
        headers,
        locale,
        pacing,
        addresses,
        security,
        context,
        errors,
        pages,
        search_engines,
    ):  # First who reads; then who may.
        part.init_app(app)
    for blueprint in wiring.BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init_app(app, wiring.API_BLUEPRINTS)
    connections.connect_payments(app, settings)
    connections.connect_seller(app, settings)
    connections.connect_issuer(app, settings)
    headers.serve_static(app, settings)
    if settings.proxies:  # Nobody else is believed about where a call comes from.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    is_safe = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": prepare_data_folder(settings),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "SITE_NAME": settings.site_name,
        "BASE_URL": settings.base_url,
        "MAIL_SENDER": settings.mail_sender,
        "VENDOR_COUNTRY": settings.vendor_country,
        "PERMANENT_SESSION_LIFETIME": SIGNED_IN_FOR,
        "SESSION_COOKIE_NAME": "__Host-session" if is_safe else "session",  # No other host can set one of this name.
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_safe,
        "WTF_CSRF_TIME_LIMIT": 4 * 60 * 60,
        "WTF_CSRF_CHECK_DEFAULT": False,  # `security` asks for it, after it has chosen the language of the answer.
    }


def _engine_options(url: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _template_folders() -> dict[str, FileSystemLoader]:
    """Give each slice's templates the slice's name: `payments/receipt.html`."""
    packages = ("marketplace", "providers", "certification")
    folders = [folder for package in packages for folder in ROOT.glob(f"{package}/*/templates")]
    return {folder.parent.name: FileSystemLoader(folder) for folder in folders}


def _connect_database(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    if settings.database_url.startswith("sqlite"):
        with app.app_context():
            prepare_sqlite(db.engine)


def _mail_transport(settings: Settings) -> mail.Transport:
    if settings.smtp_url:
        return mail.SmtpTransport(settings.smtp_url)
    return mail.FolderTransport(settings.data / "mail")
