"""Inviting people into a business."""

from datetime import timedelta

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l

INVITED_FOR = timedelta(days=7)
MAX_INVITATIONS_A_DAY = 10


class InvitationOver(Conflict):
    """An invitation was accepted, taken back, or is too old."""

    message = _l("This invitation was used, taken back, or is too old. Ask for a new one.")


class OwnInvitation(Conflict):
    """Who has sent an invitation is in the business already."""

    message = _l("You have sent this invitation yourself. Somebody else has to accept it.")
