"""Where the embedded services keep their files, and as whom they run.

Postgres refuses to run as root. Started by root, the services run as an account of their own, which can enter neither
root's home nor a private checkout: then binaries and data live in `/var/lib/casefy` instead of `CASEFY_HOME`.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "casefy-services"
SHARED = Path("/var/lib/casefy")


@dataclass(frozen=True, slots=True)
class RunsAs:
    """The account services run as; `uid` is None for "as myself"."""

    uid: int | None
    gid: int | None

    @property
    def popen_options(self) -> dict[str, object]:
        """What subprocess needs to become this account."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> RunsAs:
    """Myself, or as root a separate account, made when it is missing (`nobody` where none can be made)."""
    if os.geteuid() != 0:
        return RunsAs(None, None)
    for name in (ACCOUNT, "nobody"):
        entry = _entry(name) or (_make_account() if name == ACCOUNT else None)
        if entry:
            return RunsAs(entry.pw_uid, entry.pw_gid)
    raise RuntimeError(
        "Started by root, Postgres needs another account to run as. Start as an ordinary user instead."
    )


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_account() -> pwd.struct_passwd | None:
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        ACCOUNT,
    ]
    if shutil.which("useradd"):
        subprocess.run(command, capture_output=True, check=False, timeout=60)
    return _entry(ACCOUNT)


def enterable(path: Path, account: RunsAs) -> bool:
    """Whether the account can walk down to `path` (which may not exist yet)."""
    if account.uid is None:
        return True
    for folder in (path, *path.parents):
        if not folder.is_dir():
            continue
        status = folder.stat()
        others = status.st_mode & stat.S_IXOTH
        if not others and status.st_uid != account.uid:
            return False
    return True


def data_folder(home: Path, account: RunsAs, mark: str) -> Path:
    """Where services keep their data: in `home`, or in a shared place where the account could not enter `home`.

    The choice is made once and noted. `mark` names the folder in the shared place: it belongs to the home's secrets,
    so that a home which was deleted and made anew never meets the old one's data.
    """
    note = home / "data-is-in"
    if not note.exists():
        note.write_text("home" if enterable(home, account) else "shared")
    return home if note.read_text() == "home" else SHARED / mark


def own(folder: Path, account: RunsAs, mode: int = 0o700) -> None:
    """Make the folder, private to the account."""
    _make_enterable(folder.parent)
    folder.mkdir(mode=mode, exist_ok=True)
    if account.uid is not None and folder.stat().st_uid != account.uid:
        os.chown(folder, account.uid, account.gid if account.gid is not None else -1)


def _make_enterable(folder: Path) -> None:
    """Make a folder and those above it where they are missing, open to everybody whatever the umask says."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(0o755)


def _open_to_everybody(folder: Path) -> None:
    """Let everybody read and run what its owner may, whatever umask it was installed under."""
    for each in (folder, *folder.rglob("*")):
        if not each.is_symlink():
            mode = each.stat().st_mode
            each.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)


def runnable(root: Path, parts: Sequence[str], account: RunsAs, name: str) -> Path:
    """`root`, or a folder with copies of these `parts` of it where the account can reach them.

    `name` carries the version: another version is another copy. Parts keep their places relative to each other,
    because programs find their libraries that way.
    """
    if enterable(root, account):
        return root
    target = SHARED / "binaries" / name
    if not target.exists():
        _make_enterable(target.parent)
        draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=".copying-"))
        for part in parts:
            if (root / part).exists():
                shutil.copytree(root / part, draft / part, symlinks=True)
        _open_to_everybody(draft)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
            if not target.exists():  # otherwise somebody else was first, with the same files
                raise
    return target
