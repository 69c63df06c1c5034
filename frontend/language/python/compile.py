"""Puts a Python project together: its source at /out/app and, where it is a
package, what is installed of it at /out/venv. It runs without network; the build
backends are in the virtual environment at /opt/venv."""

import argparse
import json
import os
import re
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import aside
import tree
from advice import cause, fail, first_error

UV = "/opt/uv/bin/uv"
PYTHON = "/opt/venv/bin/python"  # with the backends
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


# What private keys begin with: PEM of any kind, OpenSSH's among them, and PuTTY's.
KEY = re.compile(rb"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-")
KEY_NAMES = (".key", ".p12", ".pfx")
PEM_NAMES = (".pem", ".crt", ".cer", ".cert", ".p8", ".pk8")  # may have a key behind a certificate
LARGEST_KEY = 64 << 10


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--install", action="append", default=[], help="a directory with a package, relative to the source")
    p.add_argument("--spec", default="", help="files that are for the build alone, separated by commas")
    p.add_argument("--path", action="append", default=[], help="a directory that modules are imported from, relative to the project")
    p.add_argument("--tests", action="store_true", help="the image is to have the tests")
    p.add_argument("--checked", action="append", default=[], help="a directory of the image in which files of the spec may be in the place of these")
    p.add_argument("--compiler", help="what compiles C for the platform")
    p.add_argument("--platform", help="that platform, as uv names it")
    p.add_argument("--version-from", help="a file with the version of the project")
    p.add_argument("--variable", action="append", default=[], help="a variable that tells a build backend the version")
    p.add_argument("--env", action="append", default=[], help="a variable of the spec that build backends see")
    args = p.parse_args()
    os.umask(0o022)
    left = Left(os.getcwd(), args.spec.split(","), set() if args.tests else aside.unread(os.getcwd()))
    os.makedirs(tree.packages(VENV))
    for directory in args.install:
        install(os.path.normpath(os.path.join("/src", directory)), left, args)
    tree.be_alone()
    shutil.copytree(os.getcwd(), APP, symlinks=True, ignore=left.of_image, ignore_dangling_symlinks=True)
    tree.clean_venv(VENV)
    left.clear()
    fill_in(left)
    tree.make_plain(APP)
    drop_copies([os.path.join(APP, p) for p in args.path])
    failures = tree.compile_all([APP, tree.packages(VENV)], strict=APP, checked=args.checked)
    failures = [f for f in failures if is_module(f)]
    if failures:
        sys.stderr.write("\n".join(failures) + "\n")  # in one piece: buildx repeats the last one at the end
        fail(broken(failures[0]))
    tree.list_natives(VENV, "/out/venv.natives")
    tree.list_natives(APP, "/out/app.natives")
    left.tell()
    with open("/out/report.json", "w") as f:
        json.dump({"warnings": left.warnings()}, f)


