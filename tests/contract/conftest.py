"""The stores under contract, and a throwaway PostgreSQL server for one of them."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from log_streams import opening

from quorate.log import Store
from quorate.log.stores.memory import MemoryStore

Opened = Callable[[], Store]


def _binaries() -> Path | None:
    """Where PostgreSQL's programs are: the newest of the system's versions, or those on the search path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _no_server(reason: str) -> NoReturn:
    """Without a server the contract goes unproved for PostgreSQL: said aloud, and a failure where it counts."""
    message = f"POSTGRESQL IS NOT TESTED: {reason}; install a PostgreSQL server to run these tests."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A connection string to a server of our own, on a Unix socket only, run by a user who is not root."""
    binaries = _binaries()
    if binaries is None:
        _no_server("no server programs were found")
    home = tmp_path_factory.mktemp("pg")
    user = _unprivileged(home)
    data = home / "data"
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-A", "trust", "-U", "quorate", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=home,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        _no_server(f"initdb failed ({getattr(error, 'stderr', b'') or error})")
    settings = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={home}"]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, *settings], user=user, cwd=home, stderr=subprocess.DEVNULL
    )
    try:
        dsn = f"host={home} user=quorate dbname=postgres"
        _await(server, binaries / "pg_isready", home)
        yield dsn
    finally:
        server.terminate()
        server.wait(20)


def _unprivileged(home: Path) -> str | None:
    """The user to run the server: oneself, or for root, whom PostgreSQL refuses, a user without privileges."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, user)
    for folder in home.parents:  # pytest's own folders, which it keeps closed to others
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o711)
    return user


def _await(server: subprocess.Popen[bytes], ready: Path, home: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            _no_server("the server ended as soon as it was started")
        if subprocess.run([ready, "-q", "-h", home], check=False).returncode == 0:
            return
        time.sleep(0.05)
    _no_server("the server did not come up")


@pytest.fixture
def postgres_dsn(postgres_server: str) -> Iterator[str]:
    """A connection string to an empty schema of the test's own."""
    import psycopg

    schema = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield f"{postgres_server} options='-c search_path={schema}'"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A log that several processes can open: (kind, place)."""
    if request.param == "sqlite":
        return "sqlite", str(tmp_path / "log.db")
    return "postgres", request.getfixturevalue("postgres_dsn")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the one log of the test, as often as asked; memory has nothing to open twice."""
    with contextlib.ExitStack() as stack:
        memory = MemoryStore()
        place = str(tmp_path / "log.db")
        if request.param == "postgres":
            place = request.getfixturevalue("postgres_dsn")
        yield lambda: memory if request.param == "memory" else stack.enter_context(opening(request.param, place))


@pytest.fixture
def store(opened: Opened) -> Store:
    """The test's log, opened."""
    return opened()
