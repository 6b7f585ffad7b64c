"""GitHub's Markdown to HTML, by the C library that comes with cmarkgfm.

The package's own function frees neither the tree nor the text that the library makes: six kilobytes for every comment
that was ever shown. So the library is called here, and what it made is given back.
"""

import ctypes

import cmarkgfm.cmark as cmark

EXTENSIONS = (b"table", b"autolink", b"tagfilter", b"strikethrough", b"tasklist")
OPTIONS = cmark.Options.CMARK_OPT_GITHUB_PRE_LANG | cmark.Options.CMARK_OPT_HARDBREAKS

cmark.core_extensions_ensure_registered()
_library = ctypes.CDLL(cmark._cmark.__file__)
_free = ctypes.CDLL(None).free
_free.argtypes, _free.restype = [ctypes.c_void_p], None


def _function(name: str, gives: type | None, *takes: type) -> "ctypes._NamedFuncPointer":
    found = _library[f"cmark_{name}"]
    found.argtypes, found.restype = takes, gives
    return found


_POINTER = ctypes.c_void_p
_new = _function("parser_new", _POINTER, ctypes.c_int)
_find = _function("find_syntax_extension", _POINTER, ctypes.c_char_p)
_attach = _function("parser_attach_syntax_extension", ctypes.c_int, _POINTER, _POINTER)
_attached = _function("parser_get_syntax_extensions", _POINTER, _POINTER)
_feed = _function("parser_feed", None, _POINTER, ctypes.c_char_p, ctypes.c_size_t)
_finish = _function("parser_finish", _POINTER, _POINTER)
_render = _function("render_html", _POINTER, _POINTER, ctypes.c_int, _POINTER)
_free_tree = _function("node_free", None, _POINTER)
_free_parser = _function("parser_free", None, _POINTER)

_extensions = [_find(name) for name in EXTENSIONS]


def to_html(text: str) -> str:
    """Return the text as HTML, not yet safe: lines break where they were broken, raw HTML is left out."""
    given = text.encode()
    parser = _new(OPTIONS)
    for extension in _extensions:
        _attach(parser, extension)
    _feed(parser, given, len(given))
    tree = _finish(parser)
    made = _render(tree, OPTIONS, _attached(parser))
    html = ctypes.string_at(made).decode()
    _free(made)
    _free_tree(tree)
    _free_parser(parser)
    return html
