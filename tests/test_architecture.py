"""What holds across the whole house, read from its code, its tables and its application."""

import ast
import importlib
import pkgutil
import re
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from certification.credentials.rules import CredentialState
from marketplace.kernel.access import declared_roles
from marketplace.kernel.database import db
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import languages, use_locale
from marketplace.site import wiring
from marketplace.site.app import create_app
from tests.plugins.app import make_settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("marketplace", "providers", "certification")
LINES_MAX = 300
FUNCTION_LINES_MAX = 60

# The one writer; Alembic's own connection, which changes tables and no data.
COMMITS = {"marketplace/kernel/database.py", "marketplace/site/migrate.py"}
# The edges of a slice. The outbox notes what it leases and what became of it, between calls to the outside; rounds
# are what effects do row by row.
EDGES = re.compile(
    r"/(views|api|effects)(\.py$|/)|^marketplace/site/|^marketplace/kernel/(outbox|database|rounds|repeating)\.py$"
)
# A world of its own: it has its own database and its own rules.
OWN_WORLD = "marketplace/sandbox/"
NO_SLICES = ("marketplace.__main__", "marketplace.site", "marketplace.sandbox")

# From the roof to the floor; what stands further right is never asked for what stands further left.
LINE = (
    "site insights papers jobs conversation matching support_requests directory applications services availability "
    "profiles insurance tariffs payments credentials exams banks tracks knowledge catalogue accounts kernel"
).split()
# Parts of pages that slices further up may put into theirs.
FRAGMENTS = {
    "availability/fields.html",
    "banks/question.html",
    "catalogue/fields.html",
    "conversation/thread.html",
    "conversation/reply_form.html",
    "profiles/levels.html",
    "profiles/review.html",
    "profiles/step.html",
    "profiles/portrait.html",
    "profiles/speech.html",
}
# The floor sends letters; their frame is the site's.
FRAMES = {("kernel", "site/mail.html")}

# States that are not reached by a move.
REACHED_BY_THE_CLOCK = {CredentialState.EXPIRED}
ALSO_FIRST = {"asked"}  # An offer begins as one at a price, or as one for a quote.
# Announced for those who will want to hear it; nobody does yet.
UNHEARD = {"SubscriptionBegan", "EndChanged"}


@cache
def sources():
    """Give the product's code by path, parsed."""
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def own_sources():
    """Give the code without the stand-in for the outside world."""
    return {path: tree for path, tree in sources().items() if not path.startswith(OWN_WORLD)}


@cache
def modules():
    """Import the code of all slices, and of the floor on which they stand."""
    packages = map(importlib.import_module, PACKAGES)
    walked = [one.name for kind in packages for one in pkgutil.walk_packages(kind.__path__, f"{kind.__name__}.")]
    names = [name for name in walked if name.count(".") and not name.startswith(NO_SLICES)]
    return [importlib.import_module(name) for name in names]


def calls(tree, name):
    """Find the calls of a function or method of this name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "attr", None), getattr(node.func, "id", None)):
            yield node


def callers_of(name):
    """List the files that call it."""
    return {path for path, tree in own_sources().items() if any(calls(tree, name))}


def slice_of(path):
    """Name the slice to which a file belongs."""
    return path.split("/")[1]


def members(kind):
    """Find everything of a kind that the code has in its modules, by name, once."""
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, kind):
                found.setdefault(id(value), (f"{module.__name__}.{name}", value))
    return [pytest.param(value, id=name) for name, value in found.values()]


def enums():
    """Find every StrEnum of the product."""
    kinds = {
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__.startswith(PACKAGES)
    }
    return sorted(kinds, key=lambda kind: kind.__qualname__)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(make_settings(tmp_path_factory.mktemp("architecture")))


# Transactions


def test_one_file_commits():
    assert callers_of("commit") == COMMITS


def test_transactions_are_opened_at_the_edges():
    assert {path for path in callers_of("transaction") | callers_of("writing") if not EDGES.search(path)} == set()


# Routes


def test_every_route_says_who_may_call_it(app):
    silent = [rule for rule in app.url_map.iter_rules() if declared_roles(app.view_functions[rule.endpoint]) is None]
    assert {rule.endpoint for rule in silent} == {"static"}


def test_no_route_both_shows_and_changes(app):
    both = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.methods & {"POST", "DELETE"}]
    assert both == []


# Slices


def imports(tree):
    """List the modules that a file imports, and what it imports from them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_slice_imports_the_edge_of_another():
    strangers = [
        (path, name)
        for path, tree in own_sources().items()
        for name in imports(tree)
        if slice_of(path) != "site"
        and name.startswith(PACKAGES)
        and name.split(".")[1:2] != [slice_of(path)]
        and set(name.split(".")[2:3]) & {"views", "api", "schemas", "templates"}
    ]
    assert strangers == []


