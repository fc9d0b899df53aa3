"""Logs survive whatever the user's code does to descriptors, and a torn record ends a log without a word of it."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from seqcheck.engines import wire
from seqcheck.engines.wire import Log


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = Log(tmp_path)
    made.open()
    return made


def test_records_come_back_in_order(log: Log, tmp_path: Path) -> None:
    for record in (1, "two", {"three": b"x" * 100_000}):
        log(record)
    assert wire.read_logs(tmp_path) == [1, "two", {"three": b"x" * 100_000}]


def test_threads_do_not_tear_each_other_s_records(log: Log, tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=lambda number=number: [log((number, bytes(1000))) for _ in range(50)])
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wire.read_logs(tmp_path)) == 400


def test_a_forked_child_has_a_log_of_its_own(log: Log, tmp_path: Path) -> None:
    log("parent")
    child = os.fork()
    if not child:
        log("child")
        os._exit(0)
    os.waitpid(child, 0)
    assert {path.stem: list(wire.read_log(path)) for path in tmp_path.glob("*.log")} == {
        str(os.getpid()): ["parent"],
        str(child): ["child"],
    }


def test_a_closed_descriptor_is_opened_anew(log: Log, tmp_path: Path) -> None:
    log("before")
    os.close(log._descriptor)
    log("after")
    assert wire.read_logs(tmp_path) == ["before", "after"]


def test_a_user_s_file_on_our_number_is_not_written_into(log: Log, tmp_path: Path) -> None:
    os.close(log._descriptor)
    own = os.open(tmp_path / "own.txt", os.O_WRONLY | os.O_CREAT)
    assert own == log._descriptor
    log("record")
    os.close(own)
    assert (tmp_path / "own.txt").read_bytes() == b""
    assert wire.read_logs(tmp_path) == ["record"]


@pytest.mark.parametrize("cut", [1, 3, 5, 10])
def test_a_torn_record_ends_the_log(log: Log, tmp_path: Path, cut: int) -> None:
    log("whole")
    path = tmp_path / f"{os.getpid()}.log"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    assert list(wire.read_log(path)) == ["whole"]


def test_what_is_no_record_ends_the_log(log: Log, tmp_path: Path) -> None:
    log("whole")
    with (tmp_path / f"{os.getpid()}.log").open("ab") as stream:
        stream.write(b"\x04\x00\x00\x00junk")
    assert wire.read_logs(tmp_path) == ["whole"]


def test_messages_and_descriptors_travel_together() -> None:
    ours, theirs = socket.socketpair()
    read, write = os.pipe()
    sent = {"text": "x" * 300_000}
    sender = threading.Thread(target=wire.send, args=(ours, sent, (write,)))
    sender.start()
    message, (received,) = wire.receive(theirs, descriptors=1)
    sender.join()
    assert message == sent
    os.write(received, b"through")
    assert os.read(read, 10) == b"through"
    for descriptor in (read, write, received):
        os.close(descriptor)
    wire.send(ours, "plain")
    assert wire.receive(theirs) == ("plain", [])
    ours.close()
    with pytest.raises(EOFError):
        wire.receive(theirs)
    theirs.close()


def test_what_the_user_wrote_into_a_channel_is_no_message() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"\x04\x00\x00\x00junk")
        with pytest.raises(wire.Garbled):
            wire.receive(theirs)


def test_what_the_user_puts_into_pickle_is_not_used(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pickle.dumps", lambda *_, **__: b"nothing")
    log("record")
    assert wire.read_logs(tmp_path) == ["record"]
