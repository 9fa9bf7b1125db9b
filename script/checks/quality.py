"""quality_scale.yaml: the rules of Home Assistant's Integration Quality Scale."""

from collections.abc import Iterator
import re

import yaml

from .tree import INTEGRATION, Finding, Tree

QUALITY = INTEGRATION / "quality_scale.yaml"

# By tier: bronze, silver, gold, platinum.
_RULES = """
    action-setup appropriate-polling brands common-modules config-flow-test-coverage
    config-flow dependency-transparency docs-actions docs-conditions
    docs-high-level-description docs-installation-instructions
    docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
    has-entity-name runtime-data test-before-configure test-before-setup
    unique-config-entry

    action-exceptions config-entry-unloading docs-configuration-parameters
    docs-installation-parameters entity-unavailable integration-owner
    log-when-unavailable parallel-updates reauthentication-flow test-coverage

    devices diagnostics discovery-update-info discovery docs-data-update docs-examples
    docs-known-limitations docs-supported-devices docs-supported-functions
    docs-troubleshooting docs-use-cases dynamic-devices entity-category
    entity-device-class entity-disabled-by-default entity-translations
    exception-translations icon-translations reconfiguration-flow repair-issues
    stale-devices

    async-dependency inject-websession strict-typing
    """
RULES = frozenset(_RULES.split())


def check_quality_scale(tree: Tree) -> Iterator[Finding]:
    """All rules are answered, in words that Home Assistant knows."""
    text = tree.text(QUALITY) if QUALITY in tree else ""
    try:
        rules = (yaml.safe_load(text) or {}).get("rules") or {}
    except yaml.YAMLError as error:
        yield Finding(QUALITY, 1, f"is not YAML: {error}")
        return
    for rule in sorted(RULES - rules.keys()):
        yield Finding(QUALITY, 1, f"lacks the rule {rule!r}")
    for rule, answer in rules.items():
        if message := _fault(rule, answer):
            found = re.search(rf"^  {re.escape(str(rule))}:", text, re.MULTILINE)
            line = text.count("\n", 0, found.start()) + 1 if found else 1
            yield Finding(QUALITY, line, message)


def _fault(rule: object, answer: object) -> str | None:
    if rule not in RULES:
        return f"{rule!r} is not a rule"
    if answer in ("done", "todo"):
        return None
    if not isinstance(answer, dict) or answer.keys() - {"status", "comment"}:
        return f"{rule!r} is neither done nor todo nor a status with a comment"
    if answer.get("status") not in ("done", "todo", "exempt"):
        return f"{rule!r} has no valid status"
    if answer["status"] == "exempt" and not str(answer.get("comment") or "").strip():
        return f"{rule!r} is exempt without a comment"
    return None
