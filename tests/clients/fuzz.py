"""Schemathesis over the whole document that Tessera serves, as an administrator; see schemathesis.toml and hooks.py.

Arguments go on to schemathesis: `--seed 7 --max-time 600` looks where the checks of every day do not.
"""

import os
import subprocess
import sys
from pathlib import Path

from instance import running

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


def main() -> int:
    # The hooks name an address in X-Forwarded-For.
    with running({"TESSERA_TRUSTED_PROXIES": "127.0.0.1/32"}) as instance:
        who = {
            "TESSERA_USER": instance.user,
            "TESSERA_TOKEN": f"Token {instance.token}",
            "TESSERA_SESSION": instance.session,
        }
        command = [SCHEMATHESIS, "run", f"{instance.url}/api/schema/?format=json", *sys.argv[1:]]
        return subprocess.run(command, cwd=HERE, env={**os.environ, **who}).returncode


if __name__ == "__main__":
    sys.exit(main())
