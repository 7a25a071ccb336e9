"""The set-up program: what it looks for, what it says, and when it makes the environment anew."""

import ast
import sys
from pathlib import Path

import pytest

import dev


def test_an_old_python_is_told_so_in_one_line():
    assert dev.too_old((3, 9, 2)) == "Handrail needs Python 3.11 or newer; this is Python 3.9."
    assert dev.too_old((3, 11, 0)) == ""
    assert dev.too_old((3, 14, 1)) == ""


def test_an_old_python_can_parse_the_program_and_stops_before_it_meets_anything_new():
    tree = ast.parse(Path(dev.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))
    stop = next(index for index, node in enumerate(tree.body) if isinstance(node, ast.If))
    imported = {name.name for node in tree.body[:stop] if isinstance(node, ast.Import) for name in node.names}
    assert imported <= {module.split(".")[0] for module in sys.stdlib_module_names} | {"importlib.util", "ctypes.util"}
    assert "sys.exit" in ast.unparse(tree.body[stop])


def test_only_what_is_missing_is_installed():
    wanted = {"python3-venv": lambda: None, "chromium": lambda: "/usr/bin/chromium", "postgresql": lambda: False}
    assert dev.missing_packages(wanted) == ["python3-venv", "postgresql"]


@pytest.fixture
def commands(monkeypatch):
    """Record the commands that would have been run; all succeed but those that contain a word of `failing`."""
    recorder = Recorder()
    monkeypatch.setattr(dev, "succeeds", recorder)
    monkeypatch.setattr(dev.shutil, "which", lambda program: f"/usr/bin/{program}")
    return recorder


class Recorder:
    def __init__(self):
        self.run = []
        self.failing = set()

    def __call__(self, command, *, output=True, errors=True):
        self.run.append(" ".join(map(str, command)))
        return not self.failing & set(command)


APT = "env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600"
INSTALL = f"{APT} install -y --no-install-recommends chromium libatomic1"


NEEDED = {"chromium": lambda: None, "fonts-noto-core": lambda: "there", "libatomic1": lambda: None}


def test_root_installs_what_is_missing(commands, monkeypatch):
    monkeypatch.setattr(dev.os, "getuid", lambda: 0)
    assert dev.have_packages(NEEDED)
    assert commands.run == [INSTALL]


def test_a_first_failure_is_followed_by_an_update(commands, monkeypatch):
    monkeypatch.setattr(dev.os, "getuid", lambda: 0)
    commands.failing = {"install"}
    assert not dev.have_packages(NEEDED)
    assert commands.run == [INSTALL, f"{APT} update", INSTALL]


def test_a_user_who_may_becomes_root_for_it(commands, monkeypatch):
    monkeypatch.setattr(dev.os, "getuid", lambda: 1000)
    assert dev.have_packages(NEEDED)
    assert commands.run == ["sudo -n true", f"sudo -n {INSTALL}"]


@pytest.mark.parametrize("lacking", ["the right to it", "sudo", "apt-get"])
def test_a_user_who_may_not_is_told_what_to_install(commands, monkeypatch, capsys, lacking):
    monkeypatch.setattr(dev.os, "getuid", lambda: 1000)
    monkeypatch.setattr(dev.shutil, "which", lambda program: None if program == lacking else program)
    commands.failing = {"true"}
    assert not dev.have_packages(NEEDED)
    assert not [command for command in commands.run if "install" in command]
    assert capsys.readouterr().err == (
        "Handrail needs chromium, libatomic1. Please run: sudo apt-get install chromium libatomic1\n"
    )


def test_without_the_means_to_make_an_environment_set_up_ends_there(commands, monkeypatch):
    monkeypatch.setattr(dev, "have_packages", lambda wanted: False)
    with pytest.raises(SystemExit):
        dev.make_venv(dev.RUN_LOCK)
    assert commands.run == []


@pytest.fixture
def locks(tmp_path, monkeypatch):
    """Lay two lock files and an empty environment."""
    for name in ("RUN_LOCK", "DEV_LOCK"):
        monkeypatch.setattr(dev, name, tmp_path / f"{name}.txt")
        getattr(dev, name).write_text(name, encoding="ascii")
    return tmp_path


def stamp(venv, lock):
    (venv / dev.STAMP).write_text(dev.stamp_of(lock), encoding="ascii")


def test_an_environment_without_a_stamp_is_not_ready(locks):
    assert not dev.is_ready(dev.RUN_LOCK, venv=locks)


