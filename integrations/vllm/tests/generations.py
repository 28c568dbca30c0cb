"""Stand-ins for vLLM's classes in the three generations of the interface, and for the manager that calls them."""

from __future__ import annotations

import sys
import types
from abc import ABC, abstractmethod
from types import SimpleNamespace

NAMES = ("v0.8", "v0.10", "2026")


def install(generation: str):
    """Puts a `vllm.v1.metrics.loggers` of that generation in place; the base class."""

    class V08(ABC):
        @abstractmethod
        def record(self, scheduler_stats, iteration_stats): ...

        def log(self): ...

    class V10(ABC):
        @abstractmethod
        def __init__(self, vllm_config, engine_index=0): ...

        @abstractmethod
        def record(self, scheduler_stats, iteration_stats, engine_idx=0): ...

        @abstractmethod
        def log_engine_initialized(self): ...

        def log(self): ...

    class V2026(ABC):
        @abstractmethod
        def __init__(self, vllm_config, engine_index=0): ...

        @abstractmethod
        def record(self, scheduler_stats, iteration_stats, mm_cache_stats=None, engine_idx=0): ...

        @abstractmethod
        def log_engine_initialized(self): ...

        def log(self): ...

        def record_sleep_state(self, is_awake=1, level=0): ...

    base = dict(zip(NAMES, (V08, V10, V2026)))[generation]
    loggers = types.ModuleType("vllm.v1.metrics.loggers")
    loggers.StatLoggerBase = base
    for name in ("vllm", "vllm.v1", "vllm.v1.metrics"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["vllm.v1.metrics.loggers"] = loggers
    return base


def uninstall():
    if "dynamo_aspire_vllm.sender" in sys.modules:
        sys.modules["dynamo_aspire_vllm.sender"].close_all()
    for name in [n for n in sys.modules if n == "vllm" or n.startswith("vllm.") or n.startswith("dynamo_aspire_vllm")]:
        del sys.modules[name]


class Config:
    """The parts of VllmConfig that are read. `num_gpu_blocks` is the sum over all engines of the front end, None until they are up."""

    def __init__(self, num_gpu_blocks=None, block_size=16, data_parallel_rank=0):
        self.cache_config = SimpleNamespace(num_gpu_blocks=num_gpu_blocks, block_size=block_size)
        self.parallel_config = SimpleNamespace(data_parallel_rank=data_parallel_rank)


def scheduler_stats(generation: str, usage=0.5, running=3, waiting=2, queries=64, hits=32, spec=None):
    prefix = SimpleNamespace(reset=False, requests=1, queries=queries, hits=hits)
    if generation == "v0.8":
        return SimpleNamespace(num_running_reqs=running, num_waiting_reqs=waiting, gpu_cache_usage=usage, prefix_cache_stats=prefix)
    stats = SimpleNamespace(num_running_reqs=running, num_waiting_reqs=waiting, kv_cache_usage=usage, prefix_cache_stats=prefix, spec_decoding_stats=spec)
    if generation == "2026":
        stats.num_skipped_waiting_reqs = 1
        stats.step_counter = 7
    return stats


def call_record(generation: str, logger, stats, engine_idx=0):
    """As the manager of that generation calls it."""
    iteration = SimpleNamespace(num_generation_tokens=1)
    if generation == "v0.8":
        logger.record(stats, iteration)
    elif generation == "v0.10":
        logger.record(stats, iteration, engine_idx)
    else:
        logger.record(stats, iteration, mm_cache_stats=None, engine_idx=engine_idx)
