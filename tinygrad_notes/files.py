"""Writing files so that nothing is lost: whole or not at all, and never over another file in silence."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_file(path: str | os.PathLike[str], content: str | bytes, *, overwrite: bool = False) -> Path:
    """Write `content` (text as UTF-8) to `path` in one step; whoever reads meets the whole file or none of it.

    A file that already holds exactly this content is left as it is. One that is replaced keeps its permissions,
    and a link goes on pointing to the file behind it, which gets the content.

    Raises FileExistsError where `path` holds something else and `overwrite` is False, or is no file at all, and
    OSError, which names the folder, where that does not exist or cannot be written.

    Example:
        >>> import tempfile
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
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{target} is a folder or a device, which no file replaces: choose another name")
    if target.exists() and not overwrite:
        if target.read_bytes() == data:
            return target
        raise FileExistsError(f"{target} exists and holds something else: choose another name, or pass overwrite=True")
    _replace(target.resolve(), data)
    return target


def _replace(target: Path, data: bytes) -> None:
    """Let `target`, which is no link, hold `data`, under the permissions that it has or that new files get here."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")  # short: the target's name may be as long as any
    kept = target.stat().st_mode & 0o777 if target.exists() else None

    def new_file(name: str, flags: int) -> int:
        try:  # the kernel takes the umask off
            return os.open(name, flags, 0o666 if kept is None else kept)
        except OSError as problem:  # the folder, for nobody knows the temporary file's name
            raise OSError(problem.errno, problem.strerror, str(target.parent)) from None

    try:
        with open(temporary, "xb", opener=new_file) as file:
            if kept is not None:
                temporary.chmod(kept)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:  # an interrupt too, as soon as the file is there
        if temporary.exists():
            temporary.unlink()
        raise
