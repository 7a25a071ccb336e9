"""The harness itself: databases that come and go, and a browser that objects to bad pages."""

import os
import re
import select
import shutil
import subprocess
import sys

import pytest
import sqlalchemy as sa

import dev
from tests import browser, pg

GOOD_PAGE = """<!doctype html><html lang="en"><head><title>Good</title>
<style>a { display: inline-block } a:focus { outline: 2px solid black }</style></head>
<body><main><h1>Good</h1><p>Read on at <a href="#more">the rest of it</a>.</p><p id="more">Enough.</p></main>
</body></html>"""
# A run that tells where its server is, and waits to be killed.
LEFT_BEHIND = """
import sys
sys.path.insert(0, ".")
from tests import pg
with pg.running_server() as server:
    print(server.folder, (server.folder / "data/postmaster.pid").read_text().split()[0], flush=True)
    sys.stdin.read()
"""


def execute(url, statement):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement))
        rows = result.all() if result.returns_rows else []
    engine.dispose()
    return rows


def test_a_database_is_empty_and_takes_a_table(empty_database):
    execute(empty_database, "CREATE TABLE fact (number INTEGER)")
    assert execute(empty_database, "SELECT count(*) FROM fact") == [(0,)]


def test_a_copy_has_what_its_template_had_and_keeps_its_changes(postgres_server):
    template = postgres_server.create()
    execute(postgres_server.url(template), "CREATE TABLE fact AS SELECT 1 AS number")
    with postgres_server.database(template) as copy:
        execute(copy, "DELETE FROM fact")
    with postgres_server.database(template) as copy:
        assert execute(copy, "SELECT number FROM fact") == [(1,)]
    postgres_server.drop(template)


def test_a_lent_database_is_gone_afterwards(postgres_server):
    with postgres_server.database() as url:
        pass
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        execute(url, "SELECT 1")


def test_the_server_of_a_killed_run_stops():
    run = subprocess.Popen(
        [sys.executable, "-c", LEFT_BEHIND], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder, server = run.stdout.readline().split()
    watch = os.pidfd_open(int(server))
    run.kill()
    run.communicate()
    assert select.select([watch], [], [], pg.STOP_SECONDS_MAX)[0], "the server still runs"
    os.close(watch)
    shutil.rmtree(folder)


def test_a_machine_without_postgresql_uses_the_wheel(monkeypatch):
    monkeypatch.setattr(dev, "find_postgres", lambda: None)
    with pg.running_server() as server, server.database() as url:
        assert execute(url, "SELECT 1") == [(1,)]


def test_without_programs_the_reason_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TEST_PG_BIN", str(tmp_path))
    with pytest.raises(pg.NoPostgres, match="initdb"), pg.running_server():
        pass


def test_a_good_page_passes(page):
    page.set_content(GOOD_PAGE)
    browser.assert_usable_by_all(page)


@pytest.mark.parametrize(
    ("check", "good", "bad", "complaint"),
    [
        (browser.assert_accessible, '<html lang="en">', "<html>", "html-has-lang"),
        (browser.assert_colours_differ, "<h1>", "<h1 style='color: #eee'>", "color-contrast"),
        (browser.assert_reflows, "<h1>", "<h1 style='width: 400px'>", "width: 400px"),
        (browser.assert_text_can_be_spaced, "<h1>", "<h1 style='height: 1.1em; width: 4em; overflow: hidden'>", "4em"),
        (browser.assert_focus_is_seen, "outline: 2px solid black", "outline: none", "the rest of it"),
        (
            browser.assert_focus_is_seen,
            "</main>",
            "<div style='position: fixed; inset: 0; background: white'></div></main>",
            "the rest of it",
        ),
    ],
)
def test_a_bad_page_is_named(page, check, good, bad, complaint):
    page.set_content(GOOD_PAGE.replace(good, bad))
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        check(page)
