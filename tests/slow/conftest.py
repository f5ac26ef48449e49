"""Long experiments, each run by hand."""

from __future__ import annotations

import sys
from pathlib import Path

# `press` stands beside the tests; with --import-mode=importlib nothing else puts this folder on the path.
sys.path.append(str(Path(__file__).parent))
