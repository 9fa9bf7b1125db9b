"""Home Assistant's pages and the simulator's panel, as a person uses them."""

import json
from pathlib import Path
import time

from playwright.async_api import Locator, Page, expect

from script.harness.home_assistant import RealHomeAssistant


class HomeAssistantPage:
    """A tab with Home Assistant."""

    def __init__(
        self, page: Page, home_assistant: RealHomeAssistant, screenshots: Path
    ) -> None:
        self.page = page
        self._home_assistant = home_assistant
        self._screenshots = screenshots

    async def log_in(self) -> None:
        """Log in by typing."""
        login = self._home_assistant.login
        await self.page.goto(self._home_assistant.url)
        await self.page.get_by_label("Username").fill(login.username)
        await self.page.get_by_role("textbox", name="Password").fill(login.password)
        await self.page.get_by_role("button", name="Log in").click()
        await expect(self.page.locator("ha-sidebar")).to_contain_text("Overview")

    async def be_logged_in(self) -> None:
        """Begin as one who logged in earlier."""
        api = self._home_assistant.api
        tokens = {
            **api.tokens,
            "hassUrl": api.url,
            "clientId": api.client_id,
            "expires": int(time.time() + api.tokens["expires_in"]) * 1000,
        }
        # into the storage of Home Assistant's own origin only
        await self.page.add_init_script(
            f"if (location.origin === {json.dumps(api.url)})"
            f" localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))})"
        )

    async def open(self, path: str) -> None:
        """Go to a page of Home Assistant."""
        await self.page.goto(f"{self._home_assistant.url}/{path}")

    async def open_integrations(self) -> None:
        await self.open("config/integrations/dashboard")

    async def open_device(self, name: str) -> None:
        """Go to a device by way of the integration's page."""
        await self.open("config/integrations/integration/ring_partner")
        await self.page.get_by_text(name, exact=True).click()
        await expect(self.page.get_by_text("Device info")).to_be_visible()

    async def start_adding(self) -> None:
        """Choose the integration among all."""
        await self.page.get_by_role("button", name="Add integration").click()
        dialog = self.page.locator("dialog-add-integration")
        await dialog.get_by_placeholder("Search for a brand").fill("Ring Partner")
        await dialog.get_by_text("Ring Partner", exact=True).click()

    async def choose(self, option: str) -> None:
        """Choose from the flow's menu."""
        await self.dialog.get_by_text(option, exact=True).click()

    async def choose_for_account(self, action: str) -> None:
        """Choose from the menu of the only account on the integration's page."""
        row = self.page.locator("ha-config-entry-row")
        await row.get_by_role("button", name="Menu").first.click()
        await row.locator("ha-dropdown-item", has_text=action).click()

    async def open_settings(self) -> None:
        """Open the settings of the only account."""
        await self.open("config/integrations/integration/ring_partner")
        row = self.page.locator("ha-config-entry-row")
        await row.get_by_role("button", name="Configure").click()

    def field(self, label: str) -> Locator:
        """A number in the dialog of a flow."""
        return self.dialog.get_by_role("spinbutton", name=label)

    async def submit_token(self, token: str) -> None:
        """Fill in the only field of the form and send it."""
        await self.dialog.locator("input[type=password]").fill(token)
        await self.submit()

    async def submit(self) -> None:
        """Send the form."""
        await self.dialog.get_by_role("button", name="Submit").click()

    async def fill_in_credentials(self, name: str, id_: str, secret: str) -> None:
        """Fill in the dialog for application credentials."""
        for field, value in (
            ("name", name),
            ("clientId", id_),
            ("clientSecret", secret),
        ):
            await self.credentials_dialog.locator(f"[name={field}] input").fill(value)

    async def add_credentials(self) -> None:
        """Send the dialog for application credentials."""
        await self.credentials_dialog.get_by_role("button", name="Add").click()

    async def addresses(self) -> list[str]:
        """Return the addresses that the flow's dialog shows, in their order."""
        blocks = self.dialog.locator("pre")
        await expect(blocks.first).to_be_visible()
        return [text.strip() for text in await blocks.all_inner_texts()]

    @property
    def credentials_dialog(self) -> Locator:
        """The dialog for application credentials."""
        return self.page.locator("dialog-add-application-credential")

    @property
    def dialog(self) -> Locator:
        """The dialog of a flow."""
        return self.page.locator("dialog-data-entry-flow")

    def entity_row(self, name: str) -> Locator:
        """The row of an entity on its device's page."""
        return self.page.locator("ha-device-entities-card").locator(
            "hui-generic-entity-row", has_text=name
        )

    async def screenshot(self, name: str) -> None:
        """Photograph the page when its pictures are loaded and nothing moves."""
        await self.page.wait_for_load_state("networkidle")
        await self.page.screenshot(
            path=self._screenshots / f"{name}.png", animations="disabled"
        )


class PanelPage:
    """A tab with the simulator's panel."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    async def open(self) -> None:
        await self.page.goto(self._url)
        await expect(self.page.get_by_test_id("figure-online")).to_contain_text("of")

    async def set_online(self, slug: str, *, online: bool) -> None:
        """Take a device off the net, or bring it back."""
        switch = self.page.get_by_test_id(f"device-{slug}-online")
        await switch.set_checked(online)
        await expect(switch).to_be_checked(checked=online)

    async def press(self, test_id: str) -> None:
        """Press a button."""
        await self.page.get_by_test_id(test_id).click()

    async def read(self, field: str) -> str:
        """Return what a field of the developer console has."""
        return await self.page.get_by_test_id(f"console-{field}").input_value()

    async def save_addresses(self, **addresses: str) -> None:
        """Enter addresses in the developer console and save them.

        Args:
            addresses: By the field's name, such as ``webhook_url``.
        """
        for name, address in addresses.items():
            field = name.replace("_", "-")
            await self.page.get_by_test_id(f"console-{field}").fill(address)
        async with self.page.expect_response(
            lambda answer: answer.request.method == "PATCH"
        ) as answer:
            await self.press("console-save")
        assert (await answer.value).ok

    async def open_appstore(self) -> Page:
        """Open the page from which the app is installed, in a tab of its own."""
        async with self.page.context.expect_page() as tab:
            await self.press("open-appstore")
        return await tab.value

    async def new_token(self) -> str:
        """Issue a Playground token and return it."""
        field = self.page.get_by_test_id("token-value")
        before = await field.input_value()
        await self.press("token-issue")
        await expect(field).not_to_have_value(before)
        return await field.input_value()
