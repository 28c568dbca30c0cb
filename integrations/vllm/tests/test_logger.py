"""The logger against stub base classes of each generation, with a real PULL socket on the other side."""

import logging
import os
import sys
import threading
import time
import unittest
from types import SimpleNamespace

import msgpack
import zmq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generations  # noqa: E402


class Receiver:
    def __init__(self, endpoint=None):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.PULL)
        self.socket.setsockopt(zmq.LINGER, 0)
        if endpoint is not None:
            self.socket.bind(endpoint)
        self.endpoint = endpoint or f"tcp://127.0.0.1:{self.socket.bind_to_random_port('tcp://127.0.0.1')}"

    def next(self, timeout=5000):
        if not self.socket.poll(timeout):
            raise AssertionError("no record within %d ms" % timeout)
        return msgpack.unpackb(self.socket.recv())

    def close(self):
        self.socket.close(0)
        self.context.term()


def load(generation, endpoint, **settings):
    """The plugin as a process with that vLLM would import it: the base class, the logger class and its settings."""
    generations.uninstall()
    base = generations.install(generation)
    import dynamo_aspire_vllm
    from dynamo_aspire_vllm.settings import Settings

    return base, dynamo_aspire_vllm.DynamoAspireStatLogger, Settings(endpoint=endpoint, engine="e0", **settings)


def connect(logger, receiver, attempts=200):
    """Sends until the first record comes through: a PUSH that is not connected yet drops. Returns that record."""
    for _ in range(attempts):
        logger.log_engine_initialized()
        if receiver.socket.poll(25):
            return receiver.next()
    raise AssertionError("never connected")


