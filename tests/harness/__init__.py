"""What the tests of the running server stand on: see prong.py and wire.py."""

from .load import MIXED, Load
from .prong import IS_ROOT, Prong, free_port, wait_until
from .stats import Snapshot, parse_logfmt
from .wire import Client, Response, WireError, request

__all__ = ["IS_ROOT", "MIXED", "Client", "Load", "Prong", "Response",
           "Snapshot", "WireError", "free_port", "parse_logfmt", "request",
           "wait_until"]
