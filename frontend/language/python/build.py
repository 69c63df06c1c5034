"""Builds the packages that exist as source alone, and installs them beside the
others. It runs what packages bring, so it has no network, no passwords, and no cache
that outlives it: all that it can change is the environment that it is part of."""

import argparse
import glob
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guard
import tree
import wanted
from advice import UV, cause, fail
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name

VENV = "/opt/venv"
SOURCES = VENV + "/sources"
WHEELS = "/tmp/wheels"

# Variables that tell backends a version which they would ask a repository for.
VERSIONS = ("SETUPTOOLS_SCM_PRETEND_VERSION", "PBR_VERSION", "PDM_BUILD_SCM_VERSION")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--for", dest="target", required=True, help="the platform, for people")
    p.add_argument("--platform", required=True, help="the platform, as uv names it")
    p.add_argument("--python", required=True)
    p.add_argument("--checked", action="append", default=[], help="a directory of the image in which files of the spec may be in the place of these")
    p.add_argument("--compiler", help="what compiles C for the platform")
    args = p.parse_args()
    if not os.path.exists(SOURCES):
        return
    with open(os.path.join(SOURCES, "plan.json")) as f:
        plan = json.load(f)
    for package in plan["packages"]:
        build(args, package)
        install(args, package)
    tree.be_alone()
    names = {p["name"]: p["version"] if p["version"] != "0" else None for p in plan["packages"]}
    guard.check(guard.installed(tree.packages(VENV)), names, False, "the lock")
    if not plan["closed"]:
        complete(args, names)
    shutil.rmtree(SOURCES)
    tree.clean_venv(VENV)
    tree.compile_all([tree.packages(VENV)], only=files(names), checked=args.checked)
    tree.list_natives(VENV, os.path.join(VENV, "natives"))


def build(args, package):
    """Builds a wheel with what fetch brought for it."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    env = dict(os.environ, PATH=package["builder"] + "/bin:" + os.environ["PATH"])
    if package["cloned"] and package["version"] != "0":
        env.update(dict.fromkeys(VERSIONS, package["version"]))
    python = package["builder"] + "/bin/python"
    if args.compiler:
        import native
        result = native.wheel(python, native.unpacked(package["file"], "/tmp/source"), WHEELS, args.compiler, env)
    else:
        result = subprocess.run([UV, "build", "--wheel", "--no-build-isolation", "--offline", "--no-config", "--python", python, "--out-dir", WHEELS, package["file"]],
                                env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if result.returncode:
        sys.stderr.write(result.stdout)
        failed = package["failed"] or "%(name)s %(version)s exists as source alone, and cannot be built from it. Take a version of it that has a wheel." % package
        fail(failed.replace("{cause}", cause(result.stdout)))


def install(args, package):
    result = subprocess.run([UV, "pip", "install", "--quiet", "--no-deps", "--no-index", "--offline", "--no-config", "--no-build", "--link-mode", "copy",
                             "--python", VENV + "/bin/python", "--python-platform", args.platform, "--python-version", args.python]
                            + glob.glob(WHEELS + "/*.whl"), stderr=subprocess.PIPE, text=True)
    if result.returncode:
        sys.stderr.write(result.stderr)
        fail(package["failed"] or "%s %s is no wheel for %s when it is built. Take a version of it that has one." % (package["name"], package["version"], args.target))


def infos(names):
    """Yields the metadata directories of packages by their names."""
    for info in sorted(glob.glob(os.path.join(tree.packages(VENV), "*.dist-info"))):
        if canonicalize_name(os.path.basename(info)[: -len(".dist-info")].partition("-")[0]) in names:
            yield info


def files(names):
    """Returns the files that packages installed."""
    found = set()
    for info in infos(names):
        with open(os.path.join(info, "RECORD")) as f:
            found |= {os.path.normpath(os.path.join(tree.packages(VENV), line.split(",")[0].strip('"'))) for line in f}
    return found


def complete(args, names):
    """Ends with an error where a package needs, now that it is built, what was not
    known when its dependencies were resolved."""
    environ, have = wanted.environment(args.platform, args.python), guard.installed(tree.packages(VENV))
    for info in infos(names):
        with open(os.path.join(info, "METADATA"), errors="replace") as f:
            requires = [l[len("Requires-Dist:"):].strip() for l in f.read().partition("\n\n")[0].split("\n") if l.startswith("Requires-Dist:")]
        for r in map(Requirement, requires):
            if canonicalize_name(r.name) not in have and wanted.holds(r.marker, environ):
                fail("%s needs %s, which it says only when it is built. Lock the project (uv lock, or uv pip compile --generate-hashes)."
                     % (os.path.basename(info)[: -len(".dist-info")].replace("-", " "), r))


if __name__ == "__main__":
    main()
