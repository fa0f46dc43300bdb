"""Makes a database, or brings one to its newest shape, and goes: `python -m bot.storage.making ADDRESS`."""

import sys

from bot.storage.store import Store

if __name__ == "__main__":
    Store(sys.argv[1]).close()
