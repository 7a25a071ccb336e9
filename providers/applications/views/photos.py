"""The photo that customers see of a business."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from marketplace.kernel import storage
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.pictures import read_photo
from marketplace.kernel.storage import Upload
from marketplace.kernel.translate import _
from providers.applications.views.common import blueprint
from providers.applications.views.steps import profile_page
from providers.profiles import commands
from providers.profiles.callers import acting_member
from providers.profiles.rules import check_owner


@blueprint.post("/work/profile/photo")
@open_to(Role.MEMBER)
def show_photo() -> ResponseReturnValue:
    """Show another photo."""
    check_owner(acting_member().role)  # Before any work is spent on what somebody sends.
    try:
        photo = read_photo(request.files.get("photo", FileStorage()), field="photo")
    except InvalidInput as error:
        return profile_page(error.fields)
    return _show(photo, told=_("Customers see this photo now."))


@blueprint.post("/work/profile/photo/remove")
@open_to(Role.MEMBER)
def remove_photo() -> ResponseReturnValue:
    """Show initials again."""
    return _show(None, told=_("Your photo is removed. Customers see your initials."))


def _show(photo: Upload | None, *, told: str) -> ResponseReturnValue:
    with transaction() as session:
        before = commands.show_photo(session, acting_member(), photo, now=utcnow())
    if before is not None:
        storage.erase(before)
    flash(told)
    return redirect(url_for(".profile"))
