"""Starts a server that does not read PORT itself. Its arguments are variables for the
server, which count where they are not set, the server's module, and its arguments;
$PORT in them stands for the port."""

import os
import runpy
import sys

port = os.environ["PORT"]
words = [a.replace("$PORT", port) for a in sys.argv[1:]]
while "=" in words[0]:
    name, _, value = words.pop(0).partition("=")
    os.environ.setdefault(name, value)
sys.argv = words
sys.path[0] = os.getcwd()  # as "python -m" has it
runpy.run_module(words[0], run_name="__main__", alter_sys=True)