def template_references():
    """List which slice asks for which template, in pages and in code."""
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).glob("*/templates/**/*.html")):
        found = re.findall(r"\{%-?\s*(?:extends|include|import|from)\s+\"([^\"]+)\"", path.read_text(encoding="utf-8"))
        yield from ((slice_of(path.relative_to(ROOT).as_posix()), name) for name in found)
    for path, tree in own_sources().items():
        for call in calls(tree, "render_template"):
            yield slice_of(path), ast.literal_eval(call.args[0])


def test_a_page_is_made_of_its_own_slices_templates():
    known = set(template_references())
    assert len(known) > 50, "the references are found"
    foreign = {(owner, name) for owner, name in known if name.split("/")[0] not in {owner, "site"}} | {
        (owner, name) for owner, name in known if owner == "kernel"
    }
    assert {(owner, name) for owner, name in foreign - FRAMES if name not in FRAGMENTS} == set()
    for owner, name in foreign - FRAMES:
        assert LINE.index(owner) < LINE.index(name.split("/")[0]), f"{owner} stands below {name}"


# Sizes


def test_files_can_be_read_at_one_go():
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: length for path, length in lengths.items() if length > LINES_MAX} == {}


def test_functions_fit_a_screen():
    long = [
        (path, node.name)
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


# States


def test_there_are_state_tables():
    assert len(members(StateTable)) >= 5


@pytest.mark.parametrize("table", members(StateTable))
def test_every_state_can_be_reached(table):
    states = type(next(iter(table))[0])
    reached = {next(iter(states))} | ((REACHED_BY_THE_CLOCK | ALSO_FIRST) & set(states))  # Named first, begins a life.
    while new := {after for before, _action, after in table if before in reached} - reached:
        reached |= new
    assert reached == set(states)


@pytest.mark.parametrize("table", members(StateTable))
def test_every_action_is_a_move_that_something_makes(table):
    actions = type(next(iter(table))[1])
    assert {action for _before, action, _after in table} == set(actions)
    made = {
        node.attr
        for path, tree in own_sources().items()
        if "/rules" not in path
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == actions.__name__
    }
    assert {one.name for one in actions} <= made


# Words


@pytest.mark.parametrize("kind", [one for one in enums() if hasattr(one, "label")], ids=lambda kind: kind.__name__)
def test_every_member_has_its_words(kind):
    for language in languages():
        with use_locale(language):
            words = [str(member.label) for member in kind]
            assert all(words)
            assert len(set(words)) == len(words), f"{language}: two members of one name"


def test_every_table_of_words_is_complete():
    tables = {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if re.search(r"_(LABELS|TONES|EXPLANATIONS)$", name) and isinstance(value, dict)
    }
    assert len(tables) > 10, "the tables are found"
    for name, table in tables.items():
        kind = type(next(iter(table)))
        assert set(table) == set(kind), f"{name} has words for each {kind.__name__}"


# Tables of the database


def columns():
    """List the columns of all tables."""
    return [column for table in db.metadata.sorted_tables for column in table.columns]


def test_money_has_its_currency_beside_it():
    tables = {column.table for column in columns() if column.name.endswith("_minor")}
    assert len(tables) > 4, "the tables are found"
    assert {table.name for table in tables if "currency" not in table.columns} == set()


def test_no_amount_is_a_bare_number():
    bare = re.compile(r"(^|_)(price|amount|fee|commission|ceiling|total|cost)$")
    assert [str(column) for column in columns() if bare.search(column.name)] == []


def test_no_column_is_a_fraction():
    assert [str(column) for column in columns() if isinstance(column.type, (sa.Numeric, sa.Float))] == []


# Wiring


def announced():
    """Name the events that somebody announces."""
    return {
        ast.unparse(call.args[1].func).rpartition(".")[2]
        for tree in own_sources().values()
        for call in calls(tree, "announce")
    }


def test_every_event_that_is_heard_is_announced():
    assert {event.__name__ for event in wiring.SUBSCRIBERS} <= announced()


def test_every_event_that_is_announced_is_heard():
    assert announced() - {event.__name__ for event in wiring.SUBSCRIBERS} == UNHEARD


def test_whatever_the_outbox_owes_has_a_handler():
    by_path = {Path(module.__file__).relative_to(ROOT).as_posix(): module for module in modules()}
    owed = {
        eval(ast.unparse(call.args[1]), vars(by_path[path]))  # noqa: S307 - a constant of that file
        for path, tree in own_sources().items()
        for name in ("enqueue", "owe_once")
        for call in calls(tree, name)
    }
    assert owed == set(wiring.OUTBOX_HANDLERS)


def test_every_blueprint_of_the_code_is_registered(app):
    made = {value.name for module in modules() for name, value in vars(module).items() if name == "blueprint"}
    assert made <= set(app.blueprints)
