"""The JSON door: everything a person can do here, a program can do under /api/v1/."""
