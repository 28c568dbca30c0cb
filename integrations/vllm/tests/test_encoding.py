"""The three encoders say the same; our own is held against msgpack on random values."""

import os
import random
import sys
import unittest

import msgpack

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src"))

from dynamo_aspire_vllm import encoding  # noqa: E402


class Own(unittest.TestCase):
    def test_integers_at_every_width(self):
        for bits in range(65):
            for value in (2**bits - 2, 2**bits - 1, 2**bits):
                if 0 <= value < 2**64:
                    self.assertEqual(encoding.encode(value), msgpack.packb(value), value)
        for value in (-1, -32, -33, -128, -129, -(2**31), -(2**63)):
            self.assertEqual(msgpack.unpackb(encoding.encode(value)), value)

    def test_text_and_containers_at_every_header(self):
        for length in (0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536):
            for value in ("x" * length, list(range(length)), {str(i): i for i in range(length)}):
                self.assertEqual(encoding.encode(value), msgpack.packb(value, use_bin_type=True))

    def test_random_values(self):
        seed = random.randrange(2**32)
        source = random.Random(seed)

        def value(depth):
            kind = source.randrange(8 if depth else 6)
            return (
                None if kind == 0
                else source.random() < 0.5 if kind == 1
                else source.getrandbits(source.randrange(1, 64)) if kind == 2
                else source.uniform(-1e300, 1e300) if kind == 3
                else "".join(chr(source.randrange(1, 0xD7FF)) for _ in range(source.randrange(40))) if kind == 4
                else -source.getrandbits(31) if kind == 5
                else [value(depth - 1) for _ in range(source.randrange(20))] if kind == 6
                else {str(source.random()): value(depth - 1) for _ in range(source.randrange(20))}
            )

        for _ in range(2000):
            given = value(3)
            self.assertEqual(msgpack.unpackb(encoding.encode(given)), given, f"seed {seed}")

    def test_what_has_no_place_is_named(self):
        with self.assertRaisesRegex(TypeError, "object has no place"):
            encoding.encode({"x": object()})


class Chosen(unittest.TestCase):
    def test_falls_back_from_one_to_the_next(self):
        record = {"v": 1, "engine": "e", "rank": 1, "ts": 0.5, "spec": {"accepted_per_pos": [1, 2]}}
        hidden = {"msgspec": None, "msgpack": None}
        kept = {name: sys.modules.get(name) for name in hidden}
        try:
            for hide in ([], ["msgspec"], ["msgspec", "msgpack"]):
                for name in hide:
                    sys.modules[name] = None
                encode = encoding.choose_encoder()
                if len(hide) == 2:
                    self.assertIs(encode, encoding.encode)
                self.assertEqual(kept["msgpack"].unpackb(encode(record)), record)
        finally:
            for name, module in kept.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module


if __name__ == "__main__":
    unittest.main()
