"""strings.json against the code."""

import pytest

from script.checks import texts

from .copies import EXTRA, FLOW, SENSOR, STRINGS, Copy, expect


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        (EXTRA, 'errors["base"] = "strange"', "config.error.strange"),
        (EXTRA, 'errors = {"base": "strange"}', "config.error.strange"),
        (EXTRA, '_LINK_ERRORS = {ValueError: "strange"}', "config.error.strange"),
        (EXTRA, 'self.async_show_form(step_id="strange")', "config.step.strange"),
        (
            EXTRA,
            'self.async_show_form(errors={"base": "strange"})',
            "config.error.strange",
        ),
        (EXTRA, 'self.async_external_step(step_id="strange")', "config.step.strange"),
        (EXTRA, 'self.async_abort(reason="strange")', "config.abort.strange"),
        (EXTRA, 'AbortFlow("strange")', "config.abort.strange"),
        (
            EXTRA,
            "self._abort_if_unique_id_mismatch()",
            "config.abort.unique_id_mismatch",
        ),
        (
            EXTRA,
            'self.async_show_menu(menu_options=["strange"])',
            "config.menu_options.strange",
        ),
        (
            EXTRA,
            (
                "class Options(OptionsFlow):\n"
                "    async def async_step_strange(self):\n"
                '        self.show("strange")'
            ),
            "options.step.strange",
        ),
        (
            EXTRA,
            'UpdateFailed(translation_domain=DOMAIN, translation_key="strange")',
            "exceptions.strange",
        ),
        (
            EXTRA,
            (
                "UpdateFailed(translation_domain=DOMAIN, translation_key="
                '"signed_out" if x else "strange")'
            ),
            "exceptions.strange",
        ),
        (
            EXTRA,
            'UpdateFailed(translation_domain=DOMAIN, translation_key="update_failed")',
            "'reason' is not filled in",
        ),
        (
            EXTRA,
            'ir.async_create_issue(translation_key="strange")',
            "issues.strange",
        ),
        (EXTRA, "ConfirmRepairFlow()", "fix_flow.step.confirm"),
        (
            EXTRA,
            'SelectSelectorConfig(options=["a"], translation_key="strange")',
            "selector.strange",
        ),
        (SENSOR, '_attr_translation_key = "strange"', "entity.sensor.strange"),
        (
            SENSOR,
            'X = SensorEntityDescription(translation_key="strange")',
            "entity.sensor.strange",
        ),
        (EXTRA, 'X = EntityDescription(translation_key="strange")', "strange"),
        (
            SENSOR,
            'STRANGE = "strange"\nX = Description(translation_key=STRANGE)',
            "entity.sensor.strange",
        ),
        (
            SENSOR,
            (
                "class Odd(StrEnum):\n"
                '    STRANGE = "strange"\n'
                'X = Description(translation_key="api_status", options=list(Odd))'
            ),
            "entity.sensor.api_status has no state 'strange'",
        ),
        (EXTRA, 'text(hass, "strange")', "common.strange"),
        (EXTRA, 'text(hass, f"strange_{x}")', "common.strange_*"),
        (EXTRA, 'text(hass, TABLE.get(x, "strange"))', "common.strange"),
        (EXTRA, 'TABLE = {1: "strange"}\ntext(hass, TABLE[x])', "common.strange"),
        (EXTRA, 'text(hass, x or "strange")', "common.strange"),
        (
            EXTRA,
            """class Odd(StrEnum):
                STRANGE = "strange"
text(hass, Odd.STRANGE.value)""",
            "common.strange",
        ),
        (
            EXTRA,
            """def show(hass):
                key = "logbook_ring"
                if x:
                    key = "strange"
                    key = key + "r"
                text(hass, key)""",
            "common.strange",
        ),
        (
            EXTRA,
            """WAYS = ["strange"]
self.async_show_menu(menu_options=[*(WAYS if x else []), "playground"])""",
            "config.menu_options.strange",
        ),
        (
            EXTRA,
            'self.async_show_progress(progress_action="strange")',
            "config.progress.strange",
        ),
        (FLOW, 'vol.Required("strange")', "no step has the field 'strange'"),
    ],
)
def test_missing_texts(copy: Copy, path: str, code: str, expected: str) -> None:
    copy.append(path, f"\n{code}\n")
    lines = (copy.root / path).read_text().count("\n")
    found = copy.found(texts.check_missing_texts)
    assert len(found) == 1, found
    assert expected in found[0]
    assert found[0].startswith(f"{path}:")
    assert lines - 3 <= int(found[0].split(":")[1]) <= lines


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("config", "step", "user", "description"), "nothing fills in 'strange'"),
        (("config", "abort", "wrong_account"), "nothing fills in 'strange'"),
        (("common", "notification_outage_title"), "nothing fills in 'strange'"),
    ],
)
def test_unknown_placeholders(copy: Copy, keys: tuple[str, ...], expected: str) -> None:
    copy.change(STRINGS, *keys, to="A {strange} text")
    expect(copy, texts.check_missing_texts, expected)


