"""A program for test_pool.py: for each line it is sent, it takes a connection of its pool and says whose it is."""

import sys

import django

django.setup()

from django.db import connection  # noqa: E402

for _ in sys.stdin:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        print(cursor.fetchone()[0], flush=True)  # noqa: T201 - read by the test
    connection.close()
