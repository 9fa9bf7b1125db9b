"""The page that a browser shows after Ring has sent it to Home Assistant."""

from html import escape
from typing import Final

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ..helpers.translations import async_load_translations, translate

_PAGE: Final = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto;
  padding: 0 1.5rem; }}
h1 {{ font-size: 1.6rem; }}
a {{ display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem;
  border-radius: .5rem; background: #0288d1; color: #fff; text-decoration: none; }}
</style>
<h1>{title}</h1>
<p>{message}</p>
{button}
</html>
"""


async def async_link_page(
    hass: HomeAssistant, key: str, *, status: int = 200
) -> web.Response:
    """Return a page that loads nothing else; `key` names its texts."""
    await async_load_translations(hass)
    try:
        url = f"{get_url(hass, prefer_external=True)}/config/integrations/dashboard"
        label = translate(hass, "link_page_back")
        button = f'<a href="{escape(url)}">{escape(label)}</a>'
    except NoURLAvailableError:
        button = ""
    return web.Response(
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "Referrer-Policy": "no-referrer",
        },
        text=_PAGE.format(
            language=escape(hass.config.language),
            title=escape(translate(hass, f"{key}_title")),
            message=escape(translate(hass, f"{key}_message")),
            button=button,
        ),
    )
