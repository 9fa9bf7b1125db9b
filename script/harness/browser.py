"""Chromium, controlled with Playwright."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import shutil
from typing import Final

from playwright.async_api import Browser, async_playwright

_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    # The simulator gets addresses in place of mDNS names, which need multicast.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Start Chromium, which `script/setup browser` installs, and stop it at the end."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*_ARGUMENTS]
        )
        yield browser
        await browser.close()
