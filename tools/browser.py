"""Finds a Chromium for the browser tests; installs Debian's where none is and we may. Says in a sentence
what is missing.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Succeeds in any case: tests that need a browser say so themselves when there is none."""
    if os.environ.get("CASEFY_CHROMIUM") or any(shutil.which(name) for name in NAMES):
        return
    apt, sudo = shutil.which("apt-get"), [] if os.geteuid() == 0 else ["sudo", "-n"]
    if apt is None or not _may(sudo):
        print(
            "  ! No Chromium here, and none can be installed: the browser tests will fail. "
            "Install chromium or set CASEFY_CHROMIUM."
        )
        return
    print("  … Chromium for the browser tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        [apt, "update", "-qq"],
        [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(
            [*sudo, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(
                f"{done.stdout[-1500:]}{done.stderr[-1500:]}\n"
                "Chromium could not be installed. Install it yourself or set CASEFY_CHROMIUM."
            )
    print("  ✓ Chromium for the browser tests", flush=True)


def _may(sudo: list[str]) -> bool:
    if not sudo:
        return True
    has_sudo = shutil.which("sudo")
    return (
        bool(has_sudo) and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0
    )


if __name__ == "__main__":
    main()
