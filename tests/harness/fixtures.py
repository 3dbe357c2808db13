"""Fixtures for every test."""

import signal

import pytest

from .prong import Prong

LIMIT_S = 120


def pytest_configure(config):
    config.addinivalue_line("markers", "limit(seconds): may take this long")


@pytest.fixture
def serve():
    """serve(**arguments of Prong): servers that end with the test."""
    servers = []

    def start(**arguments):
        servers.append(Prong(**arguments))
        return servers[-1]

    yield start
    try:
        for server in servers:
            server.__exit__(None)
    finally:
        for server in servers:
            server.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """A test that hangs is ended, and fails."""
    marker = item.get_closest_marker("limit")
    seconds = marker.args[0] if marker else LIMIT_S

    def expired(*_):
        raise TimeoutError(f"the test took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
