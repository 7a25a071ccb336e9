"""Form bodies and query strings as Stripe reads them: `a[b][0][c]=d` is a tree."""

import re
from collections.abc import Iterable
from typing import Any

from marketplace.sandbox.stripe.engine.errors import InvalidParameters

Tree = dict[str, Any]  # Of texts and further trees; a list is a tree with the keys "0", "1", …

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
STEP = re.compile(r"\[([^\[\]]*)\]")
DEPTH_MAX = 10
PAIRS_MAX = 1000


def read_pairs(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Build the tree that the pairs of a form describe."""
    tree: Tree = {}
    for count, (key, value) in enumerate(pairs, start=1):
        if count > PAIRS_MAX:
            raise InvalidParameters("Too many parameters.")
        _put(tree, _steps(key), key, value)
    return tree


def _steps(key: str) -> list[str]:
    found = KEY.fullmatch(key)
    steps = [found[1], *STEP.findall(found[2])] if found else []
    if not found or len(steps) > DEPTH_MAX:
        raise InvalidParameters(f"Received a parameter with a malformed name: {key}", param=key)
    return steps


def _put(tree: Tree, steps: list[str], key: str, value: str) -> None:
    *way, last = steps
    for step in way:
        branch = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(branch, dict):
            raise InvalidParameters(f"Received {key} both as a value and as a hash.", param=key)
        tree = branch
    tree[last or str(len(tree))] = value
