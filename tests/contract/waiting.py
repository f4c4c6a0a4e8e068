"""Waits for conditions, and finds free ports, for the contract tests in Python."""
import socket
import time


def wait_for(condition, what, limit):
    """What the condition returns, once that is true. `what` is a text or, where more is to be told, a function."""
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what() if callable(what) else what}")
        time.sleep(0.05)


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
