#!/usr/bin/env python3
"""Many libvirtd that are none: each takes connections at an address of its own (127.A.B.C) and answers what a client
asks to open a connection, what the host is, and for events. Or it misbehaves.

    libvirt_stand_in.py PORT KIND=COUNT...      KIND: good, silent, mute, closes, huge, garbage, slow

silent says nothing at all; mute opens and says nothing about its host; closes ends in the middle; huge announces a
message of 2 GiB; garbage answers with noise; slow takes two seconds for each answer. Node i has the address of
address(i) and the host UUID of uuid(i). Reads lines from standard input: "drop" ends every connection of the good ones
(they listen on), "plug" gives every host 32 CPUs in the place of 16. Ends with its standard input.

The protocol is libvirt's own (remote_protocol.x, virnetprotocol.x): XDR; a message is its length, program, version,
procedure, type, serial and status, and then its content.
"""
import asyncio
import os
import resource
import struct
import sys

REMOTE, KEEPALIVE = 0x20008086, 0x6B656570
CALL, REPLY, MESSAGE = 0, 1, 2
PING, PONG = 1, 2
OPEN, CLOSE, GET_TYPE, NODE_INFO, CAPABILITIES = 1, 2, 3, 6, 7
HOSTNAME, FEATURE, AUTH_LIST = 59, 60, 66
EVENT_ON, EVENT_OFF, CLOSE_ON, CLOSE_OFF = 316, 317, 360, 361
NO_SUPPORT = 3
LONGEST = 1 << 20
cpus = [16]


def address(i):
    return f"127.77.{i // 250}.{i % 250 + 1}"


def uuid(i):
    return f"00000000-0000-4000-8000-{i:012x}"


def text(value):
    raw = value.encode()
    return struct.pack(">I", len(raw)) + raw + b"\0" * (-len(raw) % 4)


def capabilities(i):
    return (f"<capabilities><host><uuid>{uuid(i)}</uuid><cpu><arch>x86_64</arch></cpu></host>"
            "<guest><os_type>hvm</os_type></guest></capabilities>")


def refusal():
    """remote_error: code, domain, no message, level, no domain, no texts, two numbers, no network."""
    return struct.pack(">iiIiIIIIiiI", NO_SUPPORT, 7, 0, 2, 0, 0, 0, 0, 0, 0, 0)


def answer(i, procedure):
    """(status, content) for a call to node i."""
    contents = {
        AUTH_LIST: struct.pack(">Ii", 1, 0), OPEN: b"", CLOSE: b"", FEATURE: struct.pack(">i", 1),
        GET_TYPE: text("QEMU"), CAPABILITIES: text(capabilities(i)), HOSTNAME: text(f"n{i:04d}"),
        # The model is an array of 32 chars, each of which takes a word.
        NODE_INFO: b"\0" * 128 + struct.pack(">Qiiiiii", 64 << 20, cpus[0], 2400, 1, 1, 8, 2),
        EVENT_ON: struct.pack(">i", i), EVENT_OFF: b"", CLOSE_ON: b"", CLOSE_OFF: b"",
    }
    if procedure in contents:
        return 0, contents[procedure]
    print(f"refused procedure {procedure}", file=sys.stderr, flush=True)
    return 1, refusal()


class Node:
    def __init__(self, i, kind):
        self.i, self.kind, self.writers = i, kind, set()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while await self.one_message(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    async def one_message(self, reader, writer):
        head = await reader.readexactly(28)
        length, program, version, procedure, kind, serial, _ = struct.unpack(">IIIiiIi", head)
        if not 28 <= length <= LONGEST:
            return False
        await reader.readexactly(length - 28)
        if program == KEEPALIVE:
            if procedure == PING:
                self.send(writer, (KEEPALIVE, 1, PONG, MESSAGE, 0, 0), b"")
            return True
        if kind != CALL or self.kind == "silent" or (self.kind == "mute" and procedure in (CAPABILITIES, HOSTNAME)):
            return True
        if self.kind == "closes" and procedure == OPEN:
            return False
        if self.kind == "huge":
            writer.write(struct.pack(">I", 0x7FFFFFFF) + b"x" * 4096)
            return True
        if self.kind == "garbage":
            writer.write(bytes((serial * 7 + n * 31) % 256 for n in range(512)))
            return True
        if self.kind == "slow":
            await asyncio.sleep(2)
        status, content = answer(self.i, procedure)
        self.send(writer, (program, version, procedure, REPLY, serial, status), content)
        return True

    @staticmethod
    def send(writer, head, content):
        writer.write(struct.pack(">IIIiiIi", 28 + len(content), *head) + content)


async def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port = int(sys.argv[1])
    kinds = [kind for word in sys.argv[2:] for kind, count in [word.split("=")] for _ in range(int(count))]
    nodes = [Node(i, kind) for i, kind in enumerate(kinds)]
    servers = [await asyncio.start_server(node.serve, address(node.i), port, backlog=64) for node in nodes]
    print("ready", len(servers), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().strip():
        good = [writer for node in nodes if node.kind == "good" for writer in node.writers]
        if line == "plug":
            cpus[0] = 32
        if line == "drop":
            for writer in good:
                writer.transport.abort()
        print(line, len(good), flush=True)
    os._exit(0)  # with whoever is still connected


if __name__ == "__main__":
    asyncio.run(main())
