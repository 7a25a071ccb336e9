"""What anybody may ask of the API, made up from its document: what it allows is answered, what it forbids is refused.

Schemathesis makes the calls and judges the answers: no fault of ours, no status, header or shape that the document does
not know, nothing refused that it allows and nothing taken that it forbids. What only the database knows, such as the
names of niches, stands in the place of what was made up.
"""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from marketplace.catalogue import queries as catalogue
from marketplace.kernel.database import reading
from providers.directory import queries as directory

ZONES = ["Europe/Madrid", "Asia/Kolkata", "America/Santiago", "UTC"]
EVERYWHERE = {"language": ["es", "en", "pt-BR", "tlh"], "country": ["ES", "CL"], "tz": ZONES}
# The calls about who is listed, with what stands in their gap; and all that anybody may send something to.
READING = [
    ("/api/v1/providers", {}),
    ("/api/v1/providers/{slug}", {"path_parameters": {"slug": "partner"}}),
    ("/api/v1/providers/{slug}/slots", {"path_parameters": {"slug": "partner"}}),
]
ASKING = [*(("GET", path) for path, _gap in READING), ("POST", "/api/v1/verify")]

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Bad input does not come as far as a database.
made_up = settings(suppress_health_check=list(HealthCheck))  # Whatever the document makes of it, it is what there is.


@pytest.fixture
def document(app, visits):
    """Give the document, and the calls of a world that stands still."""

    def serve(environ, start_response):
        with app.app_context():  # A call must not find what an earlier one left in `g`.
            return app(environ, start_response)

    read = schemathesis.openapi.from_wsgi("/api/openapi.json", serve)
    read.config.generation.update(allow_x00=False)  # No text of a database; refused, which JSON Schema can not say.
    return read


@pytest.fixture
def known(visits):
    """Give the values that are known here, by parameter."""
    niches, tracks = directory.names_in_use(reading())
    return EVERYWHERE | {
        "niche": list(niches),
        "credential": list(tracks),
        "release": list(directory.releases_in_use(reading())),
        "currency": sorted(catalogue.currencies(reading())),
        "category": [one.slug for one in catalogue.categories(reading())],
        "timezone": ZONES,
        "cursor": [],  # Only those that were given count.
    }


def with_known(query, known):
    """Put what is known in the place of what is made up; whatever has no known values is left out."""

    def choose(name, made_up):
        values = known[name]
        return (
            [choose(name, one) for one in made_up] if isinstance(made_up, list) else values[len(made_up) % len(values)]
        )

    return {
        name: choose(name, value) if name in known else value
        for name, value in query.items()
        if name not in known or known[name]
    }


@on_sqlite
@pytest.mark.parametrize(("path", "gap"), READING, ids=[path for path, _gap in READING])
def test_what_the_document_allows_is_answered(document, known, path, gap):
    answers = Counter()

    @made_up
    @given(document[path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE, **gap))
    def ask(case):
        case.query = with_known(case.query or {}, known)
        answers[case.call_and_validate().status_code] += 1

    ask()
    assert answers.keys() == {200}


@on_sqlite
@pytest.mark.parametrize(("method", "path"), ASKING, ids=[path for _method, path in ASKING])
def test_what_the_document_forbids_is_refused(document, visits, method, path):
    call, before, answers = document[path][method], visits.dump(), Counter()

    @made_up
    @given(call.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case):
        answers[case.call_and_validate().status_code] += 1

    ask()
    assert answers[422] > answers[200]  # What was made wrong can come out right, which Schemathesis sees.
    assert visits.dump() == before
