"""The demo: a believable vendor's marketplace on this machine, with simulated payments.

It runs the same parts as an installation does, the stand-in for Stripe and the site with its worker, each as a process
of its own, with settings that point at a folder.
"""

import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event
from types import FrameType

import click

from marketplace.kernel.database import reading
from marketplace.payments.gateway import Gateway
from marketplace.sandbox.stripe import by_hand
from marketplace.sandbox.stripe.server import serve as serve_sandbox
from marketplace.site import migrate, worker
from marketplace.site.app import create_app
from marketplace.site.demo import seed
from marketplace.site.demo.folder import Options, State, check_port, note, prepare_folder, remembered
from marketplace.site.demo.tariffs import HOME
from marketplace.site.filling import is_filled
from marketplace.site.server import WebServer
from marketplace.site.settings import FILE_OF_DATA, PREFIX, Settings, WrongSetting, read_settings

WHOLE = "All that has happened so far is there now."
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
STRIPE_KEY = "sk_test_handrail_demo"


def run(options: Options) -> None:
    """Start everything, say where it is, and stop it cleanly on Ctrl-C or SIGTERM.

    The parts are forked from this process, which has read all the code once and does nothing else itself.

    Raises:
        WrongSetting: the port is taken, or the folder can't be written, or something did not start.
    """
    check_port(options.host, options.port)
    state = prepare_folder(options)
    settings = settings_for(options, state)
    stop = _stop_on_signals()
    with ExitStack() as parts:
        parts.enter_context(_part(serve_sandbox, settings.data / "stripe.sqlite", state.sandbox_port))
        _wait_for(f"{settings.stripe_api_base}/", stop)
        is_settled = get_context("fork").Event()
        preparing = parts.enter_context(_part(_prepare, options, state, settings, is_settled))
        _wait_until(lambda: is_settled.is_set() or not preparing.is_alive(), stop)
        _check_prepared(preparing)
        if not stop.is_set():
            settings = settings_for(options, remembered(options))
            parts.enter_context(_part(_serve, settings))
            _wait_for(f"{settings.base_url}/healthz", stop)
            _say_where(options, state, settings)
            _wait_until(lambda: not preparing.is_alive(), stop)
            _check_prepared(preparing)
        if not stop.is_set():
            parts.enter_context(_part(_work, settings))
            click.echo(WHOLE)
            stop.wait()
        click.echo("\nStopping.")


def _wait_until(is_so: Callable[[], bool], stop: threading.Event) -> None:
    while not is_so() and not stop.is_set():
        stop.wait(0.1)


def _check_prepared(preparing: ForkProcess) -> None:
    """Make sure that preparing has not failed so far."""
    if preparing.exitcode:
        raise WrongSetting("the demo could not be prepared; what went wrong stands above")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def _address(options: Options) -> str:
    host = "localhost" if options.is_loopback or options.host == "0.0.0.0" else options.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{options.port}"


def settings_for(options: Options, state: State) -> Settings:
    """Give the demo's settings, and leave them in its folder, for other commands that are to reach it."""
    written = {
        "BASE_URL": _address(options),
        "HOST": options.host,
        "PORT": str(options.port),
        "SITE_NAME": "Lumentree Support",
        "VENDOR_NAME": "Lumentree",
        "VENDOR_COUNTRY": HOME,
        "MAIL_SENDER": "support@lumentree.example",
        "STRIPE_SECRET_KEY": STRIPE_KEY,
        "STRIPE_API_BASE": f"http://127.0.0.1:{state.sandbox_port}",
        "STRIPE_WEBHOOK_SECRET": state.webhook_secrets.get("platform", ""),
        "STRIPE_CONNECT_WEBHOOK_SECRET": state.webhook_secrets.get("connect", ""),
        "DEMO": "yes",
        "EMBEDDED_WORKER": "no",  # It begins when all that has happened was played.
    }
    file = options.data / FILE_OF_DATA
    file.touch(mode=0o600)
    file.write_text("".join(f"{PREFIX}{name}='{value}'\n" for name, value in written.items()))
    return read_settings({f"{PREFIX}{name}": value for name, value in written.items()}, data=options.data)


@contextmanager
def _part(perform: Callable[..., None], *arguments: object) -> Iterator[ForkProcess]:
    """Run a part of the demo as a process of its own, and end it with this one."""
    part = get_context("fork").Process(target=_perform, args=(perform, *arguments))
    part.start()
    try:
        yield part
    finally:
        part.terminate()
        part.join(STOP_TIMEOUT_S)
        if part.is_alive():
            part.kill()
            part.join()


def _perform(perform: Callable[..., None], *arguments: object) -> None:
    os.setsid()  # Ctrl-C reaches the parent alone, which ends its parts in order.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    perform(*arguments)


def _serve(settings: Settings) -> None:
    WebServer(create_app(settings), settings).run()


def _work(settings: Settings) -> None:
    worker.run(create_app(settings), threading.Event())


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


def _prepare(options: Options, state: State, settings: Settings, is_settled: Event) -> None:
    """Migrate, ask the stand-in to tell the site what happens, and seed an empty database.

    Seeding takes most of a minute. From when everybody is there the site can be looked at; what they have done is
    still played, of which the stand-in need not tell.
    """
    app = create_app(settings)
    migrate.upgrade(app)
    mute = partial(by_hand.mute, settings.stripe_api_base, settings.stripe_secret_key)

    def open_doors() -> None:
        mute(is_muted=True)
        is_settled.set()

    with app.app_context():
        _listen(options, state, settings)
        if not is_filled():
            reading().rollback()
            click.echo("Filling the demo with people, prices and requests …")
            seed.fill(providers=options.providers, password=state.password, when_settled=open_doors)
            mute(is_muted=False)


def _listen(options: Options, state: State, settings: Settings) -> None:
    gateway = Gateway(settings.stripe_secret_key, settings.stripe_api_base)
    for name, path in (("platform", "/webhooks/stripe"), ("connect", "/webhooks/stripe/connect")):
        secret = gateway.register_webhook(f"{settings.base_url}{path}", connect=name == "connect")
        if secret is not None:
            state.webhook_secrets[name] = secret
    note(options, state)


def _say_where(options: Options, state: State, settings: Settings) -> None:
    address = settings.base_url
    click.echo(f"""
Handrail is running. Payments are simulated: no money moves.

  The site      {address}
  All its mail  {address}/mailbox
  Stripe        {settings.stripe_api_base}  (the stand-in; card 4242 4242 4242 4242)

  Sign in with the password  {state.password}
    customer@example.test    asks for help and pays
    insured@example.test     is covered up to a limit
    partner@example.test     takes offers and solves them
    applicant@example.test   wants to become a partner
    staff@example.test       runs the marketplace

  API token     python3 dev.py run token customer@example.test   (with HANDRAIL_DATA={options.data})

What people have asked and done so far appears within a minute, the oldest first.
Press Ctrl-C to stop. What happens is kept in {options.data}; --fresh begins again.
""")
