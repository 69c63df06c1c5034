"""Puts a Python project together: its source at /out/app and, where it is a
package, what is installed of it at /out/venv. It runs without network; the build
backends are in the virtual environment at /opt/venv."""

import argparse
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree

UV = "/opt/uv/bin/uv"
APP, VENV = "/out/app", "/out/venv"

# What build backends say where a project has a [build-system] and is no package:
# its source is all there is, and is run from its place.
NO_PACKAGE = (
    "No file/folder found for package",  # Poetry
    "No file/folder found for module",  # Flit
    "Unable to determine which files to ship",  # Hatchling
    "Multiple top-level packages discovered",  # setuptools
    "Multiple top-level modules discovered",
    "Expected a Python module at",  # uv
)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--install", action="append", default=[], help="a directory with a package, relative to the source")
    p.add_argument("--spec", default="", help="files that are for the build alone, separated by commas")
    args = p.parse_args()
    os.umask(0o022)
    copy_source(os.getcwd(), args.spec.split(","))
    os.makedirs(tree.packages(VENV))
    for directory in args.install:
        install(os.path.normpath(os.path.join("/src", directory)))
    tree.clean_venv(VENV)
    fill_in()
    failures = tree.compile_all([APP, tree.packages(VENV)], strict=APP)
    failures = [f for f in failures if is_module(f)]
    if failures:
        sys.stderr.write("\n".join(failures) + "\n")  # in one piece: buildx repeats the last one at the end
        sys.exit(1)
    tree.list_natives(VENV, "/out/venv.natives")
    tree.list_natives(APP, "/out/app.natives")


def copy_source(source, build_files):
    """Copies what the program may read. Hidden files, keys and what only the
    build reads stay behind: an image must not carry secrets by accident."""

    def ignore(directory, names):
        left = set()
        for name in names:
            path = os.path.join(directory, name)
            if name.startswith(".") or name in ("__pycache__", "node_modules") or name.endswith((".pyc", ".egg-info", ".key", ".p12", ".pfx")):
                left.add(name)
            elif os.path.isdir(path) and os.path.exists(os.path.join(path, "pyvenv.cfg")):
                left.add(name)
            elif directory == source and (name in build_files or re.match(r"(?i)(dockerfile|containerfile|(docker-)?compose.*\.ya?ml$)", name)):
                left.add(name)
            elif name.endswith(".pem") and b"PRIVATE KEY" in read(path):
                left.add(name)
        return left

    shutil.copytree(source, APP, symlinks=True, ignore=ignore, ignore_dangling_symlinks=True)


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


def install(directory):
    """Builds a wheel of a package with the backends that were fetched, and
    installs it. Backends write beside the source, so they get a copy."""
    copy = "/tmp/source"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.rmtree("/tmp/wheels", ignore_errors=True)
    shutil.copytree("/src", copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__", "node_modules"), ignore_dangling_symlinks=True)
    where = os.path.join(copy, os.path.relpath(directory, "/src"))
    built = subprocess.run([UV, "build", "--wheel", "--no-build-isolation", "--offline", "--no-config", "--python", "/opt/venv/bin/python", "--out-dir", "/tmp/wheels", where],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if built.returncode and any(text in built.stdout for text in NO_PACKAGE):
        print("stagefront: the project's build backend finds no package in it; its source is used as it is")
        return
    if built.returncode:
        sys.stderr.write(built.stdout)
        sys.exit(built.returncode)
    wheels = [os.path.join("/tmp/wheels", n) for n in os.listdir("/tmp/wheels") if n.endswith(".whl")]
    run([UV, "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-config", "--link-mode", "copy", "--python", "/opt/venv/bin/python", "--prefix", VENV] + wheels)


def fill_in():
    """Adds to the source what building a package generated into it, such as a
    file with the version: the source comes first on the path."""
    site = tree.packages(VENV)
    for name in sorted(os.listdir(site)):
        for parent in (APP, os.path.join(APP, "src")):
            if os.path.isdir(os.path.join(parent, name)) and os.path.isdir(os.path.join(site, name)):
                for path, dirs, files in os.walk(os.path.join(site, name)):
                    for file in files:
                        into = os.path.join(parent, os.path.relpath(os.path.join(path, file), site))
                        if not os.path.exists(into):
                            os.makedirs(os.path.dirname(into), exist_ok=True)
                            shutil.copy2(os.path.join(path, file), into)


def is_module(failure):
    """Reports whether a file that is no Python could be imported by its name:
    templates of projects cannot."""
    match = re.search(r'File "/app/([^"]+)\.py"', failure) or re.search(r"\(([^(),]+)\.py, line", failure)
    parts = (match.group(1) if match else "app").split("/")
    return all(part.isidentifier() for part in parts) and not {"tests", "test", "templates", "docs", "examples"} & set(parts)


def run(command):
    result = subprocess.run(command)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    main()
