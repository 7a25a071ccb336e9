#!/usr/bin/env python3
"""Set Handrail up on this machine, then run it or test it.

    python3 dev.py demo ARGS...       a demo with everything in it; ARGS as in `handrail demo`
    python3 dev.py run ARGS...        any `handrail` command
    python3 dev.py test               every check and every test; --deep searches longer
    python3 dev.py test ARGS...       only pytest, with these arguments
    python3 dev.py setup              only the environment, `.venv`, with all that the tests need
    python3 dev.py translate          bring the message catalogues up to date with the code
    python3 dev.py lock [--upgrade]   write the lock files again, after a change of dependencies

It needs Python 3.11 or newer and nothing else. The environment is made anew whenever its lock file has changed.
"""

import contextlib
import ctypes.util
import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

MIN_PYTHON = (3, 11)


def too_old(version: "tuple[int, ...]") -> str:
    """Say what is wrong with a Python of this version; nothing when it is new enough."""
    if version >= MIN_PYTHON:
        return ""
    return "Handrail needs Python {}.{} or newer; this is Python {}.{}.".format(*MIN_PYTHON, *version[:2])


# An older Python parses this file and comes no further than here.
if too_old(sys.version_info[:2]):
    sys.exit(too_old(sys.version_info[:2]))

Finders = Mapping[str, Callable[[], object]]

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = "lock.stamp"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
TRANSLATIONS = ROOT / "translations"
EXTRACT = (
    *("pybabel", "-q", "extract", "-F", "pyproject.toml", "-k", "_l", "-c", "Translators:", "--add-location=file"),
    *("--project=Handrail", "--version=main", "--copyright-holder=Handrail contributors"),
)
UPDATE = ("pybabel", "-q", "update", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-header"),
)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


# What the machine has and lacks


