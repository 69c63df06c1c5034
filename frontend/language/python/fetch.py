"""Installs the dependencies of a project for a platform, without running any of them.

It runs in the toolchain, with the network, and leaves a virtual environment at
/opt/venv: packages for the target platform, console scripts that are started by
/opt/venv/bin/python, and the list of native files for those who check them.
"""

import argparse
import configparser
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree

VENV = "/opt/venv"
UV = "/opt/uv/bin/uv"

# Packages that exist as source alone, and what has wheels in their place.
INSTEAD = {"mysqlclient": "pymysql", "psycopg-c": "psycopg[binary]", "psycopg2": "psycopg2-binary", "uwsgi": "pyuwsgi"}


def main():
    args = arguments()
    env = dict(os.environ, **indexes())
    run([UV, "venv", "--quiet", "--no-project", "--python", sys.executable, "--allow-existing", VENV], env)
    requirements = list(args.requirements)
    if args.uv_lock:
        requirements.append(exported(args, env))
    if args.also:
        requirements.append(written(args.also))
    if requirements:
        install(args, requirements, env)
    tree.clean_venv(VENV)
    tree.compile_all([tree.packages(VENV)])
    tree.list_natives(VENV, os.path.join(VENV, "natives"))


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--for", dest="target", required=True, help="the platform, for people")
    p.add_argument("--platform", required=True, help="the platform, as uv names it")
    p.add_argument("--python", required=True)
    p.add_argument("--uv-lock", action="store_true")
    p.add_argument("--extra", action="append", default=[])
    p.add_argument("--group", action="append", default=[])
    p.add_argument("--requirements", action="append", default=[])
    p.add_argument("--constraints")
    p.add_argument("--also", action="append", default=[], help="a requirement beside those of files")
    p.add_argument("--closed", action="store_true", help="every package is named; nothing is resolved")
    p.add_argument("--hashed", action="store_true", help="every package has hashes")
    return p.parse_args()


def indexes():
    """Returns where packages come from as uv knows it, from what pip is told by
    its variables and by a pip.conf that whoever builds gave."""
    found = {}
    for ours, theirs in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_EXTRA_INDEX_URL"), ("find-links", "UV_FIND_LINKS")):
        value = pip_config(ours)
        if value and not os.environ.get(theirs) and not (ours == "index-url" and os.environ.get("UV_INDEX_URL")):
            found[theirs] = " ".join(value.split())
    return found


def pip_config(name):
    """Returns a setting of pip: of its variables, else of the files that it reads
    for every user. https://pip.pypa.io/en/stable/topics/configuration/"""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    config = configparser.RawConfigParser(strict=False)
    config.read(["/etc/xdg/pip/pip.conf", "/etc/pip.conf"])
    for section in ("install", "global"):
        value = value or config.get(section, name, fallback="")
    return value


def exported(args, env):
    """Has uv export what uv.lock says, without the members of the workspace."""
    out = "/tmp/exported.txt"
    command = [UV, "export", "--quiet", "--frozen", "--no-header", "--no-annotate", "--no-emit-local", "--no-default-groups",
               "--format", "requirements.txt", "--python", sys.executable, "--output-file", out]
    for name in args.extra:
        command += ["--extra", name]
    for name in args.group:
        command += ["--group", name]
    run(command, env)
    return out


def written(requirements):
    name = "/tmp/also.txt"
    with open(name, "w") as f:
        f.write("\n".join(requirements) + "\n")
    return name


def install(args, requirements, env):
    command = [UV, "pip", "install", "--no-progress", "--python", VENV + "/bin/python", "--link-mode", "copy",
               "--python-platform", args.platform, "--python-version", args.python]
    for name in requirements:
        command += ["--requirements", name]
    if args.constraints:
        command += ["--constraints", args.constraints]
    if args.closed and not args.also:
        command += ["--no-deps"]
    if args.hashed and not args.also:
        command += ["--require-hashes"]
    for group in args.group if not args.uv_lock else []:
        command += ["--group", group]
    for extra in args.extra if not args.uv_lock else []:
        command += ["--extra", extra]
    result = subprocess.run(command, env=env, stderr=subprocess.PIPE, text=True)
    sys.stderr.write(result.stderr)
    if result.returncode:
        explain(args, result.stderr)
        sys.exit(result.returncode)


def explain(args, text):
    """Says in a line what uv's message means for who builds an image."""
    where = "%s and Python %s" % (args.target, args.python)
    failed = re.search(r"Failed to build `([^`=]+)==([^`]+)`", text)
    wheel = re.search(r"`([^`=]+)==([^`]+)`[^\n]*(?:no (?:usable )?wheels|only has wheels|has no (?:source|wheels))", text) or \
        re.search(r"([A-Za-z0-9._-]+)==([^ ]+) has no (?:source distribution or )?wheels? ", text)
    unknown = re.search(r"Because ([A-Za-z0-9._-]+) was not found in the package registry", text)
    closed = re.search(r"index URL \(([^)]+)\) could not be queried[^\n]*(?:401|403)", text)
    mismatch = re.search(r"Hash mismatch for `([^`]+)`", text)
    if failed:
        say("%s %s has no wheel for %s, and its source cannot be built without the platform's own compiler and libraries, or not any more. %s"
            % (failed.group(1), failed.group(2), where, advice(args, failed)))
    elif closed:
        say("%s asks for a password: give it by --secret id=netrc,src=$HOME/.netrc, or the index with it by --secret id=pip.conf,src=<pip.conf>." % closed.group(1))
    elif unknown:
        say("the index has no %s. Is the name right? An index of your own is given by --secret id=pip.conf,src=<pip.conf>, "
            "or by --build-arg PIP_EXTRA_INDEX_URL=<url> where it needs no password." % unknown.group(1))
    elif mismatch:
        say("%s is not the file that the lock was made with. Write the lock anew; if it happens again, do not trust the index." % mismatch.group(1))
    elif wheel:
        say("%s %s has no wheel for %s. %s" % (wheel.group(1), wheel.group(2), where, advice(args, wheel)))


def advice(args, package):
    """Says what to do for want of a wheel: which versions of Python have one."""
    versions = []
    for minor in range(9, 15):
        command = [UV, "pip", "install", "--dry-run", "--quiet", "--no-deps", "--only-binary", ":all:", "--python", sys.executable, "--target", "/tmp/none",
                   "--python-platform", args.platform, "--python-version", "3.%d" % minor, "%s==%s" % package.groups()]
        if subprocess.run(command, env=dict(os.environ, **indexes()), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            versions.append("3.%d" % minor)
    if versions:
        return 'It has one for Python %s: write version: "%s", or take another version of it.' % (", ".join(versions), versions[-1])
    instead = INSTEAD.get(package.group(1))
    return "Take %s in its place." % instead if instead else "Take a version of it that has one, or a package in its place that has."


def say(text):
    sys.stderr.write("\nstagefront: " + text + "\n")


def run(command, env):
    result = subprocess.run(command, env=env)
    if result.returncode:
        sys.exit(result.returncode)


if __name__ == "__main__":
    main()
