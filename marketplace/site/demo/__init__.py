"""The demo: a believable vendor's marketplace on this machine, with simulated payments.

It runs the same commands as an installation does (`handrail sandbox`, `handrail serve`), each as a process of its own,
with settings that point at a folder.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import click
from flask import Flask

from marketplace.payments.gateway import Gateway
from marketplace.site import migrate
from marketplace.site.app import create_app
from marketplace.site.demo import seed
from marketplace.site.settings import PREFIX, Settings, WrongSetting, read_settings

SANDBOX_PORT_DISTANCE = 4111  # From the site's port: 8000 makes 12111.
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
MARKER = "handrail-demo.json"  # Only a folder with this file is ever emptied.
PASSWORD = "handrail-demo"  # noqa: S105 - of the demo, on a loopback host only
STRIPE_KEY = "sk_test_handrail_demo"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of the demo."""

    host: str
    port: int
    data: Path
    providers: int
    fresh: bool

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the site."""
        return self.host == "localhost" or (self.host[:1].isdigit() and ip_address(self.host).is_loopback)


@dataclass(slots=True)
class State:
    """What the demo remembers from one start to the next, in its folder."""

    password: str
    sandbox_port: int
    webhook_secrets: dict[str, str]


def run(options: Options) -> None:
    """Start everything, say where it is, and stop it cleanly on Ctrl-C or SIGTERM.

    Raises:
        WrongSetting: the port is taken, or the folder can't be written.
    """
    stop = _stop_on_signals()
    check_port(options.host, options.port)
    state = prepare_folder(options)
    sandbox_url = f"http://127.0.0.1:{state.sandbox_port}"
    settings = _settings(options, sandbox_url)
    with ExitStack() as processes:
        processes.enter_context(_process(["sandbox", "--port", str(state.sandbox_port)], settings))
        app = create_app(settings)
        migrate.upgrade(app)
        _wait_for(f"{sandbox_url}/", stop)
        _fill(app, options, state, settings)
        processes.enter_context(_process(["serve"], settings, state.webhook_secrets))
        _wait_for(f"{_address(options)}/healthz", stop)
        _say_where(options, state)
        stop.wait()
        click.echo("\nStopping.")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def check_port(host: str, port: int) -> None:
    """Make sure that the port is free.

    Raises:
        WrongSetting: it is taken, or the address is not this machine's.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"port {port} of {host} can't be used ({error.strerror}): choose another with --port"
            raise WrongSetting(reason) from None


def prepare_folder(options: Options) -> State:
    """Make the demo's folder, or read what was noted in it; `fresh` forgets it first.

    Raises:
        WrongSetting: it can't be written, or it is to be emptied but is no folder of the demo.
    """
    try:
        if options.fresh:
            _empty(options.data)
        options.data.mkdir(parents=True, exist_ok=True)
        marker = options.data / MARKER
        known = json.loads(marker.read_text()) if marker.exists() else {}
        state = State(
            password=known.get("password") or (PASSWORD if options.is_loopback else secrets.token_urlsafe(12)),
            sandbox_port=_sandbox_port(options.port, known.get("sandbox_port")),
            webhook_secrets=known.get("webhook_secrets", {}),
        )
        _note(options, state)
    except OSError as error:
        raise WrongSetting(
            f"the folder {options.data} can't be written ({error.strerror}): choose another with --data"
        ) from None
    return state


def _empty(folder: Path) -> None:
    """Forget what was there; a folder that is not the demo's is never touched."""
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / MARKER).exists():
        raise WrongSetting(f"{folder} is not empty and no folder of the demo: choose another with --data")
    shutil.rmtree(folder)


def _note(options: Options, state: State) -> None:
    (options.data / MARKER).write_text(json.dumps(asdict(state), indent=2))


def _sandbox_port(site_port: int, known: int | None) -> int:
    """Keep the port of the last time, so that its payment pages stay where they are; else take one nearby or any."""
    for wanted in (known, site_port + SANDBOX_PORT_DISTANCE, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                if isinstance(wanted, int):
                    probe.bind(("127.0.0.1", wanted))
                    return int(probe.getsockname()[1])
            except (OSError, OverflowError):
                continue
    raise WrongSetting("no free port for the Stripe stand-in was found on 127.0.0.1")


def _address(options: Options) -> str:
    host = "localhost" if options.is_loopback or options.host == "0.0.0.0" else options.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{options.port}"


def _settings(options: Options, sandbox_url: str) -> Settings:
    return read_settings(
        {},
        data=options.data,
        base_url=_address(options),
        host=options.host,
        port=options.port,
        site_name="Lumentree Support",
        vendor_name="Lumentree",
        mail_sender="support@lumentree.example",
        stripe_secret_key=STRIPE_KEY,
        stripe_api_base=sandbox_url,
        demo=True,
    )


def environment(settings: Settings, webhook_secrets: dict[str, str] | None = None) -> dict[str, str]:
    """Write settings as the environment of a process of its own."""
    secrets_ = webhook_secrets or {}
    own = {
        "DATA": str(settings.data),
        "BASE_URL": settings.base_url,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "SITE_NAME": settings.site_name,
        "VENDOR_NAME": settings.vendor_name,
        "MAIL_SENDER": settings.mail_sender,
        "STRIPE_SECRET_KEY": settings.stripe_secret_key,
        "STRIPE_API_BASE": settings.stripe_api_base,
        "STRIPE_WEBHOOK_SECRET": secrets_.get("platform", ""),
        "STRIPE_CONNECT_WEBHOOK_SECRET": secrets_.get("connect", ""),
        "DEMO": "yes",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {f"{PREFIX}{name}": value for name, value in own.items()}


@contextmanager
def _process(
    arguments: list[str], settings: Settings, webhook_secrets: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a `handrail` command beside this one, and end it with this one."""
    command = [sys.executable, "-m", "marketplace", *arguments]
    # In a session of its own, so that Ctrl-C reaches it once, from here, in order.
    process = subprocess.Popen(command, env=environment(settings, webhook_secrets), start_new_session=True)  # noqa: S603 - our own
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, stop: threading.Event) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not stop.is_set():
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > deadline:
                raise WrongSetting(f"{url} did not answer within {START_TIMEOUT_S} seconds") from None
            time.sleep(0.1)


def _fill(app: Flask, options: Options, state: State, settings: Settings) -> None:
    """Seed an empty database, then ask the stand-in to tell the site what happens from now on."""
    with app.app_context():
        if not seed.is_seeded():
            click.echo("Filling the demo with people, prices and requests …")
            seed.fill(providers=options.providers, password=state.password)
    gateway = Gateway(settings.stripe_secret_key, settings.stripe_api_base)
    for name, path in (("platform", "/webhooks/stripe"), ("connect", "/webhooks/stripe/connect")):
        secret = gateway.register_webhook(f"{settings.base_url}{path}", connect=name == "connect")
        if secret is not None:
            state.webhook_secrets[name] = secret
    _note(options, state)


def _say_where(options: Options, state: State) -> None:
    address = _address(options)
    click.echo(f"""
Handrail is running. Payments are simulated: no money moves.

  The site      {address}
  All its mail  {address}/mailbox
  Stripe        http://127.0.0.1:{state.sandbox_port}  (the stand-in; card 4242 4242 4242 4242)

  Sign in with the password  {state.password}
    customer@example.test    asks for help and pays
    partner@example.test     takes offers and solves them
    staff@example.test       runs the marketplace

  API token     python3 dev.py run token customer@example.test   (with HANDRAIL_DATA={options.data})

Press Ctrl-C to stop. What happens is kept in {options.data}; --fresh begins again.
""")
