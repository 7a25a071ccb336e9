"""The site's own description of its API, and whether a call and its answer keep to it.

The description is the OpenAPI document at `/api/openapi.json`. Answers are held to it more strictly than it is written:
what it does not list, nobody may find in them, so that a field which was forgotten in it is found here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT_URI = "urn:handrail"
JSON = "application/json"
PROBLEM = "application/problem+json"
SITE_PARAMETERS = {"lang"}  # Heard on every page of the site, the calls included.
BESIDE_THE_CALLS = {404, 405, 429}  # No such address, not for this method, or too often.

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_moment_in_utc(text: object) -> bool:
    """Tell whether it is a moment as RFC 3339 writes it, in UTC."""
    return not isinstance(text, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", text) and date.fromisoformat(text[:10])
    )


@formats.checks("date", raises=ValueError)
def is_day(text: object) -> bool:
    """Tell whether it is a day."""
    return not isinstance(text, str) or bool(date.fromisoformat(text))


class ContractBroken(AssertionError):
    """A call or its answer is not as the document describes it."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """What the body is, without its parameters; empty if there is nothing to be of a kind."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class ApiContract:
    """The document, read as what it promises."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Read the document once as JSON Schema, and once with its objects closed."""
        self.document = document
        self.paths = [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in document["paths"]]
        self._asked = _registry(_with_absolute_references(document))
        self._answered = _registry(_closed(_with_absolute_references(document)))

    def template_of(self, method: str, path: str) -> str | None:
        """Find the documented path of a call, the one with the fewest gaps; None if the document has no such call."""
        method = "GET" if method == "HEAD" else method
        found = [
            template
            for pattern, template in self.paths
            if pattern.fullmatch(path) and method.lower() in self.document["paths"][template]
        ]
        return min(found, key=lambda template: template.count("{"), default=None)

    def operation(self, method: str, template: str) -> dict[str, Any]:
        """Give what the document says of a call, with the parameters of its path."""
        item = self.document["paths"][template]
        operation = item["get" if method == "HEAD" else method.lower()]
        parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
        return {**operation, "parameters": [self.resolve(one) for one in parameters]}

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference within the document."""
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def hold(self, method: str, url: str, answer: Answer, *, body: object = None) -> None:
        """Hold an answer to the document; and the call too, if it was taken.

        Args:
            method: of the call; HEAD is answered as GET, without a body.
            url: the address that was called.
            answer: what came back.
            body: the JSON that was sent, if any.

        Raises:
            ContractBroken: with what is wrong, and where.
        """
        what = f"{method} {url} -> {answer.status}"
        split = urlsplit(url)
        template = self.template_of(method, split.path)
        if template is None or answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self._hold_beside(what, answer)
            return
        operation = self.operation(method, template)
        self._hold_answer(what, method, answer, operation)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._hold_call(what, split.query, body, operation)

    def hold_value(self, value: object, schema: Mapping[str, Any]) -> None:
        """Hold something that is sent to a schema of the document."""
        self._fit("a value", value, schema, self._asked)

    def _hold_beside(self, what: str, answer: Answer) -> None:
        """Beside the calls there are problems only."""
        if answer.status not in BESIDE_THE_CALLS or answer.kind != PROBLEM:
            raise ContractBroken(f"{what}: the document does not have this call")
        self._fit(what, answer.json, {"$ref": "#/components/schemas/Problem"}, self._answered)

    def _hold_answer(self, what: str, method: str, answer: Answer, operation: Mapping[str, Any]) -> None:
        if str(answer.status) not in operation["responses"]:
            raise ContractBroken(f"{what}: the document does not know this status")
        described = self.resolve(operation["responses"][str(answer.status)])
        for name, header in described.get("headers", {}).items():
            if self.resolve(header).get("required") and name not in answer.headers:
                raise ContractBroken(f"{what}: the header {name} is missing")
        content = described.get("content", {})
        if not content:
            if answer.body:
                raise ContractBroken(f"{what}: there is nothing to be said, but it is said: {answer.body[:200]!r}")
        elif answer.kind not in content:
            raise ContractBroken(f"{what}: {answer.kind!r} is none of {list(content)}")
        elif answer.kind in {JSON, PROBLEM} and method != "HEAD":
            self._fit(what, answer.json, content[answer.kind].get("schema", {}), self._answered)

    def _hold_call(self, what: str, query: str, body: object, operation: Mapping[str, Any]) -> None:
        known = {one["name"] for one in operation["parameters"] if one["in"] == "query"} | SITE_PARAMETERS
        unknown = {name for name, _value in parse_qsl(query)} - known
        if unknown and known != SITE_PARAMETERS:  # A call that asks for nothing does not look.
            raise ContractBroken(f"{what}: the document does not know {sorted(unknown)}, but it was taken")
        if body is not None:
            schema = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", False)
            self._fit(f"{what}: what was sent", body, schema, self._asked)

    def _fit(self, what: str, value: object, schema: Any, registry: Registry) -> None:
        named = _with_absolute_references(schema)
        schema = _closed(named) if registry is self._answered else named
        fault = best_match(Draft202012Validator(schema, registry=registry, format_checker=formats).iter_errors(value))
        if fault is not None:
            where = "".join(f"[{step}]" for step in fault.absolute_path)
            raise ContractBroken(f"{what}: {where or 'at the top'}: {fault.message[:500]}")

    def operations(self) -> Sequence[tuple[str, str]]:
        """List the calls as (method, path)."""
        return [
            (method.upper(), path)
            for path, item in self.document["paths"].items()
            for method in item
            if method != "parameters"
        ]


def _registry(document: Any) -> Registry:
    return Registry().with_resource(DOCUMENT_URI, Resource(document, DRAFT202012))


def _with_absolute_references(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_absolute_references(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    schema = {key: _with_absolute_references(value) for key, value in node.items()}
    if isinstance(schema.get("$ref"), str):
        schema["$ref"] = DOCUMENT_URI + schema["$ref"]
    return schema


def _closed(node: Any) -> Any:
    """Let no object have what is not listed."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    schema = {key: _closed(value) for key, value in node.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    return schema
