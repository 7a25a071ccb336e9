"""State machines as tables: every legal move is one row."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from marketplace.kernel.errors import IllegalMove

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


class StateTable(Generic[State, Action]):
    """Maps (state, action) to the next state; what is not a row is not a move."""

    def __init__(self, moves: Mapping[tuple[State, Action], State]) -> None:
        """Keep the table."""
        self._moves = dict(moves)

    def after(self, state: State, action: Action) -> State:
        """Tell the state that follows.

        Raises:
            IllegalMove: the table has no such row.
        """
        try:
            return self._moves[state, action]
        except KeyError:
            raise IllegalMove(state=state, action=action) from None

    def allows(self, state: State, action: Action) -> bool:
        """Tell whether the table has the row; buttons ask this."""
        return (state, action) in self._moves

    def way(self, state: State, target: State) -> list[Action]:
        """List the actions that lead to `target` in the fewest moves; none if it can't follow, or is reached."""
        ways: dict[State, list[Action]] = {state: []}
        while target not in ways:
            steps = [one for one in self if one[0] in ways and one[2] not in ways]
            if not steps:
                return []
            ways |= {after: [*ways[before], action] for before, action, after in steps}
        return ways[target]

    def __iter__(self) -> Iterator[tuple[State, Action, State]]:
        """Walk the rows as (state, action, next state)."""
        return iter([(state, action, following) for (state, action), following in self._moves.items()])
