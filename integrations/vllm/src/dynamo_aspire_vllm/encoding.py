"""MessagePack: msgspec where it is there (vLLM brings it), else msgpack, else the few forms that a stat record needs."""

from __future__ import annotations

import struct
from typing import Any, Callable, Dict

Encode = Callable[[Dict[str, Any]], bytes]


def choose_encoder() -> Encode:
    """The fastest encoder of this interpreter."""
    try:
        import msgspec

        return msgspec.msgpack.Encoder().encode
    except Exception:  # noqa: BLE001 - a broken installation is as good as none
        pass
    try:
        import msgpack

        # A Packer is not thread-safe, but its caller holds a lock; it is twice as fast as packb.
        return msgpack.Packer(use_bin_type=True).pack
    except Exception:  # noqa: BLE001
        return encode


def encode(value: Any) -> bytes:
    """Maps with text keys, text, integers, floats, booleans, None and lists of these."""
    out = bytearray()
    _append(out, value)
    return bytes(out)


def _append(out: bytearray, value: Any) -> None:
    if value is None:
        out.append(0xC0)
    elif value is True:
        out.append(0xC3)
    elif value is False:
        out.append(0xC2)
    elif isinstance(value, int):
        _append_integer(out, value)
    elif isinstance(value, float):
        out += struct.pack(">Bd", 0xCB, value)
    elif isinstance(value, str):
        data = value.encode("utf-8", "replace")
        _append_header(out, len(data), 0xA0, 31, (0xD9, 0xDA, 0xDB))
        out += data
    elif isinstance(value, dict):
        _append_header(out, len(value), 0x80, 15, (None, 0xDE, 0xDF))
        for key, item in value.items():
            _append(out, key)
            _append(out, item)
    elif isinstance(value, (list, tuple)):
        _append_header(out, len(value), 0x90, 15, (None, 0xDC, 0xDD))
        for item in value:
            _append(out, item)
    else:
        raise TypeError(f"{type(value).__name__} has no place in a stat record")


def _append_integer(out: bytearray, value: int) -> None:
    if 0 <= value <= 0x7F or -32 <= value < 0:
        out.append(value & 0xFF)
    elif value >= 0:
        if value <= 0xFF:
            out += struct.pack(">BB", 0xCC, value)
        elif value <= 0xFFFF:
            out += struct.pack(">BH", 0xCD, value)
        elif value <= 0xFFFFFFFF:
            out += struct.pack(">BI", 0xCE, value)
        else:
            out += struct.pack(">BQ", 0xCF, value)
    else:
        out += struct.pack(">Bq", 0xD3, value)


def _append_header(out: bytearray, count: int, small: int, limit: int, codes) -> None:
    if count <= limit:
        out.append(small | count)
    elif count <= 0xFF and codes[0] is not None:
        out += struct.pack(">BB", codes[0], count)
    elif count <= 0xFFFF:
        out += struct.pack(">BH", codes[1], count)
    else:
        out += struct.pack(">BI", codes[2], count)
