"""What a candidate states before an exam begins; whoever changes the words gives them a new version."""

from marketplace.kernel.translate import _l

HONESTY_VERSION = "2026-11"
MAX_VERSION_LENGTH = 20
HONESTY = (
    _l("I am the person whose name stands on this account. It will stand on the certificate."),
    _l("I answer by myself, without help from anybody else."),
    _l("I will not pass on what is asked here, in any form."),
    _l(
        "I know that the times of my answers, my network and my device are kept, "
        "and that people look at them when something is unusual."
    ),
)
