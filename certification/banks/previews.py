"""Questions as their candidates will see them, for whoever writes or imports them."""

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256

from certification.banks.kinds import Content, Seen
from certification.banks.kinds.texts import image_type


def preview(content: Content, address: Callable[[str], str]) -> Seen:
    """Show a question in an order that gives nothing away, and that is always the same."""
    mixed = sorted(content.part_ids(), key=lambda own: sha256(own.encode()).digest())
    ids = {own: str(number) for number, own in enumerate(mixed, start=1)}
    return content.seen(ids).with_images(address)


def carried(images: Mapping[str, str]) -> Callable[[str], str]:
    """Give addresses that hold the images themselves, for a question that is kept nowhere yet."""

    def address(name: str) -> str:
        data = images.get(name, "")
        kind = image_type(base64.b64decode(data)) if data else None
        return f"data:{kind};base64,{data}" if kind else ""

    return address
