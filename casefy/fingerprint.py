"""A short digest of what migrations are made of: the same digest means there is nothing to migrate."""

import hashlib
from pathlib import Path

from casefy.env import ROOT

PATTERNS = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/migrations/**/*.sql",
    "*/sql/**/*.sql",
    "tenants/postgres/*.py",
    "tenants/constraints.py",
    "casefy/bootstrap.py",
    "requirements/runtime.txt",
)


def migrations(root: Path = ROOT) -> str:
    """Twelve hex digits over every migration, the files they read and the locked versions of other people's apps."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in PATTERNS for path in root.glob(pattern)}):
        if not path.relative_to(root).parts[0].startswith("."):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
