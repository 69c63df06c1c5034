"""Asks the build backend of a project what the project needs, and which version it
is. That runs the backend and what the project brings for it, so it is done without
network and passwords, before anything that has them. It leaves a wheel that has
nothing but that, and the version, at /opt/metadata."""

import argparse
import email.parser
import glob
import json
import os
import shutil
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sdist
from advice import fail

OUT = "/opt/metadata"
PYTHON = "/opt/venv/bin/python"  # with the backends
COPY = "/tmp/source"

# HOOK calls the backend as https://peps.python.org/pep-0517/ has it.
HOOK = """
import importlib, json, os, sys
name, path, out = json.loads(sys.argv[1])
sys.path[:0] = [os.path.abspath(p) for p in path]
module, _, attribute = name.partition(":")
backend = importlib.import_module(module)
for part in attribute.split(".") if attribute else []:
    backend = getattr(backend, part)
if hasattr(backend, "prepare_metadata_for_build_wheel"):
    backend.prepare_metadata_for_build_wheel(out)
else:
    backend.build_wheel(out)
"""


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--variable", action="append", default=[], help="the version that a backend is told where there is no repository")
    args = p.parse_args()
    shutil.copytree("/src", COPY, symlinks=True)
    where = os.path.join(COPY, os.path.relpath(os.getcwd(), "/src"))
    if os.path.exists(os.path.join(COPY, ".git")):
        complete(COPY)
    env = dict(os.environ, PATH=os.path.dirname(PYTHON) + ":" + os.environ["PATH"], **dict(v.split("=", 1) for v in args.variable))
    text = asked(where, env)
    found = email.parser.Parser().parsestr(text)
    sdist.stub(OUT, found["Name"], found["Version"], found.get_all("Requires-Dist") or [], found.get("Requires-Python"))
    with open(os.path.join(OUT, "version"), "w") as f:
        f.write(found["Version"])
    print("the build backend says version %s" % found["Version"])


def last(text):
    """Returns the last line of what a program said, which is a traceback's cause."""
    return text.strip().split("\n")[-1].strip().rstrip(".")


def complete(repository):
    """Has git take the files that are not in the build context for unchanged: the
    version would be that of a changed tree."""
    gone = subprocess.run(["git", "ls-files", "--deleted", "-z"], cwd=repository, stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["git", "update-index", "--assume-unchanged", "-z", "--stdin"], cwd=repository, input=gone, check=True)


def asked(where, env):
    """Returns the metadata of the project in a directory."""
    try:
        with open(os.path.join(where, "pyproject.toml"), "rb") as f:
            system = sdist.tomllib.load(f).get("build-system", {})
    except FileNotFoundError:
        system = {}
    out = "/tmp/metadata"
    os.makedirs(out)
    call = json.dumps([system.get("build-backend", "setuptools.build_meta:__legacy__"), system.get("backend-path", []), out])
    result = subprocess.run([PYTHON, "-c", HOOK, call], cwd=where, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if result.returncode:
        sys.stderr.write(result.stdout)
        fail("the project's build backend does not say what the project needs: %s. Lock it: uv lock, or uv pip compile --generate-hashes." % last(result.stdout))
    for path in glob.glob(out + "/*.dist-info/METADATA"):
        with open(path, errors="replace") as f:
            return f.read()
    for path in glob.glob(out + "/*.whl"):
        with zipfile.ZipFile(path) as z:
            return z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA"))).decode()
    fail("the project's build backend left no metadata.")


if __name__ == "__main__":
    main()
