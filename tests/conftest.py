"""Let every test import the makers of discs and data sets that lie beside it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
