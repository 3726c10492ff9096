"""Schemathesis over the whole document that Tessera serves, as an administrator; see schemathesis.toml and hooks.py.

Arguments go on to schemathesis: `--seed 7 --max-time 600` looks where the checks of every day do not.
"""

import os
import re
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
        lines = []
        with subprocess.Popen(command, cwd=HERE, env={**os.environ, **who}, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                print(line, end="", flush=True)
                lines.append(line)
        if run.returncode != 0:
            sys.stderr.write(failures(lines))
        return run.returncode


def failures(lines: list[str]) -> str:
    """What was found, without what schemathesis tells of its work before and after it."""
    heading = [number for number, line in enumerate(lines) if re.match(r"=+ (FAILURES|ERRORS|SUMMARY) =+", line)]
    return "".join(lines[heading[0] : heading[-1]] if len(heading) > 1 else lines[-60:])


if __name__ == "__main__":
    sys.exit(main())
