"""Expansion: ids are replaced by the objects they name (https://docs.stripe.com/api/expanding_objects)."""

from collections.abc import Iterable, Mapping

from marketplace.sandbox.stripe.engine.endpoints import Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.world import Json, World

LEVELS_MAX = 4
LISTS = ("list", "search_result")


class Expansion:
    """Expands objects of the kinds that it knows."""

    def __init__(self, world: World, resources: Mapping[str, Resource]) -> None:
        """Look objects up in `world`; `resources` tells what can be expanded, by kind."""
        self._world = world
        self._resources = resources

    def expanded(self, body: Json, paths: Iterable[str]) -> Json:
        """Copy an object with everything at the dotted `paths` expanded."""
        for path in paths:
            steps = path.split(".")
            if len(steps) > LEVELS_MAX:
                raise Refused(f"You cannot expand more than {LEVELS_MAX} levels ({path}).", param="expand")
            body = self._along(body, steps, path)
        return body

    def _along(self, body: Json, steps: list[str], path: str, within: tuple[str, str] | None = None) -> Json:
        """Expand what is at the end of the steps; `within` names the kind and the way to a hash inside an object."""
        step, *rest = steps
        if body.get("object") in LISTS and step == "data":
            return {**body, "data": [self._along(one, rest, path) if rest else one for one in body["data"]]}
        inner = self._inner(body, step, path, within)
        if inner is None and step not in body:  # Some objects leave out what they do not have.
            return body
        if isinstance(inner, dict) and rest:
            is_hash = "object" not in inner  # Part of this object, such as `payment` in `payment.payment_intent`.
            kind, steps_before = within or (body["object"], "")
            inner = self._along(inner, rest, path, (kind, f"{steps_before}{step}.") if is_hash else None)
        return {**body, step: inner}

    def _inner(self, body: Json, step: str, path: str, within: tuple[str, str] | None) -> Json | None:
        kind, before = within or (body["object"], "")
        resource = self._resources.get(kind)
        present = body.get(step)
        if isinstance(present, dict):  # An earlier path went here already, or it is always a list.
            return present
        if resource and before + step in resource.parts:
            return resource.parts[before + step](self._world, body)
        if resource and before + step in resource.links:
            return self._linked(present)
        raise Refused(f"This property cannot be expanded ({path}).", param="expand")

    def _linked(self, object_id: str | None) -> Json | None:
        if object_id is None:
            return None
        record = self._world.find(object_id)
        assert record is not None, object_id
        return record.body
