"""Finds a Chromium for the browser tests; installs Debian's where none is and we may. Says in a sentence what is missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Succeeds in any case: tests that need a browser say so themselves when there is none."""
    if os.environ.get("CASEFY_CHROMIUM") or any(shutil.which(name) for name in NAMES):
        return
    apt = shutil.which("apt-get")
    root = os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if apt is None or not (root or (shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0)):
        print("  ! No Chromium here, and none can be installed: the browser tests will fail. Install chromium or set CASEFY_CHROMIUM.")
        return
    print("  … Chromium for the browser tests", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*sudo, *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{done.stdout[-1500:]}{done.stderr[-1500:]}\nChromium could not be installed. Install it yourself or set CASEFY_CHROMIUM.")
    print("  ✓ Chromium for the browser tests", flush=True)


if __name__ == "__main__":
    main()
