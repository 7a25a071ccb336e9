"""What is supported, as JSON."""

from datetime import date

import jsonschema

from marketplace.catalogue.rules import Layer
from marketplace.kernel.database import transaction
from tests.factories.catalogue import (
    make_category,
    make_choice,
    make_field,
    make_niche,
    make_product,
    make_rates,
    make_release,
)


def test_anyone_reads_the_catalogue(client):
    with transaction() as session:
        product = make_product(session, slug="lumen", name="Lumen")
        make_release(session, product=product, version="4.1", released_on=date(2026, 1, 20))
        niche = make_niche(session, slug="upgrades", names={"en": "Upgrades", "es": "Actualizaciones"})
        make_category(
            session,
            slug="upgrade-fails",
            names={"en": "An upgrade fails"},
            hints={"en": "Before, during or after."},
            niche=niche,
            layer=Layer.PLATFORM,
            fields=[make_field("from_version"), make_choice("method", "docker", "zip", is_required=False)],
        )
        make_rates(session, EUR=1_000_000, JPY=160_000_000)
    answer = client.get("/api/v1/catalogue", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    found = answer.json
    assert found["products"] == [{"slug": "lumen", "name": "Lumen"}]
    assert found["releases"] == [{"product": "lumen", "version": "4.1", "released_on": "2026-01-20"}]
    assert found["niches"] == [{"slug": "upgrades", "name": "Upgrades"}]
    assert [layer["value"] for layer in found["layers"]] == ["application", "platform", "integration"]
    assert found["currencies"] == ["EUR", "JPY"]
    (category,) = found["categories"]
    asked = category.pop("fields")
    assert category == {
        "slug": "upgrade-fails",
        "name": "An upgrade fails",
        "hint": "Before, during or after.",
        "layer": "platform",
        "niche": "upgrades",
        "is_defect": False,
        "service_kind": "incident",
    }
    jsonschema.validate({"from_version": "4.0", "method": "zip"}, asked)


def test_an_empty_catalogue_is_a_catalogue(client):
    found = client.get("/api/v1/catalogue").json
    assert found["categories"] == found["releases"] == found["currencies"] == []
    assert len(found["layers"]) == 3


def test_the_catalogue_reads_the_database_as_often_however_much_there_is(client, count_statements):
    with transaction() as session:
        make_category(session, fields=[make_field("one")])
    few = count_statements(lambda: client.get("/api/v1/catalogue"))
    with transaction() as session:
        for _time in range(5):
            make_category(session, fields=[make_field("one"), make_field("two")])
            make_release(session)
    assert count_statements(lambda: client.get("/api/v1/catalogue")) == few
