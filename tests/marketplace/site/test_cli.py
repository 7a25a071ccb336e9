"""The `handrail` command: what it does, and the one line that it says when it can't."""

import json
import signal
import socket
import subprocess
import sys

import pytest
import stripe
from click.testing import CliRunner

from marketplace.accounts import queries as people
from marketplace.kernel.database import db, reading, transaction
from marketplace.site import cli
from marketplace.site import demo as demonstration
from marketplace.site.demo import folder as demo
from marketplace.site.demo.folder import Options
from marketplace.site.settings import Settings, WrongSetting, read_settings
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.outbox import make_given_up

SECRETS = {"HANDRAIL_STRIPE_SECRET_KEY": "sk_test_x", "HANDRAIL_STRIPE_API_BASE": "http://127.0.0.1:9"}


@pytest.fixture
def handrail(tmp_path):
    """Give a function that runs the command in a folder of its own."""

    def run(*arguments, **environment):
        settings = {**SECRETS, "HANDRAIL_DATA": str(tmp_path / "data"), **environment}
        return CliRunner().invoke(cli.main, arguments, env=settings)

    return run


def test_an_old_database_is_told_in_one_line(handrail):
    result = handrail("work")
    assert result.exit_code == 1
    assert result.output == "Error: the database is not up to date: run `handrail upgrade` first\n"


def test_upgrade_makes_the_tables_and_may_be_repeated(handrail):
    for _ in range(2):
        assert handrail("upgrade").exit_code == 0
    result = handrail("check")
    assert result.exit_code == 0
    assert "checks hold" in result.output


def test_the_checks_can_be_read_by_programs(handrail):
    handrail("upgrade")
    answer = json.loads(handrail("check", "--json").output)
    assert answer["checks"] > 5
    assert list(answer["broken"]) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HANDRAIL_BASE_URL", "support.example.com", "should look like https://"),
        ("HANDRAIL_DATABASE_URL", "mysql://x", "should look like postgresql://"),
        ("HANDRAIL_STORAGE_URL", "ftp://x", "should look like file:///"),
        ("HANDRAIL_SMTP_URL", "mail.example.com", "should look like smtp"),
        ("HANDRAIL_PORT", "many", "should be a whole number"),
        ("HANDRAIL_VENDOR_COUNTRY", "Spain", "should be the code of a country"),
        ("HANDRAIL_DEMO", "perhaps", "should be yes or no"),
        ("HANDRAIL_SECRET_KEY", "short", "too short"),
        ("HANDRAIL_STRIPE_SECRET_KEY", "sk_live_x", "is for real money"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(handrail, name, value, words):
    result = handrail("upgrade", **{name: value})
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert name in result.output
    assert words in result.output


def test_a_missing_key_for_stripe_is_named(handrail):
    result = handrail("upgrade", HANDRAIL_STRIPE_SECRET_KEY="")
    assert "HANDRAIL_STRIPE_SECRET_KEY is missing" in result.output


def test_every_setting_is_listed(handrail):
    listed = handrail("settings").output
    for name in Settings.__dataclass_fields__:
        assert f"HANDRAIL_{name.upper()} " in listed


def test_what_is_set_nearer_by_wins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDRAIL_DATA", "kept")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "settings.env").write_text(
        "HANDRAIL_SITE_NAME=far\nHANDRAIL_VENDOR_NAME='A $1 far'\nHANDRAIL_PORT=1\n"
    )
    (tmp_path / ".env").write_text("HANDRAIL_SITE_NAME=near\nHANDRAIL_PORT=2\n")
    monkeypatch.setenv("HANDRAIL_PORT", "3")
    settings = read_settings()
    assert (settings.site_name, settings.vendor_name, settings.port) == ("near", "A $1 far", 3)


def test_every_command_reaches_the_demo_by_its_folder(tmp_path, monkeypatch):
    options = Options("127.0.0.1", 8123, tmp_path / "demo", 60, fresh=False)
    state = demo.prepare_folder(options)
    known = demonstration.settings_for(options, state)
    monkeypatch.setenv("HANDRAIL_DATA", str(options.data))
    assert read_settings() == known


def test_addresses_of_postgresql_are_understood_as_people_write_them():
    for written in ("postgres://u@h/d", "postgresql://u@h/d"):
        settings = read_settings({"HANDRAIL_DATABASE_URL": written})
        assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_a_token_acts_for_its_account(app, handrail):
    with transaction() as session:
        person_id = make_person(session, email="ana@example.test").id
    settings = app.extensions["handrail_settings"]
    db.session.remove()
    result = handrail("token", "Ana@Example.test", HANDRAIL_DATABASE_URL=settings.database_url)
    assert result.exit_code == 0
    assert people.person_by_token(reading(), result.output.strip()).id == person_id


