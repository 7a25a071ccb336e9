"""On both databases the migrations make the tables of the code, run both ways, and keep the ledger as it was booked."""

import pytest
import sqlalchemy as sa
from alembic import command

from marketplace.jobs.models import WorkTime
from marketplace.kernel.database import db, transaction
from marketplace.kernel.money import Money
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import LedgerTransaction, Posting
from marketplace.payments.rules import Fact
from marketplace.payments.rules.facts import authorised
from marketplace.site import migrate
from marketplace.site.app import create_app
from tests.factories import NOON
from tests.factories.matching import make_job
from tests.factories.payments import make_hold
from tests.plugins.app import make_settings

# What belongs to Alembic itself.
OWN_TABLE = "alembic_version"


@pytest.fixture
def app(empty_database, tmp_path):
    """The application on a database without any table."""
    made = create_app(make_settings(tmp_path / "data", database_url=empty_database))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def alembic(app):
    """A function that gives Alembic a command, on a connection of its own."""

    def run(order, *arguments):
        config = migrate.configuration()
        with db.engine.connect() as connection:
            config.attributes["connection"] = connection
            order(config, *arguments)
            connection.commit()

    return run


def tables():
    """List the tables that there are."""
    return set(sa.inspect(db.engine).get_table_names()) - {OWN_TABLE}


def where(index):
    """Give the condition of a partial index."""
    return [str(value) for name, value in index.get("dialect_options", {}).items() if name.endswith("_where")]


def counts_on(table):
    """Tell whether SQLite gives the id of a row that is gone to no other; PostgreSQL never does."""
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    with db.engine.connect() as connection:
        return ["AUTOINCREMENT" in connection.scalar(found, {"table": table})]


def described():
    """Describe everything that a database promises of each table, in a comparable form."""
    inspector = sa.inspect(db.engine)
    look = {
        "columns": lambda table: [
            (one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)
        ],
        "key": lambda table: inspector.get_pk_constraint(table)["constrained_columns"],
        "checks": lambda table: [(one["name"], one["sqltext"]) for one in inspector.get_check_constraints(table)],
        "unique": lambda table: [(one["name"], one["column_names"]) for one in inspector.get_unique_constraints(table)],
        "references": lambda table: [
            (one["name"], one["constrained_columns"], one["referred_table"])
            for one in inspector.get_foreign_keys(table)
        ],
        "indexes": lambda table: [
            (one["name"], one["column_names"], one["unique"], where(one)) for one in inspector.get_indexes(table)
        ],
    }
    if db.engine.dialect.name == "sqlite":
        look["counting on"] = counts_on
    return {f"{table}.{what}": sorted(map(str, ask(table))) for table in sorted(tables()) for what, ask in look.items()}


def test_the_tables_of_the_code_are_those_of_the_migrations(alembic):
    alembic(command.upgrade, "head")
    alembic(command.check)
    assert tables() == set(db.metadata.tables)


def test_what_tables_promise_is_the_same_in_code_and_migrations(alembic):
    alembic(command.upgrade, "head")
    migrated = described()
    alembic(command.downgrade, "base")
    db.create_all()
    assert migrated == described()
    assert any("status" in index and "open" in index for index in migrated["offer.indexes"]), "conditions are seen"


def test_the_way_back_leaves_nothing_and_the_way_up_is_open_again(alembic):
    alembic(command.upgrade, "head")
    alembic(command.downgrade, "base")
    assert tables() == set()
    alembic(command.upgrade, "head")
    alembic(command.check)


def test_there_is_one_way_up(alembic):
    heads = command.ScriptDirectory.from_config(migrate.configuration()).get_heads()
    assert len(heads) == 1


def test_a_site_does_not_start_on_an_old_database(app, alembic):
    with pytest.raises(migrate.OldDatabase, match="handrail upgrade"):
        migrate.check_current(app)
    alembic(command.upgrade, "head")
    migrate.check_current(app)


@pytest.mark.parametrize("statement", [sa.update(Posting).values(amount_minor=1), sa.delete(Posting)])
def test_a_booking_is_never_changed(alembic, statement):
    booked_and_refused(alembic, statement)


@pytest.mark.parametrize("statement", [sa.update(LedgerTransaction).values(subject_id=1), sa.delete(LedgerTransaction)])
def test_a_fact_that_was_booked_is_never_changed(alembic, statement):
    booked_and_refused(alembic, statement)


def booked_and_refused(alembic, statement):
    """Book something, and try to change it behind the back of the code."""
    alembic(command.upgrade, "head")
    with transaction() as session:
        hold = make_hold(session)
        book(
            session, hold, Fact.AUTHORISED, "authorise:pi_1", authorised(hold.subject_id, Money(6000, "EUR")), now=NOON
        )
    with pytest.raises(sa.exc.DBAPIError, match="the ledger is never changed"), transaction() as session:
        session.execute(statement)
    with transaction() as session:
        assert session.scalars(sa.select(Posting.amount_minor)).all() == [6000]
        assert session.scalars(sa.select(LedgerTransaction.key)).all() == ["authorise:pi_1"]


