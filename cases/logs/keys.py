"""Keys for stages, fields and options from the words of a file: short, plain, unique."""

import re
import unicodedata
from collections.abc import Container, Iterable

MAX_KEY_CHARACTERS = 40


def key_for(text: str, taken: Container[str], *, fallback: str) -> str:
    """A key of lower-case letters, digits and underscores that begins with a letter and is not taken yet."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    named = words if words[:1].isalpha() else f"{fallback}_{words}"
    base = named[:MAX_KEY_CHARACTERS].rstrip("_")
    key, repeat = base, 2
    while key in taken:
        suffix = f"_{repeat}"
        key, repeat = base[: MAX_KEY_CHARACTERS - len(suffix)].rstrip("_") + suffix, repeat + 1
    return key


def keys_for(texts: Iterable[str], *, taken: Iterable[str] = (), fallback: str) -> dict[str, str]:
    """A key for every text, in order; the same text has the same key."""
    used = set(taken)
    keys: dict[str, str] = {}
    for text in texts:
        if text not in keys:
            keys[text] = key_for(text, used, fallback=fallback)
            used.add(keys[text])
    return keys
