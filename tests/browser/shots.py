"""`make shots`: every page of every role of the demo city at 390 × 844 and 1366 × 768 (大屏 at 1920 × 1080), into shots/ (not in the repository).

`make shots ONLY=board` takes the pages whose name or account contains the word. A page longer than its window is taken a
second time whole (`-full`). The city is built once into var/shots; remove that folder to build it anew.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.portal import DESK, PHONE, ROOT, WALL, Portal, chromium_at, made_for, open_page, running
from tests.chromium import NO_CHROMIUM, chromium_path

SHOTS = ROOT / "shots"
SIZES = (PHONE, DESK, WALL)
LONGER = 1.15


def take(page: Page, stem: str) -> list[str]:
    """The window, and the whole page where it is longer."""
    taken = [f"{stem}.png"]
    page.screenshot(path=SHOTS / taken[0])
    height, window = page.evaluate("[document.documentElement.scrollHeight, window.innerHeight]")
    if height > window * LONGER:
        taken.append(f"{stem}-full.png")
        page.screenshot(path=SHOTS / taken[1], full_page=True)
    return taken


def go_round(page: Page, stem: str, pages: list[tuple[str, str]]) -> int:
    """One account at one size; says each picture. Gives how many pages did not answer well."""
    broken = 0
    for name, address in pages:
        answer = page.goto(address)
        page.wait_for_load_state("networkidle")
        status = answer.status if answer else 0
        good = status == (404 if name == "not-found" else 200)
        broken += not good
        taken = take(page, stem.format(name))
        print("　".join([" " if good else f"× {status}", address, *taken]), flush=True)
    page.context.close()
    return broken


def take_all(portal: Portal, browser_path: str, only: str) -> int:
    """All accounts, all sizes. Gives how many pages did not answer well."""
    broken = 0
    with chromium_at(browser_path) as browser:
        for username, pages in portal.pages.items():
            asked = [row for row in pages if only in f"{username}-{row[0]}"]
            for size in SIZES:
                wanted = [row for row in asked if made_for(row[0], size)]
                if wanted:
                    stem = f"{username or 'anybody'}-{{}}-{size['width']}"
                    broken += go_round(open_page(browser, portal, username, size), stem, wanted)
    return broken


def main() -> int:
    """Build or reuse the city, then go round."""
    browser_path = chromium_path()
    if browser_path is None:
        print(NO_CHROMIUM)
        return 1
    SHOTS.mkdir(exist_ok=True)
    folder = Path(os.environ.get("SHOTS_DIR") or ROOT / "var" / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"演示城市（小样）：{folder}", flush=True)
    with running(folder.resolve()) as portal:
        broken = take_all(portal, browser_path, os.environ.get("ONLY", ""))
    print(f"截图在 {SHOTS}" + (f"；{broken} 页没有正常打开" if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
