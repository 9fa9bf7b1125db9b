"""Tests of the files of the panel."""

import re

from ring_simulator.control.settings import CHOICES, INTEGERS, NUMBERS

from .helpers import HttpClient


async def test_panel_loads_only_its_own_files(http_client: HttpClient) -> None:
    page = await http_client.get("/")
    assert page.url.path == "/_simulator"
    assert page.content_type == "text/html"
    text = await page.text()
    used = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', text)
    assert used == ["/_simulator/panel.css", "/_simulator/panel.js"]
    for name in ("console.js", "media.js", "dom.js"):
        used.append(f"/_simulator/{name}")
    for path in used:
        response = await http_client.get(path)
        assert response.status == 200
        assert "://" not in await response.text()


async def test_panel_has_every_element_that_its_scripts_use(
    http_client: HttpClient,
) -> None:
    page = await (await http_client.get("/_simulator")).text()
    used_ids = set()
    for name in ("panel.js", "console.js", "media.js"):
        script = await (await http_client.get(f"/_simulator/{name}")).text()
        used_ids |= set(re.findall(r'\$\("([a-z-]+)"\)', script))

    assert len(used_ids) > 20
    assert used_ids <= set(re.findall(r'id="([a-z-]+)"', page))


async def test_panel_has_field_for_every_setting(http_client: HttpClient) -> None:
    page = await (await http_client.get("/_simulator")).text()
    form = page.partition('<form id="settings"')[2].partition("</form>")[0]
    field = re.compile(r'<(?:select|input) name="([a-z_]+)"(.*?)</label>', re.DOTALL)
    fields = dict(field.findall(form))

    assert fields.keys() == {*CHOICES, *INTEGERS, *NUMBERS}
    for name, allowed in CHOICES.items():
        options = re.findall(r'<option(?: value="([^"]*)")?>([^<]*)', fields[name])
        assert {value or text for value, text in options} == set(map(str, allowed))
