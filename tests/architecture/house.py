"""Reads the product's source once, for the house rules."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casefy.env import ROOT

DOMAIN = ("tenants", "timeline", "templates_app", "cases", "outbound", "automations")
APPS = ("casefy", *DOMAIN, "api", "ui")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def app(self) -> str:
        """The app it belongs to."""
        return self.path.parts[0]

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote most of it."""
        return "migrations" in self.path.parts

    def at(self, node: ast.AST) -> str:
        """`path:line`, as editors understand it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def walk(self, *kinds: type) -> Iterator[ast.AST]:
        """Every node of these kinds."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def imports(self) -> Iterator[tuple[str, ast.AST]]:
        """Every imported name, whole: `django.http.HttpResponse`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def modules(*apps: str, migrations: bool = False) -> tuple[Module, ...]:
    """The parsed files of these apps (all of them by default)."""
    found = []
    for app in apps or APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            text = path.read_text()
            module = Module(path.relative_to(ROOT), text, ast.parse(text, str(path)))
            if migrations or not module.is_migration:
                found.append(module)
    return tuple(found)


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file git knows, relative to the root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(Path(name) for name in listing.stdout.split("\0") if name)