@pytest.mark.parametrize(
    "keys",
    [
        ("common", "strange"),
        ("config", "abort", "strange"),
        ("config", "error", "strange"),
        ("config", "step", "strange", "title"),
        ("config", "step", "user", "data", "strange"),
        ("config", "step", "user", "data_description", "strange"),
        ("config", "step", "user", "menu_options", "strange"),
        ("options", "step", "strange", "title"),
        ("entity", "sensor", "strange", "name"),
        ("entity", "sensor", "api_status", "state", "strange"),
        ("entity", "sensor", "api_status", "state_attributes", "strange", "name"),
        ("exceptions", "strange", "message"),
        ("issues", "strange", "title"),
        ("issues", "network_refused", "fix_flow", "step", "strange", "title"),
        ("selector", "strange", "options", "ok"),
        ("system_health", "info", "strange"),
    ],
)
def test_idle_texts(copy: Copy, keys: tuple[str, ...]) -> None:
    copy.change(STRINGS, *keys, to="Text")
    expect(copy, texts.check_idle_texts, "nothing uses 'strange'")


def test_texts_whose_use_has_gone(copy: Copy) -> None:
    copy.write(FLOW, "")
    found = copy.found(texts.check_idle_texts)
    for idle in "malformed_token", "reauth_playground", "wrong_account":
        assert any(f"nothing uses {idle!r}" in one for one in found), idle


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ('text(hass, f"strange_{x}")\nX = "zz"', True),
        ('text(hass, f"strange_{x}")', False),
        ('text(hass, f"{x}_zz")\nY = f"strange{y}"\nY = ""', False),
        ('text(hass, f"{x}_zz")\nY = f"str{y}"\nY = "ange"', True),
        ("text(hass, x)", False),
        ('text(hass, x)\nX = "strange_zz"', True),
    ],
)
def test_texts_put_together(copy: Copy, code: str, *, used: bool) -> None:
    copy.write(EXTRA, code)
    copy.change(STRINGS, "common", "strange_zz", to="Text")
    found = [one for one in copy.found(texts.check_idle_texts) if "strange" in one]
    assert found == [] if used else len(found) == 1


def test_what_home_assistant_says_by_itself(copy: Copy) -> None:
    copy.append(
        EXTRA,
        """
class Flow(ConfigFlow):
    async def async_step_user(self):
        return self.async_update_reload_and_abort(entry)

    async def async_step_reconfigure(self):
        return self.async_step_user()
""",
    )
    copy.change(STRINGS, "config", "abort", "reconfigure_successful", to=None)
    missing = f"{EXTRA}:4: no text: config.abort.reconfigure_successful"
    assert missing in copy.found(texts.check_missing_texts)
    copy.change(STRINGS, "config", "abort", "reconfigure_successful", to="Text")
    assert not copy.found(texts.check_missing_texts)
    assert not copy.found(texts.check_idle_texts)


def test_steps_without_texts(copy: Copy) -> None:
    copy.append(
        EXTRA,
        """
class Flow(ConfigFlow):
    async def async_step_strange(self):
        return self.async_show_progress(step_id="strange", progress_action="wait")
""",
    )
    copy.change(STRINGS, "config", "progress", "wait", to="Text")
    assert not copy.found(texts.check_missing_texts)


def test_signing_in_brings_texts(copy: Copy) -> None:
    copy.append(EXTRA, 'self.async_abort(reason="oauth_strange")')
    copy.append(EXTRA, '\nself.async_abort(reason="oauth_error")')
    copy.append(EXTRA, "\nclass Flow(AbstractOAuth2FlowHandler):\n    pass")
    expect(copy, texts.check_missing_texts, "config.abort.oauth_strange")
