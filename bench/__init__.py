"""What each operation costs, beside a yardstick: `python -m bench`, `make bench`."""
