"""Edits of a definition as pure functions: a definition in, another one out, refusals as sentences."""
