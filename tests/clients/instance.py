"""A fresh Tessera for one check: a server of its own, an empty database, an administrator, a token."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
EMAIL = "admin@example.org"
PASSWORD = "a tile of the mosaic 7"
LISTENING = re.compile(r"listening on (http://\S+)")


@dataclass(frozen=True)
class Instance:
    """Where it listens, and an administrator: their id, a personal access token, a session."""

    url: str
    user: str
    token: str
    session: str


@contextmanager
def running(settings: dict[str, str] | None = None) -> Iterator[Instance]:
    """Starts a server with these settings and stops it at the end; its log is shown when it does not start."""
    program = os.environ.get("TESSERA_BIN", str(ROOT / "target/debug/tessera"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TESSERA_")},
        "TESSERA_ADMIN_EMAIL": EMAIL,
        "TESSERA_ADMIN_PASSWORD": PASSWORD,
        **(settings or {}),
    }
    with tempfile.TemporaryDirectory(prefix="tessera-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as errors:
            server = subprocess.Popen(
                [program, "serve", "--listen", "127.0.0.1:0", "--data-dir", f"{folder}/data"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            url = _address(server, log)
            yield _signed_in(url)
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _address(server: subprocess.Popen, log: Path) -> str:
    for line in server.stdout:
        if found := LISTENING.search(line):
            return found[1]
    raise RuntimeError(f"Tessera did not start:\n{log.read_text()}")


def _signed_in(url: str) -> Instance:
    with httpx.Client(base_url=url) as client:
        login = client.post("/api/_allauth/app/v1/auth/login", json={"email": EMAIL, "password": PASSWORD})
        login.raise_for_status()
        user = login.json()["data"]["user"]["id"]
        session = login.json()["meta"]["access_token"]
        created = client.post(
            "/api/iam/auth-tokens/",
            json={"name": "tests", "expiry": 1},
            headers={"Authorization": f"Token {session}"},
        )
        created.raise_for_status()
        return Instance(url, user, created.json()["token"], session)
