"""`handrail bank`: files into a bank and out of it."""

import json

import pytest
from click.testing import CliRunner

from marketplace.kernel.database import db, transaction
from marketplace.site import cli
from marketplace.site.app import create_app
from marketplace.site.settings import read_settings
from tests.factories.tracks import make_track

GOOD = "$CATEGORY: Basics\n\n::Q1:: One? {=1 ~2}\n\n::Q2:: True? {T}\n\n::Q3:: Half? {~%50%a ~b}\n"
BAD = f"{GOOD}\n::Q4:: Broken {{=a\n"


@pytest.fixture
def handrail(tmp_path, monkeypatch):
    """Give a function that runs the command on a site with a track."""
    data = tmp_path / "data"
    keys = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:9", "DATA": str(data)}
    for name, value in keys.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)

    def run(*arguments):
        return CliRunner().invoke(cli.main, [str(one) for one in arguments])

    assert run("upgrade").exit_code == 0
    app = create_app(read_settings())
    with app.app_context():
        with transaction() as session:
            make_track(session, slug="upgrades-1")
        db.engine.dispose()
    return run


@pytest.fixture
def file(tmp_path):
    """Give a function that writes a file."""

    def write(words, name="bank.gift"):
        path = tmp_path / name
        path.write_bytes(words.encode() if isinstance(words, str) else words)
        return path

    return write


def told(result):
    return json.loads(result.stdout)


def test_an_import_tells_what_it_found_and_a_second_one_changes_nothing(handrail, file):
    arguments = ("bank", "import", file(GOOD), "--track", "upgrades-1", "--json")
    first, second = handrail(*arguments), handrail(*arguments)
    assert (first.exit_code, second.exit_code) == (0, 0)
    answer = told(first)
    assert answer["questions"] == answer["new"] == 3
    assert answer["by_type"] == {"multichoice": 2, "truefalse": 1}
    assert (answer["refused"], answer["categories"], answer["written"]) == ([], ["Basics"], True)
    assert [one["name"] for one in answer["notices"]] == ["Q3"]
    assert (told(second)["same"], told(second)["new"]) == (3, 0)


def test_a_dry_run_writes_nothing(handrail, file):
    arguments = ("bank", "import", file(GOOD), "--track", "upgrades-1", "--json")
    for _ in range(2):
        answer = told(handrail(*arguments, "--dry-run"))
        assert (answer["new"], answer["written"]) == (3, False)


def test_nothing_is_written_if_one_is_refused_unless_it_is_to_be_left_out(handrail, file):
    arguments = ("bank", "import", file(BAD), "--track", "upgrades-1", "--json")
    result = handrail(*arguments)
    assert (result.exit_code, told(result)["written"]) == (1, False)
    [refused] = told(result)["refused"]
    assert (refused["line"], refused["name"]) == (9, "Q4")
    assert "brace" in refused["reason"]
    result = handrail(*arguments, "--leave-out-refused")
    assert (result.exit_code, told(result)["written"], told(result)["new"]) == (0, True, 3)


def test_it_is_told_in_words_too(handrail, file):
    result = handrail("bank", "import", file(BAD), "--track", "upgrades-1")
    assert "line 9: Q4: One of the braces" in result.output
    assert "3 questions (2 multichoice, 1 truefalse), 1 refused." in result.output
    assert result.output.endswith("Nothing was written.\n")


@pytest.mark.parametrize("file_format", ["gift", "moodle-xml", "csv"])
def test_what_is_exported_is_the_same_when_it_comes_back(handrail, file, tmp_path, file_format):
    handrail("bank", "import", file(GOOD), "--track", "upgrades-1")
    exported = handrail("bank", "export", "upgrades-1", "--format", file_format)
    assert exported.exit_code == 0
    back = file(exported.stdout_bytes, "exported.txt")
    result = handrail("bank", "import", back, "--track", "upgrades-1", "--format", file_format, "--json")
    assert told(result)["same"] == 3
    output = tmp_path / "to.file"
    handrail("bank", "export", "upgrades-1", "--format", file_format, "--output", output)
    assert output.read_bytes() == exported.stdout_bytes


def test_what_a_format_does_not_hold_is_named(handrail, file):
    handrail("bank", "import", file(GOOD), "--track", "upgrades-1")
    result = handrail("bank", "export", "upgrades-1", "--format", "aiken")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.count("Left out: Q") == 3


def test_a_track_without_questions_gives_an_empty_file(handrail):
    assert handrail("bank", "export", "upgrades-1", "--format", "gift").stdout == ""


def test_an_unknown_track_is_told_with_those_that_there_are(handrail, file):
    for arguments in (("import", file(GOOD), "--track", "nowhere"), ("export", "nowhere", "--format", "gift")):
        result = handrail("bank", *arguments)
        assert result.exit_code == 1
        assert result.stderr == "Error: there is no track nowhere; those that there are: upgrades-1\n"
