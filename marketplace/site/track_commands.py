"""`handrail track`: what tracks certify."""

import click

from certification.tracks import commands, queries
from marketplace.catalogue import queries as catalogue
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import NotFound
from marketplace.site.shell import application, in_one_line


@click.group()
def track() -> None:
    """Look after tracks."""


@track.command("certify-for")
@click.argument("slug")
@click.argument("version")
@in_one_line
def certify_for(slug: str, version: str) -> None:
    """Let the track SLUG certify for the release VERSION of its product from now on.

    No certificate is revoked. Those for older releases bring new work for 90 days more; their holders get a letter.
    """
    with application(), transaction() as session:
        try:
            found = queries.track_by_slug(session, slug)
        except NotFound:
            raise click.ClickException(f"there is no track {slug}") from None
        mine = [one for one in catalogue.releases(session) if one.product_id == found.product_id]
        wanted = next((one for one in mine if one.version == version), None)
        if wanted is None:
            known = ", ".join(one.version for one in mine) or "none"
            raise click.ClickException(f"{found.product.name} has no release {version}; it has {known}")
        commands.certify_for(session, found.id, release_id=wanted.id, by=None, now=utcnow())
        click.echo(f"{slug} certifies for {found.product.name} {version} now.")
