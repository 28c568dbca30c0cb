"""Sends vLLM's scheduler statistics to Dynamo.Aspire's StatPublisher (see README.md)."""

from .logger import DynamoAspireStatLogger

__all__ = ["DynamoAspireStatLogger"]
__version__ = "0.1.0"
