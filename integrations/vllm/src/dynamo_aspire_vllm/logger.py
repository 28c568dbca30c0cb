"""vLLM's stat-logger interface, in the forms of all its generations."""

from __future__ import annotations

import os
import time
import uuid
import weakref
from typing import Any, Dict, List, Optional

from .sender import Sender, shared_sender
from .settings import Settings, log

try:
    # vLLM refuses a plugin that is not derived from its own class.
    from vllm.v1.metrics.loggers import StatLoggerBase
except Exception:  # noqa: BLE001 - no vLLM here, or one that keeps it elsewhere

    class StatLoggerBase:  # type: ignore[no-redef]
        """Stands in where there is no vLLM."""


MAX_POSITIONS = 16

class _Managed:
    """How many engines share a configuration object: vLLM adds up their blocks in it."""

    def __init__(self) -> None:
        self._by_id: Dict[int, int] = {}

    def add(self, config: Any) -> None:
        key = id(config)
        if key not in self._by_id:
            try:
                weakref.finalize(config, self._by_id.pop, key, None)
            except TypeError:
                pass
        self._by_id[key] = self._by_id.get(key, 0) + 1

    def count(self, config: Any) -> int:
        return max(1, self._by_id.get(id(config), 1))


_managed = _Managed()


class DynamoAspireStatLogger(StatLoggerBase):
    """
    Sends one stat record per scheduler step of one engine. It never raises and never waits: what cannot be sent is counted.

    vLLM makes one for each engine index that its front end manages. Statistics are declared unstable upstream, so all are read by name and
    what is missing is left out of the record.
    """

    def __init__(self, vllm_config: Any = None, engine_index: Any = 0, *_: Any, settings: Optional[Settings] = None, **__: Any) -> None:
        # The base class of some generations is abstract with no constructor of its own: it is not called.
        try:
            self._setup(vllm_config, engine_index, settings)
        except Exception as error:  # noqa: BLE001
            self._sender = None
            log.warning("no stat records are sent: %s", error)

    def record(self, scheduler_stats: Any = None, iteration_stats: Any = None, *_: Any, **__: Any) -> None:
        """One step. Without scheduler statistics (they go to one front end per step) there is nothing to say."""
        if scheduler_stats is None or self._sender is None:
            return
        try:
            self._last = self._observe(scheduler_stats)
            self._send(self._last)
        except Exception as error:  # noqa: BLE001
            self._fail(error)

    def log_engine_initialized(self) -> None:
        """All engines are up and their blocks are known: a ready, idle engine is a reading too."""
        if self._sender is None:
            return
        try:
            self._read_blocks()
            self._last = {**self._identity, "usage": 0.0, "running": 0, "waiting": 0}
            self._send(self._last)
        except Exception as error:  # noqa: BLE001
            self._fail(error)

    def log(self, *_: Any, **__: Any) -> None:
        """vLLM calls it every few seconds, also when idle: the last state is sent again as a sign of life."""
        if self._sender is None:
            return
        try:
            if self._last is not None:
                self._send(self._last)
            self._sender.report_drops()
        except Exception as error:  # noqa: BLE001
            self._fail(error)

    def record_sleep_state(self, *_: Any, **__: Any) -> None:
        """The record has no word for it."""

    @property
    def dropped(self) -> int:
        """Records of this process that nobody took."""
        return self._sender.dropped if self._sender is not None else 0

    def _setup(self, vllm_config: Any, engine_index: Any, settings: Optional[Settings]) -> None:
        self._sender: Optional[Sender] = None
        self._last: Optional[Dict[str, Any]] = None
        self._blocks: Optional[int] = None
        self._queries = self._hits = 0
        self._spec: Optional[Dict[str, Any]] = None
        self._failures = 0
        self._config = vllm_config
        settings = settings or Settings.from_environment()
        # Counters belong to whoever counts: with several front ends each sees a part of the steps, and after a restart they begin anew.
        self._identity = {"v": 1, "engine": settings.engine, "rank": _rank(vllm_config, engine_index, settings), "sender": f"{os.getpid()}-{uuid.uuid4().hex[:8]}"}
        _managed.add(vllm_config)
        if settings.endpoint is not None:
            self._sender = shared_sender(settings.endpoint, settings.high_water_mark)

    def _send(self, state: Dict[str, Any]) -> None:
        record = {**state, "ts": time.time()}
        if self._blocks is not None:
            record["blocks"] = self._blocks
        if self._sender.dropped:
            record["dropped"] = self._sender.dropped
        self._sender.send(record)

    def _observe(self, stats: Any) -> Dict[str, Any]:
        if self._blocks is None:
            self._read_blocks()
        state = dict(self._identity)
        usage = getattr(stats, "kv_cache_usage", None)
        # v0.8 called it gpu_cache_usage and counted prefix hits in blocks.
        counts_blocks = usage is None
        if counts_blocks:
            usage = getattr(stats, "gpu_cache_usage", None)
        if usage is not None:
            state["usage"] = float(usage)
        running = getattr(stats, "num_running_reqs", None)
        if running is not None:
            state["running"] = max(0, int(running))
        waiting = getattr(stats, "num_waiting_reqs", None)
        if waiting is not None:
            state["waiting"] = max(0, int(waiting) + int(getattr(stats, "num_skipped_waiting_reqs", 0) or 0))
        prefix = getattr(stats, "prefix_cache_stats", None)
        if prefix is not None:
            unit = self._block_size() if counts_blocks else 1
            self._queries += unit * max(0, int(getattr(prefix, "queries", 0) or 0))
            self._hits += unit * max(0, int(getattr(prefix, "hits", 0) or 0))
        if self._queries:
            state["prefix_queries"] = self._queries
            state["prefix_hits"] = self._hits
        drafted = getattr(stats, "spec_decoding_stats", None)
        if drafted is not None:
            self._add_speculation(drafted)
        if self._spec is not None:
            state["spec"] = self._spec
        return state

    def _add_speculation(self, stats: Any) -> None:
        spec = self._spec or {"drafts": 0, "draft_tokens": 0, "accepted_tokens": 0, "accepted_per_pos": []}
        positions: List[int] = list(spec["accepted_per_pos"])
        for i, accepted in enumerate((getattr(stats, "num_accepted_tokens_per_pos", None) or [])[:MAX_POSITIONS]):
            if i == len(positions):
                positions.append(0)
            positions[i] += max(0, int(accepted))
        # A new map: the one before may be part of the state that is sent again.
        self._spec = {
            "drafts": spec["drafts"] + max(0, int(getattr(stats, "num_drafts", 0) or 0)),
            "draft_tokens": spec["draft_tokens"] + max(0, int(getattr(stats, "num_draft_tokens", 0) or 0)),
            "accepted_tokens": spec["accepted_tokens"] + max(0, int(getattr(stats, "num_accepted_tokens", 0) or 0)),
            "accepted_per_pos": positions,
        }

    def _read_blocks(self) -> None:
        # The front end's configuration holds the sum over the engines it manages (vllm/v1/engine/utils.py, "sum values from all engines").
        total = getattr(getattr(self._config, "cache_config", None), "num_gpu_blocks", None)
        if total is not None and int(total) > 0:
            self._blocks = int(total) // _managed.count(self._config)

    def _block_size(self) -> int:
        return max(1, int(getattr(getattr(self._config, "cache_config", None), "block_size", 1) or 1))

    def _fail(self, error: Exception) -> None:
        self._failures += 1
        # The first ones tell what is wrong; the thousandth adds nothing.
        if self._failures <= 3:
            log.warning("a stat record could not be made: %s: %s", type(error).__name__, error)


def _rank(config: Any, engine_index: Any, settings: Settings) -> int:
    """
    vLLM's engine index is the data-parallel rank, except where each rank has a front end of its own and older versions number its only
    engine 0: there the configuration knows the rank.
    """
    index = engine_index if isinstance(engine_index, int) and engine_index > 0 else 0
    if settings.rank is not None:
        return settings.rank + index
    if index > 0:
        return index
    configured = getattr(getattr(config, "parallel_config", None), "data_parallel_rank", None)
    return configured if isinstance(configured, int) and configured > 0 else 0
