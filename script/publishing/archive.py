"""The zip file that HACS downloads."""

from pathlib import Path
import zipfile

from .checkout import INTEGRATION, tracked_files

# The earliest time that a zip file can contain.
_TIME = (1980, 1, 1, 0, 0, 0)


def build_archive(path: Path) -> None:
    """Write the files of the integration to a zip file.

    HACS unpacks it in the folder of the integration. The same files always give the
    same bytes: they are sorted, have a fixed time, and are not compressed, as different
    versions of zlib compress them differently.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for file in tracked_files(INTEGRATION):
            name = file.relative_to(INTEGRATION).as_posix()
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