class Left:
    """What stays behind. Hidden files, keys and what only the build reads do: an image
    must not carry secrets by accident."""

    def __init__(self, source, build_files, unread):
        self.source, self.build_files, self.unread = source, build_files, unread
        self.aside = set()  # what only developers and tools read
        self.keys, self.specials = set(), set()

    def of_image(self, directory, names):
        """Returns the names in a directory that the image does not have."""
        left = self.of_build(directory, names)
        for name in names:
            path = os.path.join(directory, name)
            if name.startswith(".") or name in ("__pycache__", "node_modules") or name.endswith((".pyc", ".egg-info")):
                left.add(name)
            elif os.path.isdir(path) and os.path.exists(os.path.join(path, "pyvenv.cfg")):
                left.add(name)
            elif directory == self.source and (name in self.build_files or re.match(r"(?i)(dockerfile|containerfile|(docker-)?compose.*\.ya?ml$)", name)):
                left.add(name)
            elif path in self.unread:
                self.aside.add(os.path.relpath(path, self.source))
                left.add(name)
        return left

    def clear(self):
        """Removes directories that have nothing but what was left out."""
        for parent in sorted({os.path.dirname(p) for p in self.aside} - {""}, reverse=True):
            while parent and not os.listdir(os.path.join(APP, parent)):
                os.rmdir(os.path.join(APP, parent))
                parent = os.path.dirname(parent)

    def is_aside(self, path):
        """Reports whether a path of the image is one that was left out, or below it."""
        parts = os.path.relpath(path, APP).split(os.sep)
        return any(os.sep.join(parts[:n]) in self.aside for n in range(1, len(parts) + 1))

    def tell(self):
        if self.aside:
            print("left out of the image, and back in it by \"files\": " + ", ".join(sorted(self.aside)))

    def of_build(self, directory, names):
        """Returns the names in a directory that nobody may read, nor any wheel have."""
        left = set()
        for name in names:
            path = os.path.join(directory, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode) or stat.S_ISLNK(mode):
                continue
            if not stat.S_ISREG(mode):
                self.specials.add(os.path.relpath(path, self.source))
                left.add(name)
            elif is_key(path):
                self.keys.add(os.path.relpath(path, self.source))
                left.add(name)
        return left

    def warnings(self):
        """Returns what a report tells of it."""
        found = []
        keys = sorted(k for k in self.keys if not self.is_aside(os.path.join(APP, k)))
        if keys:
            found.append({"message": "%s: private keys are left out of the image" % ", ".join(keys),
                          "hint": "give them to the container when it starts, or name them in \"files\""})
        if self.specials:
            found.append({"message": "%s: neither files nor directories, and left out" % ", ".join(sorted(self.specials)),
                          "hint": "an image has no use for pipes, sockets and devices of a source"})
        return found


def is_key(path):
    """Reports whether a regular file is a private key: by what it begins with, and
    where it has such a name, also by what stands further down."""
    if path.endswith(KEY_NAMES):
        return True
    try:
        if os.stat(path).st_size > LARGEST_KEY:
            return False
        with open(path, "rb") as f:
            data = f.read()
    except OSError:
        return False
    if path.lower().endswith(PEM_NAMES):
        return any(KEY.match(line.strip()) for line in data.split(b"\n"))
    return bool(KEY.match(data.lstrip(b"\xef\xbb\xbf \t\r\n")))


def environment(args):
    """Returns what build backends see, and we do not: the programs of their environment come
    first, and the spec has its variables. What Python runs there when it starts, and what
    PYTHONPATH leads to, is foreign code."""
    env = dict(os.environ, PATH=os.path.dirname(PYTHON) + ":" + os.environ["PATH"])
    if args.version_from:
        with open(args.version_from) as f:
            env.update(dict.fromkeys(args.variable, f.read()))
    env.update(v.split("=", 1) for v in args.env)
    return env


def install(directory, left, args):
    """Builds a wheel of a package with the backends that were fetched, and
    installs it. Backends write beside the source, so they get a copy."""
    copy, env = "/tmp/source", environment(args)
    shutil.rmtree(copy, ignore_errors=True)
    unused = shutil.ignore_patterns(".git", "__pycache__", "node_modules")
    shutil.copytree("/src", copy, symlinks=True, ignore=lambda d, names: unused(d, names) | left.of_build(d, names), ignore_dangling_symlinks=True)
    built = wheel(os.path.join(copy, os.path.relpath(directory, "/src")), args.compiler, env)
    if built.returncode and directory == os.getcwd() and any(text in built.stdout for text in NO_PACKAGE):
        print("the project's build backend finds no package in it; its source is used as it is")
        return
    if built.returncode:
        sys.stderr.write(built.stdout)
        fail(unbuilt("the project" if directory == os.getcwd() else os.path.relpath(directory, "/src"), built.stdout))
    wheels = [os.path.join("/tmp/wheels", n) for n in os.listdir("/tmp/wheels") if n.endswith(".whl")]
    platform = ["--python-platform", args.platform] if args.platform else []
    run([UV, "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-config", "--link-mode", "copy", "--python", PYTHON, "--prefix", VENV] + platform + wheels, env)


