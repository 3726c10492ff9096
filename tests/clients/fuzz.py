"""Schemathesis over the whole document that Tessera serves, with an administrator's token; see schemathesis.toml."""

import subprocess
import sys
from pathlib import Path

from instance import running

HERE = Path(__file__).parent


def main() -> int:
    with running() as instance:
        arguments = [f"{instance.url}/api/schema/?format=json", "--header", f"Authorization: Token {instance.token}"]
        return subprocess.run([Path(sys.executable).with_name("schemathesis"), "run", *arguments], cwd=HERE).returncode


if __name__ == "__main__":
    sys.exit(main())
