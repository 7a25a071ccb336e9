"""The demo's folder and ports: what it remembers from one start to the next."""

import json
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from marketplace.site.settings import WrongSetting

SANDBOX_PORT_DISTANCE = 4111  # From the site's port: 8000 makes 12111.
MARKER = "handrail-demo.json"  # Only a folder with this file is ever emptied.
PASSWORD = "handrail-demo"  # noqa: S105 - of the demo, on a loopback host only


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
        known = _known(options)
        state = State(
            password=known.get("password") or (PASSWORD if options.is_loopback else secrets.token_urlsafe(12)),
            sandbox_port=_sandbox_port(options.port, known.get("sandbox_port")),
            webhook_secrets=known.get("webhook_secrets", {}),
        )
        note(options, state)
    except OSError as error:
        raise WrongSetting(
            f"the folder {options.data} can't be written ({error.strerror}): choose another with --data"
        ) from None
    return state


def remembered(options: Options) -> State:
    """Read what was noted in the folder."""
    return State(**_known(options))


def _known(options: Options) -> dict[str, Any]:
    marker = options.data / MARKER
    return json.loads(marker.read_text()) if marker.exists() else {}


def _empty(folder: Path) -> None:
    """Forget what was there; a folder that is not the demo's is never touched."""
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / MARKER).exists():
        raise WrongSetting(f"{folder} is not empty and no folder of the demo: choose another with --data")
    shutil.rmtree(folder)


def note(options: Options, state: State) -> None:
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
