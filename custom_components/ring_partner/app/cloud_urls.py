"""The URLs of Ring's cloud, or of a simulator during development."""

import logging
import os

from yarl import URL

from ..api import API_URL, OAUTH_URL
from ..const import AUTHORIZE_URL, ENV_API_URL, ENV_OAUTH_URL

_LOGGER = logging.getLogger(__name__)


def api_url() -> URL:
    """Return the origin of Ring's API."""
    return _from_environment(ENV_API_URL, API_URL)


def oauth_url() -> URL:
    """Return the origin of Ring's token endpoint."""
    return _from_environment(ENV_OAUTH_URL, OAUTH_URL)


def authorize_url() -> URL:
    """Return the URL of Ring's sign-in page."""
    page = URL(AUTHORIZE_URL)
    return _from_environment(ENV_OAUTH_URL, page.origin()).join(page.relative())


def uses_simulator() -> bool:
    """Return whether another server is used in place of Ring's API."""
    return bool(os.environ.get(ENV_API_URL))


def log_replaced_urls() -> None:
    """Log a warning for each of Ring's URLs that the environment replaces."""
    for variable in (ENV_API_URL, ENV_OAUTH_URL):
        if url := os.environ.get(variable):
            _LOGGER.warning(
                "%s is set: using %s instead of Ring's cloud", variable, url
            )


def _from_environment(variable: str, default: URL) -> URL:
    return URL(os.environ[variable]) if os.environ.get(variable) else default
