"""The screens of cases: board, list, case page, inbox, timeline. Each view parses, calls one act, and draws."""
