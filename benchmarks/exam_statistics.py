"""How long it takes to work out the figures of a large exam, and how much memory.

    .venv/bin/python -m benchmarks.exam_statistics [--json] [--questions N] [--attempts N]

The marks are read from a CSV, as by `handrail exam statistics --csv`, in a process of its own, so that the memory is
all that it takes. It is told as a ratio to the least that anybody could do with the same file in the same run: to have
numpy read it. It ends with an error above 60 seconds or 2 GiB for reading and working out.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np

from certification.exams.rules import analyse, read_responses

MOST_S, MOST_MIB = 60.0, 2048.0
AT_ONCE = 1000
GIB = 1024


@dataclass(frozen=True)
class Figures:
    """What was measured: seconds, the most memory in MiB, and the ratio of the seconds to those for reading only."""

    questions: int
    attempts: int
    plain_s: float
    read_s: float
    worked_out_s: float
    ratio: float
    peak_mib: float


def write(file: Path, questions: int, attempts: int) -> None:
    """Write marks of people who are good or not so good, for questions that are easy or not so easy."""
    luck = np.random.default_rng(1)
    hard = luck.normal(size=questions)
    with file.open("w") as out:
        out.write(",".join(f"Q{number}:1" for number in range(questions)) + "\n")
        for first in range(0, attempts, AT_ONCE):
            good = luck.normal(size=(min(AT_ONCE, attempts - first), 1))
            right = luck.random((len(good), questions)) < 1 / (1 + np.exp(hard - good))
            np.savetxt(out, right, fmt="%d", delimiter=",")


def plain(file: Path) -> dict[str, float]:
    """Have numpy read it."""
    begun = time.perf_counter()
    np.loadtxt(file, delimiter=",", skiprows=1)
    return {"plain_s": time.perf_counter() - begun}


def ours(file: Path) -> dict[str, float]:
    """Read it and work everything out."""
    begun = time.perf_counter()
    with file.open() as lines:
        responses = read_responses(lines)
    read_s, begun = time.perf_counter() - begun, time.perf_counter()
    analyse(responses.names, responses.max_marks, responses.marks)
    worked_out_s = time.perf_counter() - begun
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    return {"read_s": read_s, "worked_out_s": worked_out_s, "peak_mib": peak_mib}


def _apart(act: Callable[[Path], dict[str, float]], file: Path) -> dict[str, float]:
    """Do something in a process of its own."""
    context = get_context("spawn")
    told: Queue[dict[str, float]] = context.Queue()
    process = context.Process(target=_tell, args=(act, file, told))
    process.start()
    found = told.get()
    process.join()
    return found


def _tell(act: Callable[[Path], dict[str, float]], file: Path, told: "Queue[dict[str, float]]") -> None:
    told.put(act(file))


def measure(questions: int, attempts: int) -> Figures:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks.csv"
        write(file, questions, attempts)
        least, found = _apart(plain, file), _apart(ours, file)
    ratio = (found["read_s"] + found["worked_out_s"]) / least["plain_s"]
    return Figures(questions=questions, attempts=attempts, ratio=ratio, **least, **found)


def main() -> int:
    """Measure, tell, and say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="tell it to programs")
    asked = parser.parse_args()
    found = measure(asked.questions, asked.attempts)
    if asked.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        for name, figure in asdict(found).items():
            print(f"{name:14}{figure:12.1f}")
    return 0 if found.read_s + found.worked_out_s <= MOST_S and found.peak_mib <= MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
