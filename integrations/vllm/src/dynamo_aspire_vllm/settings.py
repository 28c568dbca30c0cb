"""What can be set, all of it through the environment: vLLM gives plugins no options of their own."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from typing import Mapping, Optional

log = logging.getLogger("dynamo_aspire_vllm")

DEFAULT_ENDPOINT = "tcp://127.0.0.1:5600"
DEFAULT_HIGH_WATER_MARK = 64


@dataclass(frozen=True)
class Settings:
    """endpoint: where StatPublisher's PULL socket listens, None to send nothing; engine: the Name under Engines:{i} of its configuration."""

    endpoint: Optional[str] = DEFAULT_ENDPOINT
    engine: str = "vllm"
    rank: Optional[int] = None
    high_water_mark: int = DEFAULT_HIGH_WATER_MARK

    @staticmethod
    def from_environment(environment: Optional[Mapping[str, str]] = None) -> "Settings":
        """A value that cannot be used is named in the log and its default taken: an engine must not fail for its statistics."""
        env = os.environ if environment is None else environment
        endpoint: Optional[str] = env.get("DYNAMO_ASPIRE_STATS_URL", "").strip() or DEFAULT_ENDPOINT
        if endpoint.lower() in ("off", "none", "0", "false"):
            endpoint = None
        return Settings(
            endpoint=endpoint,
            engine=env.get("DYNAMO_ASPIRE_ENGINE", "").strip() or _host_name(),
            rank=_integer(env, "DYNAMO_ASPIRE_DP_RANK", None, 0),
            high_water_mark=_integer(env, "DYNAMO_ASPIRE_STATS_HWM", DEFAULT_HIGH_WATER_MARK, 1) or DEFAULT_HIGH_WATER_MARK,
        )


def _host_name() -> str:
    # In Kubernetes this is the pod's name, which is what its engine is usually called.
    try:
        return socket.gethostname() or "vllm"
    except OSError:
        return "vllm"


def _integer(env: Mapping[str, str], name: str, default: Optional[int], least: int) -> Optional[int]:
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        log.warning("%s is '%s'; it must be a whole number from %d on. %s is used.", name, text, least, "vLLM's own rank" if default is None else default)
        return default
    return value
