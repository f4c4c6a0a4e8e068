#!/usr/bin/env python3
"""client.py ROOT NAME SECONDS ping|ask|work [WORDS]

Asks the agent in a guest through its second serial port, which is a unix socket on the host where the guest runs. The
host is looked up before every try, in libvirt's own status files, so that an answer comes also while the guest moves
or libvirtd is down. A request is repeated until it is answered: every one may be taken twice."""

import glob
import os
import re
import socket
import sys
import time


def sockets_of(root, name):
    """The guest's sockets, the one of the host where it runs first; none of a host that only receives it."""
    running, other = [], []
    for path in glob.glob(f"{root}/h*/lib/rig/{name}.sock"):
        host = path[: -len(f"/lib/rig/{name}.sock")]
        try:
            with open(f"{host}/run/qemu/{name}.xml", encoding="utf-8") as status:
                state = re.search(r"<domstatus state='(\w+)'", status.read(4096))
        except OSError:
            state = None
        if state and state.group(1) == "running":
            running.append(path)
        elif not state:
            other.append(path)
    return running or other


def try_once(path, request, mark, end):
    """The answer, or None when there is none within a while."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(1)
        s.connect(path)
        s.sendall(b"\n" + request + b"\n")
        got = b""
        while time.monotonic() < end:
            s.settimeout(max(0.05, end - time.monotonic()))
            part = s.recv(65536)
            if not part:
                return None
            got += part
            for line in got.split(b"\n")[:-1]:
                if line.startswith(mark):
                    return line[len(mark) :].strip().decode()
    return None


def main():
    root, name, seconds, verb = sys.argv[1:5]
    words = " ".join(sys.argv[5:])
    if len(words) > 900:
        sys.exit(f"rig: {len(words)} characters of work are too many for a guest")
    end = time.monotonic() + float(seconds)
    patience = 10 if verb == "work" else 2  # holding memory is answered when it is held
    number = 0
    while time.monotonic() < end:
        number += 1
        mark = f"#{os.getpid()}.{number} ".encode()
        request = mark + f"{verb} {words}".strip().encode()
        for path in sockets_of(root, name):
            try:
                answer = try_once(path, request, mark, min(end, time.monotonic() + patience))
            except OSError:
                answer = None
            if answer is not None and answer != "again":  # not understood: a slow guest loses characters
                if answer.startswith("error "):
                    sys.exit(f"rig: guest {name}: {answer[6:]}")
                if answer != "ok":
                    print(answer)
                return
        time.sleep(0.1)
    sys.exit(f"rig: guest {name} did not answer within {seconds} s")


main()
