"""Settings: typed, read once from the environment and from files, each with its default.

The environment wins over the file `.env` in the folder of the start, and that over `settings.env` in the data folder.

A setting that is wrong stops the start with one line that names it and says what it should look like.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dotenv import dotenv_values

from marketplace.accounts.choices import country_codes
from marketplace.insurance.rules import CoverName

PREFIX = "HANDRAIL_"
STRIPE_API = "https://api.stripe.com"
MIN_SECRET_LENGTH = 32
DATA = Path("instance")
FILE_OF_START = Path(".env")
FILE_OF_DATA = "settings.env"


class WrongSetting(Exception):
    """A setting is missing or not of the right form; the text is one line for whoever starts the program."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    if value.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError("should be yes or no")
    return value.lower() in {"1", "true", "yes"}


def _number(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("should be a whole number")
    return int(value)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("should look like https://support.example.com")
    return value.rstrip("/")


def _database(value: str) -> str:
    for old in ("postgres://", "postgresql://"):
        value = value.replace(old, "postgresql+psycopg://", 1) if value.startswith(old) else value
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("should look like postgresql://user:password@host/name or sqlite:////folder/file.sqlite")
    return value


def _storage(value: str) -> str:
    parts = urlsplit(value)
    is_place = parts.path.startswith("/") if parts.scheme == "file" else bool(parts.netloc) or value == "memory://"
    known = {"region", "endpoint"} if parts.scheme == "s3" else set()
    if parts.scheme not in {"file", "s3", "memory"} or not is_place or set(parse_qs(parts.query)) - known:
        raise ValueError("should look like file:///folder or s3://bucket/folder?region=eu-central-1")
    return value


def _cover_name(value: str) -> CoverName:
    if value not in set(CoverName):
        raise ValueError(f"should be one of {', '.join(CoverName)}")
    return CoverName(value)


def _country(value: str) -> str:
    if value not in country_codes():
        raise ValueError("should be the code of a country, such as DE")
    return value


def _smtp(value: str) -> str:
    if value and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise ValueError("should look like smtp+starttls://user:password@mail.example.com:587")
    return value


def _setting(default: Any, read: Callable[[str], Any], help_text: str) -> Any:
    return field(default=default, metadata={"read": read, "help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that may differ between installations."""

    data: Path = _setting(DATA, Path, "Folder of the embedded defaults: database, files, keys, mail.")
    database_url: str = _setting("", _database, "The database; an SQLite file in the data folder if empty.")
    storage_url: str = _setting("", _storage, "Where files are kept; a folder in the data folder if empty.")
    secret_key: str = _setting("", _text, "Signs sessions and links; made and kept in the data folder if empty.")
    base_url: str = _setting("http://localhost:8000", _web_address, "The site's address, as people type it.")
    site_name: str = _setting("Handrail", _text, "What the marketplace is called.")
    vendor_name: str = _setting("Handrail", _text, "Who runs it: the vendor of the product.")
    vendor_legal_name: str = _setting("", _text, "The vendor's name on receipts and invoices; as above if empty.")
    vendor_address: str = _setting("", _text, "The vendor's address on papers, a semicolon between its lines.")
    vendor_country: str = _setting("", _country, "The vendor's country, such as DE: there no tax is reversed.")
    vendor_tax_number: str = _setting("", _text, "The vendor's tax number on papers.")
    cover_name: CoverName = _setting(
        CoverName.SUPPORT_COVER, _cover_name, "What cover is called: support-cover, support-plan or insurance."
    )
    default_zone: str = _setting("UTC", _text, "Time zone of visitors of whom nothing is known.")
    default_currency: str = _setting("EUR", _text, "Currency of visitors of whom nothing is known.")
    mail_sender: str = _setting("support@localhost.example", _text, "Sender address of all mail.")
    contact_email: str = _setting("", _text, "Where people in need of help write to; the sender of all mail if empty.")
    smtp_url: str = _setting("", _smtp, "Mail server; mail is written to a folder in the data folder if empty.")
    stripe_secret_key: str = _setting("", _text, "Stripe's secret key of the platform account.")
    stripe_api_base: str = _setting(STRIPE_API, _web_address, "Stripe's address, or that of the stand-in.")
    stripe_webhook_secret: str = _setting("", _text, "Signing secret of the webhook endpoint for the platform.")
    stripe_connect_webhook_secret: str = _setting("", _text, "Signing secret of the endpoint for connected accounts.")
    demo: bool = _setting(False, _flag, "Show the demo's mailbox and its sign-ins.")  # noqa: FBT003
    embedded_worker: bool = _setting(True, _flag, "Run a worker inside each web process.")  # noqa: FBT003
    port: int = _setting(8000, _number, "Port of the web server.")
    host: str = _setting("127.0.0.1", _text, "Address on which the web server listens.")
    web_threads: int = _setting(8, _number, "Threads of each web process.")
    calls_per_minute: int = _setting(
        300, _number, "How often one caller may ask the API or the directory; 0: no limit."
    )
    proxies: int = _setting(0, _number, "Reverse proxies of yours in front, which tell from where a call comes.")
    web_processes: int = _setting(1, _number, "Web processes.")

    def __post_init__(self) -> None:
        """Fill in what depends on the data folder.

        Raises:
            WrongSetting: a value can't be used.
        """
        folder = self.data.absolute()
        object.__setattr__(self, "data", folder)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{folder / 'handrail.sqlite'}")
        if not self.storage_url:
            object.__setattr__(self, "storage_url", f"file://{folder / 'files'}")
        if not self.contact_email:
            object.__setattr__(self, "contact_email", self.mail_sender)
        if self.secret_key and len(self.secret_key) < MIN_SECRET_LENGTH:
            raise WrongSetting(f"{PREFIX}SECRET_KEY is too short: use at least {MIN_SECRET_LENGTH} random characters")

    @property
    def is_sandbox(self) -> bool:
        """Tell whether payments are simulated."""
        return self.stripe_api_base != STRIPE_API


def environment_and_files() -> dict[str, str]:
    """Give what is set, and not yet read, by the name of each setting; what is set nearer by wins."""
    near = _file(FILE_OF_START) | os.environ
    folder = Path(near.get(f"{PREFIX}DATA") or DATA)
    return _file(folder / FILE_OF_DATA) | near


def _file(path: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value is not None}


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the settings from the environment and the files; `overrides` win.

    Raises:
        WrongSetting: names the first setting that can't be used.
    """
    environment = environment_and_files() if environment is None else environment
    values: dict[str, Any] = {}
    for one in fields(Settings):
        text = environment.get(PREFIX + one.name.upper())
        if not text:
            continue
        try:
            values[one.name] = one.metadata["read"](text)
        except ValueError as error:
            raise WrongSetting(f"{PREFIX}{one.name.upper()}={text!r} {error}") from None
    return Settings(**(values | overrides))


def prepare_data_folder(settings: Settings) -> str:
    """Make the data folder and give the secret key, made at the first start and kept.

    Raises:
        WrongSetting: the folder can't be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        if settings.secret_key:
            return settings.secret_key
        path = settings.data / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return path.read_text()
    except OSError as error:
        raise WrongSetting(
            f"the data folder {settings.data} can't be written ({error.strerror}): "
            f"choose another with {PREFIX}DATA or --data"
        ) from None
