"""The configuration as every command takes it: from `config.yaml`, with what the command line gives instead."""

import sys
from argparse import Namespace

from bot import config as configuration
from bot.config import Config, ConfigError


def config_of(args: Namespace) -> Config:
    """Return the configuration, or leave with everything that is wrong in it."""
    try:
        return configuration.load(args.root, getattr(args, "port", None), getattr(args, "store", None), args.content)
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
