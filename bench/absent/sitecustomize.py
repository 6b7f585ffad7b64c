"""With this folder on its path, Python does without the packages that `BENCH_ABSENT` names (see `bench.installed`)."""

import os
import sys


class Absent:
    """Finds nothing where something is."""

    names = frozenset(os.environ.get("BENCH_ABSENT", "").split(","))

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse what is named; leave everything else to the others."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r} where the product is installed.", name=name)


sys.meta_path.insert(0, Absent())