def test_an_environment_serves_its_lock_until_the_lock_changes(locks):
    stamp(locks, dev.RUN_LOCK)
    assert dev.is_ready(dev.RUN_LOCK, venv=locks)
    assert not dev.is_ready(dev.DEV_LOCK, venv=locks)
    dev.RUN_LOCK.write_text("changed", encoding="ascii")
    assert not dev.is_ready(dev.RUN_LOCK, venv=locks)


def test_an_environment_for_the_tests_serves_for_running_too(locks):
    stamp(locks, dev.DEV_LOCK)
    assert dev.is_ready(dev.DEV_LOCK, venv=locks)
    assert dev.is_ready(dev.RUN_LOCK, venv=locks)


def test_another_python_makes_the_environment_anew(locks, monkeypatch):
    stamp(locks, dev.RUN_LOCK)
    monkeypatch.setattr(dev.sys, "version_info", (3, 99, 0))
    assert not dev.is_ready(dev.RUN_LOCK, venv=locks)


def test_pip_steps_in_where_uv_cannot_install(commands, locks, monkeypatch):
    monkeypatch.setattr(dev, "VENV", locks)
    commands.failing = {"--python"}
    dev.make_venv(dev.RUN_LOCK)
    assert commands.run[-1].endswith(
        f"-m pip --disable-pip-version-check install --quiet --require-hashes -r {dev.RUN_LOCK}"
    )
    assert dev.is_ready(dev.RUN_LOCK, venv=locks)


def test_a_failed_set_up_leaves_no_stamp(commands, locks, monkeypatch):
    monkeypatch.setattr(dev, "VENV", locks)
    commands.failing = {"install"}
    with pytest.raises(SystemExit, match="could not be installed"):
        dev.make_venv(dev.RUN_LOCK)
    assert not dev.is_ready(dev.RUN_LOCK, venv=locks)


@pytest.fixture
def environ(monkeypatch):
    """Give the environment of the program, to be changed for one test, with nothing said of bytecode."""
    changed = {name: value for name, value in dev.os.environ.items() if not name.startswith("PYTHON")}
    monkeypatch.setattr(dev.os, "environ", changed)
    return changed


def test_programs_are_those_of_the_environment(environ):
    dev.use_venv()
    assert environ["PATH"].startswith(str(dev.PYTHON.parent))
    assert {name for name in environ if name.startswith("PYTHON")} == {"PYTHONPATH"}


def test_who_wants_no_bytecode_beside_the_sources_has_it_in_the_environment(environ):
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    dev.use_venv()
    assert "PYTHONDONTWRITEBYTECODE" not in environ
    assert environ["PYTHONPYCACHEPREFIX"] == str(dev.VENV / "bytecode")


def test_bytecode_stays_where_somebody_wants_it(environ):
    environ.update(PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX="/elsewhere")
    dev.use_venv()
    assert environ["PYTHONPYCACHEPREFIX"] == "/elsewhere"


@pytest.fixture
def ready(commands, monkeypatch):
    """Have an environment and everything else in place."""
    monkeypatch.setattr(dev, "ensure_venv", lambda lock: None)
    monkeypatch.setattr(dev, "use_venv", lambda: None)
    monkeypatch.setattr(dev, "FOR_TESTS", {})
    return commands


def test_every_check_runs_to_its_end_and_any_failure_fails_the_run(ready, capsys):
    ready.failing = {"mypy"}
    assert dev.main(["test"]) == 1
    assert ready.run == [" ".join(command) for command in dev.checks([]).values()]
    assert ready.run[-1].startswith("pytest")
    assert capsys.readouterr().err.endswith("Failed: types\n")


def test_a_run_without_failures_leaves_the_last_line_to_pytest(ready, capsys):
    assert dev.main(["test"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "── tests: pytest -n 2"


def test_deep_reaches_pytest(ready):
    assert dev.main(["test", "--deep"]) == 0
    assert ready.run[-1] == "pytest -n 2 --deep"


def test_with_arguments_only_pytest_runs(ready):
    assert dev.main(["test", "tests/test_dev.py", "-x"]) == 0
    assert ready.run == ["pytest tests/test_dev.py -x"]


@pytest.mark.parametrize("arguments", [[], ["tset"]])
def test_an_unknown_command_shows_the_help(arguments, capsys):
    assert dev.main(arguments) == 2
    assert "python3 dev.py demo" in capsys.readouterr().err
