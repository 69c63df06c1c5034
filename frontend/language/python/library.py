"""Copies a directory and compiles what is in it of Python's own library: its images come
without bytecode. library.py DIRECTORY OUTPUT"""

import compileall
import os
import py_compile
import re
import shutil
import sys
import sysconfig

OTHERS = re.compile(r"/((site|dist)-packages|tests?)/")


def main(directory, output):
    if os.path.isdir(directory):
        shutil.copytree(directory, output, symlinks=True, dirs_exist_ok=True)
    if sysconfig.get_path("stdlib") == directory:
        compileall.compile_dir(output, ddir=directory, quiet=2, rx=OTHERS, workers=0,
                               invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


if __name__ == "__main__":  # what compiles imports this file
    main(*sys.argv[1:])
