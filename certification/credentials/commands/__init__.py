"""What can be done with credentials, with appeals against their revocation, and with the keys that sign them."""

from certification.credentials.commands.appeals import appeal, decide_appeal
from certification.credentials.commands.doubts import decide_doubt
from certification.credentials.commands.giving import award, exam_passed, exam_published, revoke
from certification.credentials.commands.keys import make_key, rotate_key
from certification.credentials.commands.reminding import remind

__all__ = [
    "appeal",
    "award",
    "decide_appeal",
    "decide_doubt",
    "exam_passed",
    "exam_published",
    "make_key",
    "remind",
    "revoke",
    "rotate_key",
]
