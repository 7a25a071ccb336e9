"""Pictures of the pages that a journey passes, for people to look at: in the folder that HANDRAIL_SHOTS names."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import NARROW_PX

FOLDER = os.environ.get("HANDRAIL_SHOTS")


def shoot(page: Page, name: str) -> None:
    """Take a picture of the whole page: light, dark, and on a narrow screen; nothing unless a folder is named."""
    if not FOLDER:
        return
    usual = page.viewport_size
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for look, scheme, width in (("light", "light", None), ("dark", "dark", None), ("narrow", "light", NARROW_PX)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if usual and width:
            page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=Path(FOLDER) / f"{name}-{look}.png", full_page=True)
    page.emulate_media(color_scheme="dark" if was_dark else "light")
    if usual:
        page.set_viewport_size(usual)
