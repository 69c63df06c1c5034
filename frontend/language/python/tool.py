"""Has pip fetch the installer, and says in a line why it cannot."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from advice import untold

result = subprocess.run([sys.executable, "-m", "pip"] + sys.argv[1:], stderr=subprocess.PIPE, text=True, errors="replace")
sys.stderr.write(result.stderr)
if result.returncode:
    untold(result.stderr)
