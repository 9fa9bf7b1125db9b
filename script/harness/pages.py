"""Page objects for Home Assistant's frontend and the simulator's control panel."""

import json
from pathlib import Path
import re
import time

from playwright.async_api import Locator, Page, expect

from .const import DOMAIN
from .errors import HarnessError
from .home_assistant import RealHomeAssistant

_INTEGRATION_PAGE = f"config/integrations/integration/{DOMAIN}"
# The device of an account is a service.
_DEVICE_INFO = re.compile("^(Device|Service) info$")


class HomeAssistantPage:
    """A browser tab with Home Assistant's frontend.

    Attributes:
        tab: The browser tab.
        screenshots: Folder for screenshots.
    """

    def __init__(
        self, tab: Page, home_assistant: RealHomeAssistant, screenshots: Path
    ) -> None:
        self.tab = tab
        self.screenshots = screenshots
        self._home_assistant = home_assistant

    async def log_in_with_form(self) -> None:
        """Log in with username and password."""
        login = self._home_assistant.login
        await self.tab.goto(self._home_assistant.url)
        await self.tab.get_by_label("Username").fill(login.username)
        await self.tab.get_by_role("textbox", name="Password").fill(login.password)
        await self.tab.get_by_role("button", name="Log in").click()
        await expect(self.tab.locator("ha-sidebar")).to_contain_text("Overview")

    async def log_in(self) -> None:
        """Log in by storing tokens in the browser, which takes no page."""
        api = self._home_assistant.api
        tokens = {
            **api.tokens,
            "hassUrl": api.url,
            "clientId": api.client_id,
            "expires": int(time.time() + api.tokens["expires_in"]) * 1000,
        }
        # The condition keeps the tokens from the pages of other servers.
        await self.tab.add_init_script(
            f"if (location.origin === {json.dumps(api.url)})"
            f" localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))})"
        )

    async def open(self, path: str) -> None:
        """Open a page of the frontend."""
        await self.tab.goto(f"{self._home_assistant.url}/{path}")

    async def open_integrations(self) -> None:
        """Open the page with all integrations."""
        await self.open("config/integrations/dashboard")

    async def open_integration(self) -> None:
        """Open the page of this integration."""
        await self.open(_INTEGRATION_PAGE)

    async def open_device(self, name: str) -> None:
        """Open the page of a device from the integration's page."""
        await self.open_integration()
        # An account's device has the same name as its config entry, which comes first.
        await self.tab.get_by_text(name, exact=True).last.click()
        await expect(self.tab.get_by_text(_DEVICE_INFO)).to_be_visible()

    async def open_entity(self, name: str) -> None:
        """Open the dialog of an entity from its device's page."""
        card = self.tab.locator("ha-device-entities-card")
        await card.get_by_text(name, exact=True).first.click()

    async def open_options(self) -> None:
        """Open the options of the only account."""
        await self.open_integration()
        row = self.tab.locator("ha-config-entry-row")
        await row.get_by_role("button", name="Configure").click()

    async def start_config_flow(self) -> None:
        """Select the integration in the dialog "Add integration"."""
        await self.tab.get_by_role("button", name="Add integration").click()
        dialog = self.tab.locator("dialog-add-integration")
        await dialog.get_by_placeholder("Search for a brand").fill("Ring Partner")
        await dialog.get_by_text("Ring Partner", exact=True).click()

    async def start_reauth_flow(self, screenshot: str) -> None:
        """Start the discovered reauthentication flow on the page with all integrations.

        Args:
            screenshot: Name of the screenshot to take of the page.
        """
        await expect(self.tab.get_by_text("Discovered")).to_be_visible()
        await self.screenshot(screenshot)
        await self.tab.get_by_role("button", name="Reconfigure").click()

    async def select_menu_option(self, option: str) -> None:
        """Select an option of the flow's menu."""
        await self.dialog.get_by_text(option, exact=True).click()

    async def select_account_action(self, action: str) -> None:
        """Select an action in the menu of the only account."""
        row = self.tab.locator("ha-config-entry-row")
        await row.get_by_role("button", name="Menu").first.click()
        await row.locator("ha-dropdown-item", has_text=action).click()

    def number_field(self, label: str) -> Locator:
        """Return a number field in the flow's dialog."""
        return self.dialog.get_by_role("spinbutton", name=label)

    async def submit_secret(self, secret: str) -> None:
        """Fill in the form's only field, a token or key, and submit the form."""
        await self.dialog.locator("input[type=password]").fill(secret)
        await self.submit()

    async def submit(self) -> None:
        """Submit the form."""
        await self.dialog.get_by_role("button", name="Submit").click()

    async def close_dialog(self) -> None:
        """Close the dialog of a flow that was aborted or that changed an account."""
        await self.dialog.get_by_role("button", name="Close").last.click()

    async def skip_device_names(self, screenshot: str | None = None) -> None:
        """Skip the last page of the dialog, which asks for names and areas of devices.

        Args:
            screenshot: Name of the screenshot to take of the page.
        """
        await expect(self.dialog).to_contain_text("Name and assign")
        if screenshot:
            await self.screenshot(screenshot)
        await self.dialog.get_by_role("button", name="Skip and finish").click()

    async def fill_in_credentials(
        self, name: str, client_id: str, client_secret: str
    ) -> None:
        """Fill in the dialog for application credentials."""
        for field, value in (
            ("name", name),
            ("clientId", client_id),
            ("clientSecret", client_secret),
        ):
            await self.credentials_dialog.locator(f"[name={field}] input").fill(value)

    async def add_credentials(self) -> None:
        """Submit the dialog for application credentials."""
        await self.credentials_dialog.get_by_role("button", name="Add").click()

    async def copy_public_urls(self) -> list[str]:
        """Copy the URLs in the flow's dialog with their copy buttons, top to bottom."""
        await self.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        buttons = self.dialog.locator("ha-code-editor").get_by_label("Copy")
        await expect(buttons.first).to_be_visible()
        urls: list[str] = []
        for button in await buttons.all():
            await button.click()
            urls.append(await self.tab.evaluate("navigator.clipboard.readText()"))
        return urls

    @property
    def video(self) -> Locator:
        """The live view or the clip that is shown."""
        return self.tab.locator("video")

    @property
    def credentials_dialog(self) -> Locator:
        """The dialog for application credentials."""
        return self.tab.locator("dialog-add-application-credential")

    @property
    def dialog(self) -> Locator:
        """The dialog of a config flow or options flow."""
        return self.tab.locator("dialog-data-entry-flow")

    def entity_row(self, name: str) -> Locator:
        """Return the row of an entity on its device's page."""
        return self.tab.locator("ha-device-entities-card").locator(
            "hui-generic-entity-row", has_text=name
        )

    async def screenshot(self, name: str) -> None:
        """Take a screenshot when the network is idle, with animations stopped."""
        await self.tab.wait_for_load_state("networkidle")
        await self.tab.screenshot(
            path=self.screenshots / f"{name}.png", animations="disabled"
        )


