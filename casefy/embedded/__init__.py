"""A real Postgres 18 and Valkey 9 from PyPI wheels, for `casefy up` and the tests. Production brings its
own servers.
"""
