"""`python -m api.cli`: the `comity` command without its installed script."""

from api.cli.main import main

if __name__ == "__main__":
    main()
