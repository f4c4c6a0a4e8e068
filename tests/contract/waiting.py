"""Waits for conditions, finds free ports, and admits nodes, for the contract tests in Python."""
import json
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


def admission(name):
    """What hotspotd.yaml says so that the node of that name counts: it is libvirt's test driver, and signs nothing."""
    return ("admission: {require_keys: false, schemes: [test], nodes: [{name: %s, uri: 'test:///default'}]}\n"
            "state_dir: ''\n" % name)


def entry(name, uuid):
    """The same as an entry of the registry, for tests of hotspotctl alone: field and value of the hash `nodes`."""
    return name, json.dumps({"id": name, "host_uuid": uuid, "name": name, "uri": "test:///default", "keys": [],
                             "admitted_at_ms": 1, "admitted_by": "test"})
