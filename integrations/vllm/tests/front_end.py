"""A front end that manages two engines and reports steps for ever, through the plugin as vLLM would load it; settings from the environment."""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generations  # noqa: E402

options = argparse.ArgumentParser()
options.add_argument("--generation", default="2026", choices=generations.NAMES)
options.add_argument("--usage", type=float, default=0.5)
options.add_argument("--queries", type=int, default=64)
options.add_argument("--hits", type=int, default=32)
options = options.parse_args()

generations.install(options.generation)
from dynamo_aspire_vllm import DynamoAspireStatLogger  # noqa: E402

config = generations.Config()
loggers = [DynamoAspireStatLogger(config, index) for index in range(2)]
config.cache_config.num_gpu_blocks = 2000
for logger in loggers:
    logger.log_engine_initialized()
while os.getppid() != 1:
    for index, logger in enumerate(loggers):
        stats = generations.scheduler_stats(options.generation, usage=options.usage, queries=options.queries, hits=options.hits)
        generations.call_record(options.generation, logger, stats, index)
    time.sleep(0.02)
