"""Writing files so that nothing is lost: whole or not at all, and never over another file in silence."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_file(path: str | os.PathLike[str], content: str | bytes, *, overwrite: bool = False) -> Path:
    """Write `content` (text as UTF-8) to `path` in one step; whoever reads meets the whole file or none of it.

    A file that already holds exactly this content is left as it is.

    Raises FileExistsError where `path` holds something else and `overwrite` is False, and OSError where the
    folder does not exist or cannot be written.

    Example:
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = write_file(Path(folder.name) / "note.txt", "∂C/∂W")
        >>> path.read_text(encoding="utf-8")
        '∂C/∂W'
        >>> write_file(path, "other") # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        FileExistsError: ...note.txt exists and holds something else: choose another name, or pass overwrite=True
        >>> folder.cleanup()
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    if target.exists() and not overwrite:
        if target.is_file() and target.read_bytes() == data:
            return target
        raise FileExistsError(f"{target} exists and holds something else: choose another name, or pass overwrite=True")
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def _umask() -> int:
    mask = os.umask(0)  # the only way to read it is to set it
    os.umask(mask)
    return mask