def test_a_token_for_nobody_is_refused(handrail):
    handrail("upgrade")
    result = handrail("token", "nobody@example.test")
    assert result.output == "Error: there is no account for nobody@example.test\n"


def test_somebody_becomes_staff(app, handrail):
    with transaction() as session:
        make_person(session, email="ana@example.test", created_at=NOON)
    settings = app.extensions["handrail_settings"]
    db.session.remove()
    handrail("staff", "ana@example.test", "--role", "finance", HANDRAIL_DATABASE_URL=settings.database_url)
    assert people.person_by_email(reading(), "ana@example.test").staff_role == "finance"


@pytest.fixture
def undelivered(app, handrail):
    """Give a function that runs `handrail undelivered` beside two letters that were given up, 1 and 2."""
    with transaction() as session:
        for _letter in range(2):
            make_given_up(session)
    settings = app.extensions["handrail_settings"]

    def run(*arguments):
        db.session.remove()
        return handrail("undelivered", *arguments, HANDRAIL_DATABASE_URL=settings.database_url)

    return run


def test_what_did_not_get_through_is_listed_tried_again_and_dropped(undelivered):
    listed = undelivered().output.splitlines()
    assert [line.split()[:2] for line in listed] == [["1", "mail"], ["2", "mail"]]
    assert listed[0].endswith("ConnectionRefusedError: away")
    assert undelivered("again", "1").output == "1 tried again as soon as a worker runs.\n"
    assert undelivered("drop", "2", "They have left.").output == "2 is dropped.\n"
    assert undelivered().output == ""
    refused = undelivered("drop", "2", "They have left.")
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)


def test_all_that_did_not_get_through_is_tried_again(undelivered):
    assert undelivered("again").output == "2 tried again as soon as a worker runs.\n"
    assert undelivered().output == ""


def test_the_stand_in_runs_as_a_process_of_its_own_and_takes_no_live_keys(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marketplace", "sandbox", "--port", str(port), "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            assert process.stdout.readline().startswith(f"The stand-in for Stripe listens at {url}.")
            with pytest.raises(stripe.AuthenticationError, match="no money moves here"):
                stripe.StripeClient("sk_live_x", base_addresses={"api": url}).v1.balance.retrieve()
            assert stripe.StripeClient("sk_test_x", base_addresses={"api": url}).v1.balance.retrieve().livemode is False
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_stand_in_whose_port_is_taken_says_so_in_one_line(handrail, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = handrail("sandbox", "--port", str(taken.getsockname()[1]), "--data", str(tmp_path))
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "choose another with --port" in result.output


def options(folder, *, port=8000, host="127.0.0.1", fresh=False):
    """What the demo is asked."""
    return Options(host=host, port=port, data=folder, providers=5, fresh=fresh)


def test_a_port_that_is_taken_is_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WrongSetting, match=rf"port {port} .* choose another with --port"):
            demo.check_port("127.0.0.1", port)


def test_a_folder_that_can_not_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting, match=r"can't be written .* choose another with --data"):
        demo.prepare_folder(options(tmp_path / "file" / "below"))


def test_fresh_forgets_the_demo_and_nothing_else(tmp_path):
    demo.prepare_folder(options(tmp_path / "demo"))
    (tmp_path / "demo" / "old").touch()
    demo.prepare_folder(options(tmp_path / "demo", fresh=True))
    assert not (tmp_path / "demo" / "old").exists()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear").touch()
    with pytest.raises(WrongSetting, match="no folder of the demo"):
        demo.prepare_folder(options(tmp_path / "letters", fresh=True))
    assert (tmp_path / "letters" / "dear").exists()


def test_the_demo_remembers_its_ports_and_passwords(tmp_path):
    first = demo.prepare_folder(options(tmp_path, host="0.0.0.0"))  # noqa: S104 - not bound here
    assert first.password != demo.PASSWORD
    assert demo.prepare_folder(options(tmp_path, host="0.0.0.0")) == first  # noqa: S104 - not bound here


def test_only_this_machine_gets_the_well_known_password(tmp_path):
    assert demo.prepare_folder(options(tmp_path)).password == demo.PASSWORD
