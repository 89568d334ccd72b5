"""The menu of a turn, as a person uses it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def choose(view: Page | Locator, name: str) -> None:
    """Choose from the menu of the last turn that is shown."""
    foot = view.locator(".r1-turn > .r1-foot").last
    foot.hover()
    foot.get_by_role("button", name="More", exact=True).click()
    foot.locator(f'[role^=menuitem][aria-label="{name}"]').click()
