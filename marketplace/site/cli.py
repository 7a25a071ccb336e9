"""The `handrail` command."""

import json
import signal
import sys
import threading
from dataclasses import fields
from pathlib import Path

import click

from certification.credentials import commands as certificates
from certification.credentials import issuing
from certification.credentials import queries as credentials
from marketplace.accounts import commands as accounts
from marketplace.accounts import queries as people
from marketplace.accounts.rules import StaffRole
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import MAX_ID, reading, transaction
from marketplace.sandbox.stripe.server import serve as serve_sandbox
from marketplace.site import demo as demonstration
from marketplace.site import migrate, seeding, wiring, worker
from marketplace.site.app import create_app
from marketplace.site.bank_commands import bank
from marketplace.site.demo.folder import Options, check_port
from marketplace.site.exam_commands import exam
from marketplace.site.server import WebServer
from marketplace.site.settings import PREFIX, Settings, environment_and_files, read_settings
from marketplace.site.shell import application, in_one_line
from marketplace.site.track_commands import track

SANDBOX_PORT = 12111


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run a marketplace for certified support."""


main.add_command(bank)


main.add_command(exam)


main.add_command(track)


@main.command()
@in_one_line
def serve() -> None:
    """Serve the site, with a worker inside each process unless HANDRAIL_EMBEDDED_WORKER=no."""
    settings = read_settings()
    app = create_app(settings)
    migrate.check_current(app)
    WebServer(app, settings).run()


@main.command()
@in_one_line
def work() -> None:
    """Run a worker of its own; any number of them, on any number of machines."""
    with application() as app:
        migrate.check_current(app)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(app, stop)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address on which the site listens.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port of the site.")
@click.option("--data", default="instance/demo", show_default=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--providers", default=60, show_default=True, type=click.IntRange(1, 2000), help="How many partners.")
@click.option("--fresh", is_flag=True, help="Begin again: forget what was there.")
@in_one_line
def demo(host: str, port: int, data: Path, providers: int, fresh: bool) -> None:  # noqa: FBT001 - a flag of the command line
    """Start a believable marketplace with simulated payments, to look around in."""
    demonstration.run(Options(host, port, data, providers, fresh))


@main.command()
@click.option("--providers", required=True, type=click.IntRange(1, 2_000_000), help="How many partners to add.")
@click.option("--random-seed", default=1, show_default=True, help="The same one gives the same partners.")
@in_one_line
def seed(providers: int, random_seed: int) -> None:
    """Add a crowd of partners to the database, to measure with; nobody of them can sign in."""
    with application() as app, click.progressbar(length=providers, label="Adding partners") as bar:
        migrate.check_current(app)
        seeding.fill(providers, random_seed, tell=bar.update)


@main.command()
@click.option("--port", default=SANDBOX_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Keep its state in this folder.")
@in_one_line
def sandbox(port: int, data: Path | None) -> None:
    """Run the Stripe stand-in alone."""
    folder = data or read_settings().data
    folder.mkdir(parents=True, exist_ok=True)
    check_port("127.0.0.1", port)
    serve_sandbox(
        folder / "stripe.sqlite",
        port,
        tell=lambda url: click.echo(f"The stand-in for Stripe listens at {url}. No money moves. Ctrl-C ends it."),
    )


@main.command()
@in_one_line
def upgrade() -> None:
    """Migrate the database to the current schema."""
    with application() as app:
        migrate.upgrade(app)
        with transaction() as session:
            certificates.make_key(session, secret=issuing.secret(), now=utcnow())  # Unless there is one.
    click.echo("The database is up to date.")


@main.command()
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@in_one_line
def token(email: str, name: str) -> None:
    """Print a new API token for the account of EMAIL."""
    with application():
        person = people.person_by_email(reading(), email)
        if person is None:
            raise click.ClickException(f"there is no account for {email}")
        person_id = person.id
        with transaction() as session:
            click.echo(accounts.issue_token(session, person_id, name=name, now=utcnow()))


@main.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), default="admin", show_default=True)
@in_one_line
def staff(email: str, role: str) -> None:
    """Give the account of EMAIL an office of the vendor's staff."""
    with application(), transaction() as session:
        person = people.person_by_email(session, email)
        if person is None:
            raise click.ClickException(f"there is no account for {email}: sign up first, at /sign-up")
        accounts.give_office(session, person.id, StaffRole(role), now=utcnow())
    click.echo(f"{email} is {role} now.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@in_one_line
def check(as_json: bool) -> None:  # noqa: FBT001 - a flag of the command line
    """Check what must always hold; exit 1 names what is broken."""
    with application():
        found = {one.__name__: one(reading()) for one in wiring.SELF_CHECKS}
    broken = {name: lines for name, lines in found.items() if lines}
    if as_json:
        click.echo(json.dumps({"checks": len(found), "broken": broken}, indent=2))
    else:
        for name, lines in broken.items():
            for line in lines:
                click.echo(f"{name}: {line}")
        click.echo(f"{len(found) - len(broken)} of {len(found)} checks hold.")
    if broken:
        sys.exit(1)


@main.group(invoke_without_command=True)
@click.pass_context
@in_one_line
def undelivered(context: click.Context) -> None:
    """List letters and calls to Stripe that were given up; try them again, or drop them."""
    if context.invoked_subcommand is None:
        with application():
            for one in reversed(outbox.given_up(reading(), wiring.OUTBOX_HANDLERS)):
                click.echo(f"{one.id}  {one.kind}  {one.dead_at:%Y-%m-%d %H:%M} UTC  {one.last_error}")


@undelivered.command()
@click.argument("message_ids", type=click.IntRange(1, MAX_ID), nargs=-1)
@in_one_line
def again(message_ids: tuple[int, ...]) -> None:
    """Try the messages MESSAGE_IDS again, or all of them; the worker performs them."""
    kinds, now = frozenset(wiring.OUTBOX_HANDLERS), utcnow()
    with application(), transaction() as session:
        for message_id in message_ids:
            outbox.try_again(session, message_id, kinds=kinds, by=None, now=now)
        count = len(message_ids) or outbox.try_all_again(session, kinds=kinds, by=None, now=now)
    click.echo(f"{count} tried again as soon as a worker runs.")


@undelivered.command()
@click.argument("message_id", type=click.IntRange(1, MAX_ID))
@click.argument("reason")
@in_one_line
def drop(message_id: int, reason: str) -> None:
    """Drop the message MESSAGE_ID, and keep the REASON; what waits for it ends as if it had been refused."""
    with application(), transaction() as session:
        outbox.drop(session, message_id, reason, kinds=frozenset(wiring.OUTBOX_HANDLERS), by=None, now=utcnow())
    click.echo(f"{message_id} is dropped.")


@main.group(invoke_without_command=True)
@click.pass_context
@in_one_line
def keys(context: click.Context) -> None:
    """List the keys that sign certificates, the one in use first."""
    if context.invoked_subcommand is None:
        with application():
            for one in credentials.keys(reading()):
                until = f", retired {one.retired_at:%Y-%m-%d}" if one.retired_at else ", in use"
                click.echo(f"{one.kid}  made {one.made_at:%Y-%m-%d}{until}")


@keys.command()
@in_one_line
def rotate() -> None:
    """Sign with a new key from now on; the old ones stay published, so what they signed stays true."""
    with application(), transaction() as session:
        made = certificates.rotate_key(session, secret=issuing.secret(), now=utcnow())
        click.echo(f"Certificates are signed with {made.kid} now.")


@main.command()
def settings() -> None:
    """List the settings with their defaults and what they are now."""
    known = environment_and_files()
    for one in fields(Settings):
        name = PREFIX + one.name.upper()
        click.echo(f"{name}  (default: {one.default!r}{', set' if known.get(name) else ''})")
        click.echo(f"    {one.metadata['help']}")
