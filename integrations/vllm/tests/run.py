"""Runs all tests of this folder; ends with 1 if one fails, and by itself if one hangs."""

import faulthandler
import os
import sys
import unittest

faulthandler.dump_traceback_later(100, exit=True)
suite = unittest.defaultTestLoader.discover(os.path.dirname(os.path.abspath(__file__)))
sys.exit(0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1)
