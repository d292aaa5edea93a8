"""Writing files so that nothing is lost: whole or not at all, and never over another file in silence."""

from __future__ import annotations

import os
import secrets
import time
import zlib
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows, where what a killed writer left stays
    fcntl = None  # type: ignore[assignment]

_NEW = 10.0  # seconds in which a file may be there and not be locked yet


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
    data = content.encode(errors="replace") if isinstance(content, str) else content  # half a surrogate pair is ?
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
    mark = f".{zlib.crc32(os.fsencode(target.name)):08x}"  # short: the target's name may be as long as any
    temporary = target.with_name(f"{mark}.{secrets.token_hex(8)}.part")
    kept = target.stat().st_mode & 0o777 if target.exists() else None

    def new_file(name: str, flags: int) -> int:
        try:  # the kernel takes the umask off
            return os.open(name, flags, 0o666 if kept is None else kept)
        except OSError as problem:  # the folder, for nobody knows the temporary file's name
            raise OSError(problem.errno, problem.strerror, str(target.parent)) from None

    try:
        with open(temporary, "xb", opener=new_file) as file:
            if fcntl:
                _is_mine(file)
            _clear(target.parent, mark)
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


def _is_mine(file: IO[Any]) -> bool:
    """Lock a file for as long as it is open; False where a living writer has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clear(folder: Path, mark: str) -> None:
    """Remove what writers of the same target have left behind when they were killed."""
    for part in folder.glob(f"{mark}.*.part") if fcntl else ():
        try:
            with part.open("rb") as file:
                state = os.fstat(file.fileno())
                if state.st_uid == os.geteuid() and time.time() - state.st_mtime > _NEW and _is_mine(file):
                    part.unlink()
        except OSError:  # gone by now, or not ours
            continue
