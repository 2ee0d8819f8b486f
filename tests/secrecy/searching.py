"""Looking for words where no word may be: in files, in every writing a program could have left them in."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote_plus


def marker(word: str) -> str:
    """Return a word nobody else writes; its ö differs between encodings."""
    return f"{word}ö{secrets.token_hex(5)}"


def writings(text: str) -> dict[str, bytes]:
    """Return the ways a file can hold a text."""
    plain = text.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "percent": quote_plus(text).encode(),
        "json": json.dumps(text).strip('"').encode(),
        "latin-1": text.encode("latin-1", "replace"),
        "hex": plain.hex().encode(),
    }
    for shift in range(3):  # base64 depends on where in a text the word begins; its own first letters may differ
        packed = base64.b64encode(bytes(shift) + plain).rstrip(b"=")
        found[f"base64-{shift}"] = packed[4:-2]
    return found


def find(places: Mapping[str, bytes], texts: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (place, text, encoding) for every text that is found."""
    return [
        (place, text, writing)
        for text in texts
        for writing, form in writings(text).items()
        for place, content in places.items()
        if form in content
    ]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def copy_of_database(path: Path, folder: Path) -> Path:
    """Copy a database with its write-ahead log, for controls that write into it."""
    folder.mkdir()
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{path}{suffix}").exists():
            shutil.copy(f"{path}{suffix}", f"{folder / path.name}{suffix}")
    return folder / path.name


def database_bytes(path: Path) -> dict[str, bytes]:
    """Return the files of a database: the pages, free ones too, and the write-ahead log."""
    found = {"pages": path, "log": Path(f"{path}-wal")}
    return {name: file.read_bytes() for name, file in found.items() if file.exists()}


def write_in_the_clear(path: Path, text: str, *, then_delete: bool = False) -> None:
    """Write a text into a database as no code of ours does; the log is left as a crash would leave it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE control (words TEXT)")
    connection.execute("INSERT INTO control VALUES (?)", (text,))
    if then_delete:
        connection.execute("DROP TABLE control")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # Closing would empty the log, so it is copied first.
    log = Path(f"{path}-wal")
    kept = log.read_bytes() if log.exists() else b""
    connection.close()
    if kept:
        log.write_bytes(kept)


def rows_of(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: list(connection.execute(f'SELECT * FROM "{name}"')) for name in names}
