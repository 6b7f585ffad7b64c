"""The letters of the Latin alphabets without their marks, for keys, addresses, initials and searches."""

import unicodedata

# What no decomposition takes apart.
_SPECIAL = str.maketrans(
    {"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t"}
)


def plain_letters(text: str) -> str:
    """Return the text in small letters without marks: "Łódź & Søn" gives "lodz & son"; ß becomes ss."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_SPECIAL)