class EachGeneration(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.addCleanup(generations.uninstall)

    def test_is_a_subclass_and_reports_a_step(self):
        for generation in generations.NAMES:
            with self.subTest(generation):
                base, cls, settings = load(generation, self.receiver.endpoint)
                self.assertTrue(issubclass(cls, base))
                logger = cls(generations.Config(num_gpu_blocks=1000), 0, settings=settings)
                first = connect(logger, self.receiver)
                self.assertEqual((first["blocks"], first["usage"], first["running"], first["waiting"]), (1000, 0.0, 0, 0))

                generations.call_record(generation, logger, generations.scheduler_stats(generation, usage=0.25))
                generations.call_record(generation, logger, generations.scheduler_stats(generation, usage=0.5))
                self.receiver.next()
                record = self.receiver.next()

                self.assertEqual((record["v"], record["engine"], record["rank"]), (1, "e0", 0))
                self.assertEqual((record["usage"], record["blocks"], record["running"]), (0.5, 1000, 3))
                # The newest generation counts skipped requests apart.
                self.assertEqual(record["waiting"], 3 if generation == "2026" else 2)
                # v0.8 counts blocks, the others tokens.
                unit = 16 if generation == "v0.8" else 1
                self.assertEqual((record["prefix_queries"], record["prefix_hits"]), (128 * unit, 64 * unit))
                self.assertAlmostEqual(record["ts"], time.time(), delta=10)
                self.assertRegex(record["sender"], r"^%d-[0-9a-f]{8}$" % os.getpid())

    def test_steps_without_scheduler_statistics_say_nothing(self):
        for generation in generations.NAMES:
            with self.subTest(generation):
                _, cls, settings = load(generation, self.receiver.endpoint)
                logger = cls(generations.Config(num_gpu_blocks=10), 0, settings=settings)
                connect(logger, self.receiver)
                while self.receiver.socket.poll(50):
                    self.receiver.socket.recv()
                generations.call_record(generation, logger, None)
                self.assertFalse(self.receiver.socket.poll(100))


class Records(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.addCleanup(generations.uninstall)
        self.base, self.cls, self.settings = load("2026", self.receiver.endpoint)

    def logger(self, config=None, index=0, **settings):
        from dynamo_aspire_vllm.settings import Settings

        chosen = Settings(endpoint=self.receiver.endpoint, engine="e0", **settings)
        return self.cls(config or generations.Config(num_gpu_blocks=100), index, settings=chosen)

    def record_of(self, logger, stats):
        connect(logger, self.receiver)
        while self.receiver.socket.poll(50):
            self.receiver.socket.recv()
        logger.record(stats, None)
        return self.receiver.next()

    def test_blocks_are_shared_by_the_engines_of_the_front_end(self):
        config = generations.Config()
        loggers = [self.logger(config, i) for i in range(4)]
        config.cache_config.num_gpu_blocks = 4000
        for i, logger in enumerate(loggers):
            record = self.record_of(logger, generations.scheduler_stats("2026"))
            self.assertEqual((record["rank"], record["blocks"]), (i, 1000))

    def test_blocks_are_not_reported_before_they_are_known(self):
        config = generations.Config()
        record = self.record_of(self.logger(config), generations.scheduler_stats("2026"))
        self.assertNotIn("blocks", record)

    def test_rank_of_a_front_end_with_one_engine_is_that_of_the_configuration(self):
        record = self.record_of(self.logger(generations.Config(100, data_parallel_rank=5)), generations.scheduler_stats("2026"))
        self.assertEqual(record["rank"], 5)
        record = self.record_of(self.logger(generations.Config(100, data_parallel_rank=5), index=2), generations.scheduler_stats("2026"))
        self.assertEqual(record["rank"], 2)
        record = self.record_of(self.logger(generations.Config(100), index=2, rank=8), generations.scheduler_stats("2026"))
        self.assertEqual(record["rank"], 10)

    def test_speculation_adds_up(self):
        logger = self.logger()
        connect(logger, self.receiver)
        for _ in range(3):
            spec = SimpleNamespace(num_drafts=2, num_draft_tokens=6, num_accepted_tokens=3, num_accepted_tokens_per_pos=[2, 1, 0])
            logger.record(generations.scheduler_stats("2026", spec=spec), None)
        while True:
            record = self.receiver.next()
            if record.get("spec", {}).get("drafts") == 6:
                break
        self.assertEqual(record["spec"], {"drafts": 6, "draft_tokens": 18, "accepted_tokens": 9, "accepted_per_pos": [6, 3, 0]})

    def test_log_repeats_the_last_state(self):
        logger = self.logger()
        before = self.record_of(logger, generations.scheduler_stats("2026", usage=0.75))
        logger.log()
        again = self.receiver.next()
        self.assertGreaterEqual(again.pop("ts"), before.pop("ts"))
        self.assertEqual(again, before)

    def test_odd_statistics_never_raise(self):
        logger = self.logger()
        connect(logger, self.receiver)

        class Explosive:
            def __getattr__(self, name):
                raise RuntimeError("no " + name)

        with self.assertLogs("dynamo_aspire_vllm", logging.WARNING) as logs:
            for odd in (Explosive(), SimpleNamespace(kv_cache_usage="many"), SimpleNamespace(num_running_reqs=object()), Explosive(), Explosive()):
                logger.record(odd, odd, odd, 3, "extra", more=odd)
        self.assertEqual(len(logs.records), 3)
        logger.record(SimpleNamespace(), None)
        logger.record_sleep_state(1, 2, 3)
        logger.log_engine_initialized()
        record = self.record_of(logger, generations.scheduler_stats("2026", usage=-0.1))
        self.assertEqual(record["usage"], -0.1)

    def test_constructor_never_raises(self):
        for arguments in ((), (None,), (None, None), (object(), "x"), (object(), 0, 1, 2)):
            self.cls(*arguments, settings=self.settings).record(generations.scheduler_stats("2026"), None)

    def test_a_bad_address_is_named_and_nothing_else_happens(self):
        from dynamo_aspire_vllm.settings import Settings

        logger = self.cls(generations.Config(10), 0, settings=Settings(endpoint="nonsense", engine="e0"))
        with self.assertLogs("dynamo_aspire_vllm", logging.WARNING) as logs:
            for _ in range(100):
                logger.record(generations.scheduler_stats("2026"), None)
        self.assertEqual(len(logs.records), 1)
        self.assertIn("DYNAMO_ASPIRE_STATS_URL is nonsense", logs.output[0])
        self.assertEqual(logger.dropped, 100)

    def test_off_sends_nothing_and_opens_nothing(self):
        from dynamo_aspire_vllm.settings import Settings

        logger = self.cls(generations.Config(10), 0, settings=Settings(endpoint=None, engine="e0"))
        logger.record(generations.scheduler_stats("2026"), None)
        logger.log_engine_initialized()
        logger.log()
        self.assertEqual(logger.dropped, 0)

    def test_dropped_records_are_counted_and_reported_by_the_next(self):
        endpoint = self.receiver.endpoint
        self.receiver.close()
        logger = self.cls(generations.Config(10), 0, settings=self.settings)
        begin = time.monotonic()
        for _ in range(1000):
            logger.record(generations.scheduler_stats("2026"), None)
        self.assertLess(time.monotonic() - begin, 2.0)
        self.assertEqual(logger.dropped, 1000)
        with self.assertLogs("dynamo_aspire_vllm", logging.WARNING) as logs:
            logger.log()
            logger.log()
        self.assertEqual(len(logs.records), 1)
        self.assertIn("StatPublisher away", logs.output[0])

        self.receiver = Receiver(endpoint)
        self.addCleanup(self.receiver.close)
        self.assertGreaterEqual(connect(logger, self.receiver, attempts=400)["dropped"], 1000)

    def test_a_receiver_that_does_not_read_never_blocks(self):
        logger = self.logger()
        connect(logger, self.receiver)
        begin = time.monotonic()
        # Far more than the buffers of both sides hold.
        for _ in range(50_000):
            logger.record(generations.scheduler_stats("2026"), None)
        self.assertLess(time.monotonic() - begin, 20.0)
        self.assertGreater(logger.dropped, 0)

    def test_threads_share_a_sender(self):
        logger = self.logger(high_water_mark=100_000)
        connect(logger, self.receiver)
        taken = []
        stop = threading.Event()

        def take():
            while not stop.is_set() or self.receiver.socket.poll(200):
                if self.receiver.socket.poll(50):
                    taken.append(msgpack.unpackb(self.receiver.socket.recv()))

        def give():
            for _ in range(2000):
                logger.record(generations.scheduler_stats("2026"), None)

        taker = threading.Thread(target=take)
        givers = [threading.Thread(target=give) for _ in range(4)]
        taker.start()
        for giver in givers:
            giver.start()
        for giver in givers:
            giver.join()
        stop.set()
        taker.join()
        self.assertTrue(all(r["v"] == 1 for r in taken))
        self.assertGreaterEqual(len(taken) + logger.dropped, 8000)

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_after_a_fork_the_child_sends_by_itself(self):
        logger = self.logger()
        connect(logger, self.receiver)
        child = os.fork()
        if child == 0:
            try:
                for _ in range(200):
                    logger.record(generations.scheduler_stats("2026", running=77), None)
                    time.sleep(0.01)
            finally:
                os._exit(0)
        seen = False
        for _ in range(500):
            if self.receiver.next()["running"] == 77:
                seen = True
                break
        os.waitpid(child, 0)
        logger.record(generations.scheduler_stats("2026", running=78), None)
        while seen and self.receiver.next()["running"] != 78:
            pass
        self.assertTrue(seen)


class TheSettings(unittest.TestCase):
    def setUp(self):
        load("2026", None)
        self.addCleanup(generations.uninstall)
        from dynamo_aspire_vllm.settings import Settings

        self.read = Settings.from_environment

    def test_defaults(self):
        settings = self.read({})
        self.assertEqual((settings.endpoint, settings.rank, settings.high_water_mark), ("tcp://127.0.0.1:5600", None, 64))
        self.assertTrue(settings.engine)

    def test_values(self):
        settings = self.read({"DYNAMO_ASPIRE_STATS_URL": "ipc:///run/stats", "DYNAMO_ASPIRE_ENGINE": "gpu-7", "DYNAMO_ASPIRE_DP_RANK": "4", "DYNAMO_ASPIRE_STATS_HWM": "8"})
        self.assertEqual((settings.endpoint, settings.engine, settings.rank, settings.high_water_mark), ("ipc:///run/stats", "gpu-7", 4, 8))
        self.assertIsNone(self.read({"DYNAMO_ASPIRE_STATS_URL": "off"}).endpoint)

    def test_nonsense_is_named_and_the_default_taken(self):
        with self.assertLogs("dynamo_aspire_vllm", logging.WARNING) as logs:
            settings = self.read({"DYNAMO_ASPIRE_DP_RANK": "-1", "DYNAMO_ASPIRE_STATS_HWM": "many"})
        self.assertEqual((settings.rank, settings.high_water_mark), (None, 64))
        self.assertIn("DYNAMO_ASPIRE_DP_RANK is '-1'", logs.output[0])
        self.assertIn("DYNAMO_ASPIRE_STATS_HWM is 'many'", logs.output[1])


if __name__ == "__main__":
    unittest.main()
