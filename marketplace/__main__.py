"""`python -m marketplace` is the `handrail` command."""

from marketplace.site.cli import main

if __name__ == "__main__":
    main()
