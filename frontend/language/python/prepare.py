"""Puts our programs where steps run them, and compiles what they import, Python's own
library first of all: its images come without bytecode.
prepare.py PYTHON DIRECTORY BYTECODE MODULE…"""

import importlib
import os
import py_compile
import shutil
import sys

sys.dont_write_bytecode = True  # but by the content of sources
python, into, bytecode, *modules = sys.argv[1:]
have = "%d.%d" % sys.version_info[:2]
if have != python:
    # Packages are where their own Python looks for them, and so is bytecode. In one piece: of a
    # toolchain that is given, nothing tells it but what buildx repeats at the end.
    sys.stderr.write("stagefront: the toolchain has Python %s, and the image is to have %s. Give a toolchain that has %s, or write version: \"%s\".\n" % (have, python, python, have))
    sys.exit(1)
here = os.path.dirname(os.path.abspath(__file__))
for name in os.listdir(here):
    shutil.copyfile(os.path.join(here, name), os.path.join(into, name))
sys.path[0] = into
for name in modules:
    importlib.import_module(name)
sys.pycache_prefix = bytecode
for module in list(sys.modules.values()):
    source = getattr(module, "__file__", None) or ""
    if source.endswith(".py") and os.path.isfile(source):  # it may be in an archive
        # By the source's content: its time may be that of a mount.
        py_compile.compile(source, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
