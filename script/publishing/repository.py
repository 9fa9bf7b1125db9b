"""Sets the address of the repository on GitHub in all files."""

import argparse
from collections.abc import Sequence
import re
import sys

from .checkout import MANIFEST, PublishingError, read_manifest, tracked_files

_HOST = "github.com"
_OWNER = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_NAME = r"(?!\.+$)[\w.-]+(?<!\.git)"


def set_repository(repository: str, code_owner: str | None = None) -> None:
    """Replace the address of the repository, and the code owner.

    Args:
        repository: Owner and name, separated by a slash.
        code_owner: Name of the code owner on GitHub; the owner by default.

    Raises:
        PublishingError: A name is not possible on GitHub.
    """
    if not re.fullmatch(f"{_OWNER}/{_NAME}", repository, re.ASCII):
        raise PublishingError(f"{repository!r} is not OWNER/NAME")
    owner = (code_owner or repository.partition("/")[0]).removeprefix("@")
    if not re.fullmatch(_OWNER, owner):
        raise PublishingError(f"{code_owner!r} is not a name on GitHub")
    manifest = read_manifest()
    before = manifest["documentation"].removeprefix(f"https://{_HOST}/")
    # Links can contain the address as a parameter, which is percent-encoded.
    addresses = {
        rf"{re.escape(f'{_HOST}/{before}'.replace('/', slash))}(?![\w-])": (
            f"{_HOST}/{repository}".replace("/", slash)
        )
        for slash in ("/", "%2F")
    }
    for path in tracked_files():
        content = path.read_bytes()
        changed = content
        for old, new in addresses.items():
            changed = re.sub(old.encode(), new.encode(), changed)
        if path == MANIFEST:
            (old_owner,) = manifest["codeowners"]
            changed = changed.replace(f'"{old_owner}"'.encode(), f'"@{owner}"'.encode())
        if changed != content:
            path.write_bytes(changed)


def main(argv: Sequence[str] | None = None) -> int:
    """Run script/set-repository and return its exit status."""
    parser = argparse.ArgumentParser("script/set-repository", description=__doc__)
    parser.add_argument("repository", metavar="OWNER/NAME")
    parser.add_argument(
        "code_owner", metavar="CODEOWNER", nargs="?", help="the owner by default"
    )
    arguments = parser.parse_args(argv)
    try:
        set_repository(arguments.repository, arguments.code_owner)
    except PublishingError as err:
        print(f"script/set-repository: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
