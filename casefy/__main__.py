"""`python -m casefy` is `casefy`."""

from casefy.cli import main

if __name__ == "__main__":
    main()
