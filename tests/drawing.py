"""How hypothesis draws its examples: anew each time on a developer's machine, and in CI the same ones each time.

A commit that was green in CI is green there tomorrow, and a red run can be repeated; to find what nobody thought of is
the matter of the many runs elsewhere. Nowhere does an example have to be judged within a time: that would judge the
machine, which does other things as well.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("anew", deadline=None)
settings.register_profile(
    "the same",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("the same" if "CI" in os.environ else "anew")