def find_chromium() -> str | None:
    """Find the browser for the tests: `CHROMIUM` in the environment, or one on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def find_postgres() -> Path | None:
    """Find the folder of PostgreSQL's programs: `TEST_PG_BIN` in the environment, Debian's, or one on the path."""
    if "TEST_PG_BIN" in os.environ:
        return Path(os.environ["TEST_PG_BIN"])
    installed = [initdb.parent for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def has_fonts() -> bool:
    """Tell whether the browser can draw scripts such as Devanagari, rather than boxes."""
    return any(any(Path(folder).expanduser().rglob("NotoSansDevanagari*")) for folder in FONT_FOLDERS)


# Debian's packages, and how to see that what they bring is there already, whoever installed it.
FOR_A_VENV: Finders = {"python3-venv": lambda: importlib.util.find_spec("ensurepip")}
FOR_TESTS: Finders = {
    "chromium": find_chromium,
    "fonts-noto-core": has_fonts,
    "postgresql": find_postgres,
    "libatomic1": lambda: ctypes.util.find_library("atomic"),  # For the node program inside Playwright.
}


def missing_packages(wanted: Finders) -> list[str]:
    """List the packages whose contents are not on this machine."""
    importlib.invalidate_caches()
    return [package for package, find in wanted.items() if not find()]


def have_packages(wanted: Finders) -> bool:
    """Install what is missing when this user may; otherwise say what to install."""
    missing = missing_packages(wanted)
    if not missing or install_packages(missing):
        return True
    say(f"Handrail needs {', '.join(missing)}. Please run: sudo apt-get install {' '.join(missing)}")
    return False


def install_packages(packages: Sequence[str]) -> bool:
    """Install Debian packages, if this is Debian and this user may."""
    as_root = [] if os.getuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or not may_become(as_root):
        return False
    say(f"Installing {', '.join(packages)}")
    # Another process may hold the lock for a while, as on a machine that has just been started.
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    if succeeds(install, output=False, errors=False):
        return True
    # On a fresh machine apt knows no packages before its first update.
    return succeeds([*apt, "update"], output=False) and succeeds(install, output=False)


def may_become(as_root: Sequence[str]) -> bool:
    """Tell whether a command that begins like this is let through without a password."""
    return not as_root or (shutil.which(as_root[0]) is not None and succeeds([*as_root, "true"], errors=False))


# The environment


def stamp_of(lock: Path) -> str:
    """Name what an environment made from this lock file holds."""
    return "{}.{} {}".format(*sys.version_info[:2], hashlib.sha256(lock.read_bytes()).hexdigest())


def is_ready(lock: Path, venv: Path = VENV) -> bool:
    """Tell whether the environment holds what this lock asks for; one made for the tests serves for running too."""
    stamp = venv / STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") in {stamp_of(lock), stamp_of(DEV_LOCK)}


def ensure_venv(lock: Path) -> None:
    """Make the environment anew unless it is ready."""
    if is_ready(lock):
        return
    with only_one_at_a_time():
        if not is_ready(lock):  # Somebody else may have made it meanwhile.
            make_venv(lock)


def make_venv(lock: Path) -> None:
    """Make the environment from a lock file, and stamp it once it is whole."""
    if not have_packages(FOR_A_VENV):
        sys.exit(1)
    say("Setting up the environment in .venv")
    if not succeeds([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit("Python could not make a virtual environment; the lines above say why.")
    hashed = ["install", "--quiet", "--require-hashes", "-r", str(lock)]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    # Uv is many times faster than pip, but does not read pip's settings: pip may reach packages where uv cannot.
    with_uv = [str(VENV / "bin" / "uv"), "pip", *hashed, "--python", str(PYTHON)]
    get_uv = [*pip, "install", "--quiet", "uv"]
    if not (succeeds(get_uv, errors=False) and succeeds(with_uv, errors=False)):
        say("Installing with pip, which takes a few minutes")
        if not succeeds([*pip, *hashed]):
            sys.exit("The packages could not be installed; the lines above say why.")
    (VENV / STAMP).write_text(stamp_of(lock), encoding="ascii")


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Keep two calls of this program from making the environment at the same time."""
    with Path(__file__).open(encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Running other programs


def say(sentence: str) -> None:
    """Tell the person at once, also when the output goes to a file."""
    print(sentence, file=sys.stderr, flush=True)


def succeeds(command: Sequence[str], *, output: bool = True, errors: bool = True) -> bool:
    """Run a command from the project's folder, and show what it says, or only its errors, or nothing."""
    shown = {True: None, False: subprocess.DEVNULL}
    done = subprocess.run(command, cwd=ROOT, stdout=shown[output], stderr=shown[errors], check=False)
    return done.returncode == 0


def use_venv() -> None:
    """Let every program that is started from now on be the environment's, and find the project's code."""
    os.environ["PATH"] = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    os.environ["PYTHONPATH"] = str(ROOT)
    # Without bytecode each program takes seconds to start. Who wants none beside the sources has it in the environment.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


# The commands


def setup(_arguments: Sequence[str]) -> bool:
    """Make the environment with all that the tests need."""
    ensure_venv(DEV_LOCK)
    return True


def run(arguments: Sequence[str]) -> bool:
    """Become any `handrail` command."""
    ensure_venv(RUN_LOCK)
    use_venv()
    os.execv(PYTHON, [str(PYTHON), "-m", "marketplace", *arguments])


def demo(arguments: Sequence[str]) -> bool:
    """Become the demo."""
    return run(["demo", *arguments])


def test(arguments: Sequence[str]) -> bool:
    """Run every check, each to its end, so that one run shows all that fails; or, given arguments, only pytest."""
    ensure_venv(DEV_LOCK)
    have_packages(FOR_TESTS)  # Without them the rest still tells a lot; each test that needs one says so.
    use_venv()
    if set(arguments) - {"--deep"}:
        return succeeds(["pytest", *arguments])
    failed = [name for name, command in checks(arguments).items() if not passes(name, command)]
    if failed:  # When all is well, pytest's summary is the last line.
        say(f"Failed: {', '.join(failed)}")
    return not failed


def checks(pytest_arguments: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """List every check, the quick ones first."""
    return {
        "layout": ["ruff", "format", "--check", "--quiet", "."],
        "lint": ["ruff", "check", "--quiet", "."],
        "types": ["mypy"],
        "import contracts": ["lint-imports"],
        "templates": ["djlint", "--check", "--lint", "--quiet", "."],
        "spelling": ["codespell"],
        "catalogues": ["python", "dev.py", "translate", "--check"],
        "tests": ["pytest", "-n", "2", *pytest_arguments],
    }


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one check under its name, and tell how it went unless it is pytest, which does so itself."""
    say(f"── {name}: {' '.join(command)}")
    start = time.monotonic()
    passed = succeeds(command)
    if command[0] != "pytest":
        say(f"   {'passed' if passed else 'FAILED'} in {time.monotonic() - start:.1f} s")
    return passed


def translate(arguments: Sequence[str]) -> bool:
    """Bring the catalogues up to date with the code; with `--check` only tell whether they are."""
    ensure_venv(DEV_LOCK)
    use_venv()
    with tempfile.TemporaryDirectory() as folder:
        check = ["--check"] if "--check" in arguments else []
        template = Path(folder if check else TRANSLATIONS) / "messages.pot"
        return succeeds([*EXTRACT, "-o", str(template), "."]) and succeeds(
            [*UPDATE, *check, "-i", str(template), "-d", str(TRANSLATIONS)]
        )


def lock(arguments: Sequence[str]) -> bool:
    """Write the lock files again: pins and hashes, no addresses; versions stay unless told to upgrade."""
    ensure_venv(DEV_LOCK)
    use_venv()
    return succeeds([*COMPILE, *arguments, "-o", RUN_LOCK.name]) and succeeds(
        [*COMPILE, *arguments, "--group", "dev", "-c", RUN_LOCK.name, "-o", DEV_LOCK.name]
    )


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument says."""
    commands = {"demo": demo, "run": run, "test": test, "setup": setup, "translate": translate, "lock": lock}
    if not arguments or arguments[0] not in commands:
        say((__doc__ or "").strip())
        return 2
    return 0 if commands[arguments[0]](arguments[1:]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