def test_rows_outlive_tables_that_are_made_anew(alembic):
    alembic(command.upgrade, "0003")
    insert("niche", slug="n", names="{}", position=1)
    insert("category", slug="c", names="{}", hints="{}", layer="platform", niche_id=1, is_defect=False, position=1)
    question = {"labels": "{}", "hints": "{}", "kind": "text", "choices": "[]", "is_required": True, "max_length": 10}
    insert("category_field", category_id=1, key="k", position=1, **question)
    alembic(command.upgrade, "head")
    with db.engine.connect() as connection:
        [row] = connection.execute(sa.text("SELECT category.id, service_kind, key FROM category_field, category"))
        assert tuple(row) == (1, "incident", "k")


def test_the_commission_of_a_partner_becomes_an_agreement_and_back(alembic):
    alembic(command.upgrade, "0010")
    facts = {"country": "ES", "abouts": "{}", "status": "listed", "currency": "EUR", "capacity": 3}
    counters = "promises_due promises_kept jobs_done ratings stars_sum first_answers first_answer_minutes_sum".split()
    for number, (percent, is_desk) in enumerate(((18, False), (20, False), (0, True))):
        made = {"created_at": NOON, "commission_percent": percent, "is_vendor_desk": is_desk}
        insert("provider", slug=f"p{number}", name="P", **facts, **made, **dict.fromkeys(counters, 0))
    alembic(command.upgrade, "0011")
    with db.engine.begin() as connection:
        agreed = sa.text("SELECT payee_id, percent, valid_from FROM agreed_commission ORDER BY payee_id")
        rows = [(payee_id, percent, str(day)) for payee_id, percent, day in connection.execute(agreed)]
        assert rows == [(1, 18, "2026-03-10"), (2, 20, "2026-03-10")]
        connection.execute(sa.text("UPDATE agreed_commission SET percent = NULL WHERE payee_id = 2"))
    alembic(command.downgrade, "0010")
    with db.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT commission_percent FROM provider ORDER BY id")).scalars()
        assert list(kept) == [18, 15, 15]


def test_accounts_that_were_to_be_opened_are_still_opened_and_back(alembic):
    alembic(command.upgrade, "0013")
    at = NOON.isoformat(" ")
    facts = {"country": "DE", "level": "new", "currency": "EUR", "capacity": 1, "status": "listed"}
    counts = ("promises_due", "promises_kept", "jobs_done", "ratings", "stars_sum", "first_answers")
    facts |= dict.fromkeys((*counts, "first_answer_minutes_sum"), 0)
    insert("provider", slug="bo", name="Bo", abouts="{}", is_vendor_desk=False, created_at=at, **facts)
    known = {"country": "DE", "email": "bo@example.test", "may_receive": False, "updated_at": at}
    insert("connected_account", payee_id=1, key="account:1:x", **known)
    insert("outbox_message", kind="stripe_account", payload='{"payee_id": 1}', run_at=at, attempts=0)
    alembic(command.upgrade, "0014")
    owed = (
        "SELECT outbox_message.kind, stripe_call.kind, about_id, stripe_call.key, answered_at "
        "FROM outbox_message, stripe_call"
    )
    with db.engine.connect() as connection:
        [row] = connection.execute(sa.text(owed))
        assert tuple(row) == ("stripe_call", "account", 1, "account:1:x", None)
        assert "call_id" in str(connection.execute(sa.text("SELECT payload FROM outbox_message")).scalar_one())
    alembic(command.downgrade, "0013")
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT key FROM connected_account")).scalar_one() == "account:1:x"
        assert connection.execute(sa.text("SELECT kind FROM outbox_message")).scalar_one() == "stripe_account"


def insert(table, **values):
    """Write a row as it was in the days of an older schema."""
    names = ", ".join(values)
    gaps = ", ".join(f":{name}" for name in values)
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({gaps})"), values)  # noqa: S608 - our own


def test_references_are_looked_after_again_when_the_tables_are_made(alembic):
    alembic(command.upgrade, "head")
    with pytest.raises(sa.exc.IntegrityError):
        insert("release", product_id=7, version="1", released_on="2026-01-20")


@pytest.mark.parametrize("statement", [sa.update(WorkTime).values(minutes=1), sa.delete(WorkTime)])
def test_time_that_was_written_down_is_never_changed(alembic, statement):
    alembic(command.upgrade, "head")
    with transaction() as session:
        job = make_job(session)
        session.add(WorkTime(job_id=job.id, member_id=job.member_id, minutes=20, note="Read the log.", at=NOON))
    with pytest.raises(sa.exc.DBAPIError, match="write a correction"), transaction() as session:
        session.execute(statement)
    with transaction() as session:
        assert session.scalars(sa.select(WorkTime.minutes)).all() == [20]
