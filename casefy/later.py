"""Modules that are loaded when they are first used, though the libraries around them import them at once."""

import importlib.util
import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# Passkeys bring a library of cryptography: ten megabytes in every web worker, for the few who use them.
HEAVY = ("allauth.mfa.webauthn.internal.auth",)


class Later(ModuleType):
    """Stands for a module, and loads it when something of it is asked for."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__, self.__file__ = spec, spec.origin
        self._lock = threading.Lock()
        self._real: ModuleType | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by who looks through all modules, not by who uses this one
            raise AttributeError(name)
        with self._lock:
            if self._real is None:
                spec = self.__spec__
                if spec is None or spec.loader is None:
                    raise ModuleNotFoundError(f"{self.__name__} cannot be loaded")
                real = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(real)
                self._real = real
        return getattr(self._real, name)


def load_heavy_ones_later() -> None:
    """Call before anything imports them; a module that is there already stays as it is."""
    for name in HEAVY:
        if name not in sys.modules and (spec := importlib.util.find_spec(name)):
            sys.modules[name] = Later(spec)
