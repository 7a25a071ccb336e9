"""The worker: performs what the outbox owes and what the clock has made due.

Any number of workers may run, inside web processes or on their own: the outbox leases its messages, and what is on the
schedule may be done twice without harm.
"""

import logging
import threading
from datetime import datetime, timedelta

from flask import Flask

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db
from marketplace.site.schedule import SCHEDULE

IDLE_S = 0.25  # Between two looks at an empty outbox.
HEAD_START = timedelta(seconds=0.5)  # For a request that performs at once what it owes, because its page waits for it.
_log = logging.getLogger(__name__)


def run(app: Flask, stop: threading.Event) -> None:
    """Work until `stop` is set."""
    due_at: dict[str, datetime] = {}
    while not stop.is_set():
        try:
            busy = work_once(app, due_at)
        except Exception:  # noqa: BLE001 - a database that is away comes back: the worker must still be there
            _log.exception("the worker tries again in a moment")
            busy = False
        if not busy:
            stop.wait(IDLE_S)


def work_once(app: Flask, due_at: dict[str, datetime]) -> bool:
    """Do what is due now; tell whether there was anything in the outbox.

    Args:
        app: the application.
        due_at: when each task of the schedule is due next; kept by the caller from one round to the next.
    """
    now = utcnow()
    with app.app_context():
        try:
            for task in SCHEDULE:
                if due_at.get(task.name, now) <= now:
                    due_at[task.name] = now + timedelta(seconds=task.every_s)
                    task.perform(now)
            return outbox.deliver_due(now, head_start=HEAD_START) > 0
        finally:
            db.session.remove()


def start_thread(app: Flask) -> threading.Event:
    """Run a worker inside this process; set the event to end it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, stop), name="worker", daemon=True).start()
    return stop
