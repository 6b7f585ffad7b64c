"""Keys: the stable ids of stages, fields, options and outcomes, made from their first name."""

import re
from collections.abc import Container

from casefy.latin import plain_letters

LONGEST_KEY = 63
KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


def make_key(name: str, taken: Container[str], fallback: str) -> str:
    """A fresh key resembling the name: "Ready to pay" gives `ready_to_pay`, a second one `ready_to_pay_2`.

    `fallback` (such as "stage") is used where the name has no letters that a key may have.
    """
    stem = re.sub(r"[^a-z0-9]+", "_", plain_letters(name)).strip("_")
    if not stem:
        stem = fallback
    elif not stem[0].isalpha():
        stem = f"{fallback}_{stem}"
    stem = stem[: LONGEST_KEY - 6].strip("_")
    key, count = stem, 1
    while key in taken:
        count += 1
        key = f"{stem}_{count}"
    return key
