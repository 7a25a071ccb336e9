"""`handrail track`: a track moves on to another release."""

import pytest
from click.testing import CliRunner

from certification.tracks import queries
from marketplace.kernel.database import db, reading, transaction
from marketplace.site import cli
from marketplace.site.app import create_app
from marketplace.site.settings import read_settings
from tests.factories.catalogue import make_product, make_release
from tests.factories.tracks import make_track


@pytest.fixture
def handrail(tmp_path, monkeypatch):
    """Give a function that runs the command on a site with a track."""
    keys = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:9", "DATA": str(tmp_path / "data")}
    for name, value in keys.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)

    def run(*arguments):
        return CliRunner().invoke(cli.main, arguments)

    assert run("upgrade").exit_code == 0
    app = create_app(read_settings())
    with app.app_context():
        with transaction() as session:
            product = make_product(session, name="Lumentree")
            make_track(session, slug="upgrades-1", product=product)
            make_release(session, product=product, version="5.0")
        yield run
        db.session.remove()
        db.engine.dispose()


def test_a_track_moves_on_once(handrail):
    done = handrail("track", "certify-for", "upgrades-1", "5.0")
    assert (done.exit_code, done.output) == (0, "upgrades-1 certifies for Lumentree 5.0 now.\n")
    reading().rollback()
    assert queries.track_by_slug(reading(), "upgrades-1").release.version == "5.0"
    again = handrail("track", "certify-for", "upgrades-1", "5.0")
    assert (again.exit_code, again.output) == (1, "Error: This track certifies for this release already.\n")


def test_what_is_not_known_is_told(handrail):
    assert handrail("track", "certify-for", "none", "5.0").output == "Error: there is no track none\n"
    told = handrail("track", "certify-for", "upgrades-1", "6.0").output
    assert told == "Error: Lumentree has no release 6.0; it has 5.0\n"
