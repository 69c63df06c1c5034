"""Compiles what our programs import, Python's own library first of all: its images come
without bytecode. prepare.py DIRECTORY MODULE…"""

import importlib
import os
import py_compile
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in sys.argv[2:]:
    importlib.import_module(name)
sys.pycache_prefix = sys.argv[1]
for module in list(sys.modules.values()):
    source = getattr(module, "__file__", None) or ""
    if source.endswith(".py") and os.path.isfile(source):  # it may be in an archive
        # By the source's content: its time may be that of a mount.
        py_compile.compile(source, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