class PanelPage:
    """A browser tab with the simulator's control panel.

    Attributes:
        tab: The browser tab.
    """

    def __init__(self, tab: Page, url: str) -> None:
        self.tab = tab
        self._url = url

    async def open(self) -> None:
        """Open the panel and wait until it has loaded its data."""
        await self.tab.goto(self._url)
        await expect(self.tab.get_by_test_id("figure-online")).to_contain_text("of")

    async def set_online(self, slug: str, *, online: bool) -> None:
        """Set whether a device is online."""
        switch = self.tab.get_by_test_id(f"device-{slug}-online")
        await switch.set_checked(online)
        await expect(switch).to_be_checked(checked=online)

    async def click(self, test_id: str) -> None:
        """Click a button."""
        await self.tab.get_by_test_id(test_id).click()

    async def console_value(self, field: str) -> str:
        """Return the value of a field in the developer console."""
        return await self.tab.get_by_test_id(f"console-{field}").input_value()

    async def save_console(self, **values: str) -> None:
        """Change fields in the developer console and save them.

        Args:
            values: Values by field name, such as ``webhook_url``.
        """
        for name, value in values.items():
            field = name.replace("_", "-")
            await self.tab.get_by_test_id(f"console-{field}").fill(value)
        async with self.tab.expect_response(
            lambda response: response.request.method == "PATCH"
        ) as response:
            await self.click("console-save")
        if not (await response.value).ok:
            raise HarnessError("The simulator refused the values of the console")

    async def open_app_store(self) -> Page:
        """Open the page that installs the Ring app, and return its tab."""
        async with self.tab.context.expect_page() as tab:
            await self.click("open-appstore")
        return await tab.value

    async def issue_token(self) -> str:
        """Issue a Playground token and return it."""
        field = self.tab.get_by_test_id("token-value")
        before = await field.input_value()
        await self.click("token-issue")
        await expect(field).not_to_have_value(before)
        return await field.input_value()