def wheel(source, compiler, env):
    """Has the backend of a directory build it, and returns the process."""
    shutil.rmtree("/tmp/wheels", ignore_errors=True)
    if compiler:
        import native
        return native.wheel(PYTHON, source, "/tmp/wheels", compiler, env)
    command = [UV, "build", "--wheel", "--no-build-isolation", "--offline", "--no-config", "--python", PYTHON, "--out-dir", "/tmp/wheels", source]
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def unbuilt(what, text):
    """Returns what to say of a build backend that fails."""
    if re.search(r"command '\S*(gcc|g\+\+|cc|c\+\+)' failed: No such file|error: [Cc]ompiler \S+ not found|No such file or directory: '\S*(gcc|cc)'", text):
        return "%s has C to compile, and there is no compiler: write \"build: {packages: [gcc]}\", with the -dev packages of the libraries that it needs." % what
    if re.search(r": fatal error: |\bld: cannot find -l", text):
        return "the C of %s cannot be compiled: %s. Does build.packages have the libraries that it needs, as -dev?" % (what, cause(text))
    return "the build backend of %s fails: %s" % (what, backend_error(text))


def fill_in(left):
    """Adds to the source what building a package generated into it, such as a
    file with the version: the source comes first on the path."""
    site = tree.packages(VENV)
    for name in sorted(os.listdir(site)):
        for parent in (APP, os.path.join(APP, "src")):
            if os.path.isdir(os.path.join(parent, name)) and os.path.isdir(os.path.join(site, name)):
                for path, dirs, files in os.walk(os.path.join(site, name)):
                    for file in files:
                        into = os.path.join(parent, os.path.relpath(os.path.join(path, file), site))
                        if not os.path.exists(into) and not left.is_aside(into):
                            os.makedirs(os.path.dirname(into), exist_ok=True)
                            shutil.copy2(os.path.join(path, file), into)


def drop_copies(path):
    """Removes what is installed of modules that the source has on its path, too: those
    come first, so nobody imports the copy. Native code stays, which is checked there."""
    site = tree.packages(VENV)
    for name in sorted(os.listdir(site)):
        copy = os.path.join(site, name)
        if name.endswith(".dist-info") or not any(os.path.exists(os.path.join(p, name)) for p in path):
            continue
        if os.path.isfile(copy):
            os.remove(copy)
        elif not any(tree.is_native(os.path.join(d, f)) for d, _, files in os.walk(copy) for f in files):
            shutil.rmtree(copy)
    tree.forget_missing(site)


def is_module(failure):
    """Reports whether a file that is no Python could be imported by its name:
    templates of projects cannot."""
    match = re.search(r'File "/app/([^"]+)\.py"', failure)
    parts = (match.group(1) if match else "app").split("/")
    return all(part.isidentifier() for part in parts) and not {"tests", "test", "templates", "docs", "examples"} & set(parts)


def broken(failure):
    """Returns a file that is no Python, its line and what is wrong, of what compiling said."""
    where = re.search(r'File "/app/([^"]+)"(?:, line ([1-9]\d*))?', failure)
    lines = failure.strip().split("\n")
    return ": ".join([":".join(filter(None, where.groups())), lines[-1].strip()]) if where else lines[0]


def backend_error(text):
    """Returns the exception of a build backend, which uv's message is around."""
    found = re.findall(r"^\s*((?:[A-Za-z_][\w.]*)?(?:Error|Exception)\b.*)$", text, re.M)
    return found[-1] if found else first_error(text)


def run(command, env):
    result = subprocess.run(command, env=env, stderr=subprocess.PIPE, text=True, errors="replace")
    sys.stderr.write(result.stderr)
    if result.returncode:
        fail(first_error(result.stderr))


if __name__ == "__main__":
    main()
