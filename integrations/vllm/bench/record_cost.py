"""
What one call of `record` costs the engine's event loop, over an empty loop of the same shape, with and without a publisher that listens.

    python3 integrations/vllm/bench/record_cost.py [--calls 20000] [--runs 5] [--bar 20]

Prints median and p99 in microseconds per call, best of the runs first; exits with 1 if the best median is over the bar of 20 µs.
"""

import argparse
import os
import platform
import statistics
import sys
import threading
import time

import zmq

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "src"))
sys.path.insert(0, os.path.join(HERE, "..", "tests"))

import generations  # noqa: E402

BAR = 20.0


class Null:
    def record(self, scheduler_stats=None, iteration_stats=None, *_, **__):
        pass


def time_calls(logger, stats, calls):
    clock = time.perf_counter_ns
    record = logger.record
    took = []
    for _ in range(calls):
        begin = clock()
        record(stats, None, mm_cache_stats=None, engine_idx=0)
        took.append(clock() - begin)
        # vLLM calls it once per step, not back to back: an engine's step lets the sender's own thread run.
        if len(took) % 50 == 0:
            time.sleep(0.0005)
    took.sort()
    return statistics.median(took) / 1000, took[int(len(took) * 0.99)] / 1000


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--calls", type=int, default=20_000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--bar", type=float, default=BAR, help="microseconds over the empty loop")
    options = options.parse_args()
    generations.install("2026")
    import dynamo_aspire_vllm
    from dynamo_aspire_vllm.settings import Settings

    context = zmq.Context()
    pull = context.socket(zmq.PULL)
    port = pull.bind_to_random_port("tcp://127.0.0.1")
    stop = threading.Event()
    received = [0]

    def drain():
        while not stop.is_set():
            if pull.poll(50):
                pull.recv()
                received[0] += 1

    thread = threading.Thread(target=drain, daemon=True)
    thread.start()
    unused = context.socket(zmq.PULL)
    nobody = unused.bind_to_random_port("tcp://127.0.0.1")
    unused.close(0)

    config = generations.Config(num_gpu_blocks=10_000)
    stats = generations.scheduler_stats("2026")
    cases = [
        ("empty loop", Null()),
        ("publisher listens", dynamo_aspire_vllm.DynamoAspireStatLogger(config, 0, settings=Settings(f"tcp://127.0.0.1:{port}", "e0"))),
        ("no publisher", dynamo_aspire_vllm.DynamoAspireStatLogger(config, 0, settings=Settings(f"tcp://127.0.0.1:{nobody}", "e0"))),
    ]
    for _, logger in cases[1:]:
        logger.log_engine_initialized()
    time.sleep(0.5)
    results = {name: [] for name, _ in cases}
    for _ in range(options.runs):
        for name, logger in cases:
            results[name].append(time_calls(logger, stats, options.calls))
    stop.set()
    thread.join()
    encoder = type(cases[1][1]._sender._encode.__self__).__module__ if hasattr(cases[1][1]._sender._encode, "__self__") else "own"
    print(f"Python {platform.python_version()}, pyzmq {zmq.__version__}, libzmq {zmq.zmq_version()}, encoder {encoder}; {options.calls} calls x {options.runs} runs; {received[0]} records received")
    floor = min(median for median, _ in results["empty loop"])
    missed = False
    for name, runs in results.items():
        medians = sorted(median for median, _ in runs)
        tails = sorted(tail for _, tail in runs)
        over = medians[0] - floor
        line = f"{name:18} median {statistics.median(medians):6.2f} us ({medians[0]:.2f} … {medians[-1]:.2f}), p99 {statistics.median(tails):7.2f} us ({tails[0]:.2f} … {tails[-1]:.2f})"
        if name != "empty loop":
            met = over <= options.bar
            missed |= not met
            line += f", over the empty loop {over:.2f} us (bar {options.bar:.0f}: {'met' if met else 'MISSED'})"
        print(line)
    return 1 if missed else 0


if __name__ == "__main__":
    code = main()
    sys.exit(code)
