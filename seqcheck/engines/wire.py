"""Framed pickles: the logs that processes leave behind, and messages between our own processes."""

from __future__ import annotations

import functools
import os
import pickle
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Under names of our own: the user's module may put another function into `pickle`.
dumps = functools.partial(pickle.dumps, protocol=pickle.HIGHEST_PROTOCOL)
loads = pickle.loads
_HEAD = struct.Struct("<I")


class Garbled(EOFError):
    """What came through a channel is no message; nothing that follows can be trusted."""


class Log:
    """Appends records to ``<directory>/<pid>.log``, one file a process, so that a dying process loses only its last.

    Each record is one `os.write` to a file opened for appending: threads need no lock, and none can be held over a
    fork. A forked child that uses its parent's Log writes to a file of its own. The user's code may close our
    descriptor, and a file of its own may then bear that number: every write looks at what it is about to write to, and
    opens our file anew where it is another.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._pid = 0
        self._descriptor = -1
        self._file = (0, 0)

    def open(self) -> None:
        """Open this process's file, which also tells the supervisor that the process exists."""
        self._pid = os.getpid()
        path = self.directory / f"{self._pid}.log"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._file = identity_of(self._descriptor)

    def __call__(self, record: object) -> None:
        """Append one record."""
        if self._pid != os.getpid() or identity_of(self._descriptor) != self._file:
            self.open()
        body = dumps(record)
        data = _HEAD.pack(len(body)) + body
        written = os.write(self._descriptor, data)
        while written < len(data):
            written += os.write(self._descriptor, data[written:])


def identity_of(descriptor: int) -> tuple[int, int]:
    """What stands behind a descriptor; of a closed one, nothing."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return (-1, -1)
    return (status.st_dev, status.st_ino)


def read_log(path: Path) -> Iterator[Any]:
    """The records of one log, up to the first that is torn."""
    data = path.read_bytes()
    at = 0
    while at + _HEAD.size <= len(data):
        (size,) = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if at + size > len(data):
            return
        try:
            yield loads(data[at : at + size])
        except Exception:  # the user's process wrote into our descriptor: what follows cannot be trusted
            return
        at += size


def read_logs(directory: Path) -> list[Any]:
    """The records of every process of one run."""
    return [record for path in sorted(directory.glob("*.log")) for record in read_log(path)]


def send(channel: socket.socket, message: object, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, with open file descriptors if need be."""
    body = dumps(message)
    data = _HEAD.pack(len(body)) + body
    if descriptors:
        sent = socket.send_fds(channel, [data], list(descriptors))
        channel.sendall(data[sent:])
    else:
        channel.sendall(data)


def receive(channel: socket.socket, descriptors: int = 0) -> tuple[Any, list[int]]:
    """Wait for one message and up to so many file descriptors.

    Raises:
        Garbled: the user's code wrote into the other end: what came is no message.
        EOFError: the other end is closed.
    """
    received: list[int] = []
    data = b""
    needed = _HEAD.size
    body_size: int | None = None
    while len(data) < needed:
        if descriptors:
            chunk, came, _, _ = socket.recv_fds(channel, needed - len(data), descriptors)
            received += came
        else:
            chunk = channel.recv(min(needed - len(data), 1 << 20))
        if not chunk:
            raise EOFError
        data += chunk
        if body_size is None and len(data) >= _HEAD.size:
            (body_size,) = _HEAD.unpack_from(data)
            needed = _HEAD.size + body_size
    try:
        return loads(data[_HEAD.size :]), received
    except Exception as error:
        raise Garbled("no message") from error
