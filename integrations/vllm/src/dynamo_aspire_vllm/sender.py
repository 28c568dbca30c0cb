"""The way out: one PUSH socket a process, that never waits."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from typing import Any, Dict, List, Optional

from .encoding import choose_encoder

log = logging.getLogger("dynamo_aspire_vllm")

REPORT_INTERVAL = 60.0
"""Seconds between two log lines about the same trouble."""

_senders: Dict[tuple, "Sender"] = {}
_senders_lock = threading.Lock()
_of_parents: List[Any] = []


def shared_sender(endpoint: str, high_water_mark: int) -> "Sender":
    """One for all ranks of this process that go to the same place."""
    key = (os.getpid(), endpoint, high_water_mark)
    with _senders_lock:
        sender = _senders.get(key)
        if sender is None:
            sender = _senders[key] = Sender(endpoint, high_water_mark)
        return sender


def close_all() -> None:
    """Lets go of every socket of this process."""
    with _senders_lock:
        senders = list(_senders.values())
        _senders.clear()
    for sender in senders:
        sender.close()


# A context that is collected before its socket waits for that socket for ever, which at exit would hold up the engine.
atexit.register(close_all)


class Sender:
    """Thread-safe. `send` returns at once: a record that cannot be handed over is counted as dropped and forgotten, since the next one says more."""

    def __init__(self, endpoint: str, high_water_mark: int) -> None:
        self.endpoint = endpoint
        self.dropped = 0
        self._high_water_mark = high_water_mark
        self._lock = threading.Lock()
        self._encode = choose_encoder()
        self._socket: Any = None
        self._context: Any = None
        self._noblock = 0
        self._process = 0
        self._reported_at: Optional[float] = None
        self._reported_drops = 0

    def send(self, record: Dict[str, Any]) -> bool:
        """False if it was dropped."""
        # Another thread is sending this very moment: waiting for it is the one thing that is not allowed here.
        if not self._lock.acquire(blocking=False):
            self.dropped += 1
            return False
        try:
            if self._process != os.getpid():
                self._open()
            if self._socket is None:
                self.dropped += 1
                return False
            self._socket.send(self._encode(record), self._noblock)
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is, the engine goes on
            self.dropped += 1
            if getattr(error, "errno", None) != self._again:
                self._report("a stat record cannot be sent to %s: %s", self.endpoint, error)
            return False
        finally:
            self._lock.release()

    def report_drops(self) -> None:
        """One line a minute at most while records are lost."""
        if self.dropped > self._reported_drops and self._report(
            "%d stat records were dropped since the start: nobody takes them at %s (StatPublisher away, slow, or at another address: DYNAMO_ASPIRE_STATS_URL)",
            self.dropped,
            self.endpoint,
        ):
            self._reported_drops = self.dropped

    def close(self) -> None:
        """Drops what is not sent; a later `send` opens anew."""
        with self._lock:
            opened, context, ours = self._socket, self._context, self._process == os.getpid()
            self._socket = self._context = None
            self._process = 0
            if opened is not None and ours:
                opened.close(0)
                context.term()

    def __del__(self) -> None:
        try:
            self.close()
        except Exception:  # noqa: BLE001 - the interpreter may be half gone
            pass

    _again = 11

    def _open(self) -> None:
        # After a fork the parent's socket is not ours: it is kept, untouched, so that nothing closes it here, and a new one is made.
        if self._socket is not None:
            _of_parents.append((self._socket, self._context))
        self._process = os.getpid()
        self._socket = self._context = None
        context = opened = None
        try:
            import zmq

            self._again = zmq.EAGAIN
            self._noblock = zmq.NOBLOCK
            context = zmq.Context()
            opened = context.socket(zmq.PUSH)
            opened.setsockopt(zmq.LINGER, 0)
            opened.setsockopt(zmq.SNDHWM, self._high_water_mark)
            # Nothing queues up for a publisher that is not there: it would get minutes-old records first.
            opened.setsockopt(zmq.IMMEDIATE, 1)
            opened.setsockopt(zmq.RECONNECT_IVL, 100)
            opened.setsockopt(zmq.RECONNECT_IVL_MAX, 5000)
            opened.connect(self.endpoint)
            self._socket, self._context = opened, context
        except Exception as error:  # noqa: BLE001
            if opened is not None:
                opened.close(0)
            if context is not None:
                context.term()
            self._report("no stat records are sent: %s (DYNAMO_ASPIRE_STATS_URL is %s)", error, self.endpoint)

    def _report(self, message: str, *arguments: Any) -> bool:
        now = time.monotonic()
        if self._reported_at is not None and now - self._reported_at < REPORT_INTERVAL:
            return False
        self._reported_at = now
        log.warning(message, *arguments)
        return True
