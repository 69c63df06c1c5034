"""Fetches the dependencies of a project for a platform, without running any of them.

It runs in the toolchain, with the network and with passwords of whoever builds, and
leaves a virtual environment at /opt/venv: packages for the target platform, console
scripts that are started by /opt/venv/bin/python, and the list of native files for
those who check them. What exists as source alone is left in /opt/venv/sources, with
what builds it, for build.py."""

import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clone
import guard
import indexes
import sdist
import tree
import wanted
from advice import UV, explain, fail, unbuildable, unsupported
from pip._vendor.packaging.utils import canonicalize_name

VENV = "/opt/venv"
SOURCES = VENV + "/sources"
ROUNDS = 50  # of asking uv what else has no wheel

# What builds native code, and is not done: with compilers of its own, or for the builder alone.
BACKENDS = {"maturin", "setuptools-rust", "scikit-build", "scikit-build-core", "meson-python", "mesonpy", "cmake", "py-build-cmake", "sip", "nanobind"}
# What compiles C by setuptools.
COMPILED = {"cffi", "pybind11"}


def main():
    args = arguments()
    env = dict(os.environ, **indexes.named())
    env["UV_CACHE_DIR"] = os.path.join(env["UV_CACHE_DIR"], indexes.way(env))
    fetch = Fetch(args, env)
    fetch.install()
    fetch.verify()
    fetch.bring_builders()
    tree.clean_venv(VENV)
    tree.compile_all([tree.packages(VENV)], checked=args.checked)
    tree.list_natives(VENV, os.path.join(VENV, "natives"))


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--for", dest="target", required=True, help="the platform, for people")
    p.add_argument("--platform", required=True, help="the platform, as uv names it")
    p.add_argument("--python", required=True)
    p.add_argument("--uv-lock", help="the lock that uv exports")
    p.add_argument("--member", help="the package of uv.lock that is installed")
    p.add_argument("--extra", action="append", default=[])
    p.add_argument("--group", action="append", default=[])
    p.add_argument("--requirements", help="a file of requirements")
    p.add_argument("--project", help="a project file that uv reads itself")
    p.add_argument("--metadata", help="a directory with a wheel that says what the project needs")
    p.add_argument("--constraints")
    p.add_argument("--also", action="append", default=[], help="a requirement beside those of files")
    p.add_argument("--add", action="append", default=[], help="a requirement of the spec that no lock of the project has")
    p.add_argument("--default-index", action="append", default=[], help="what the project takes for its default index")
    p.add_argument("--own-index", action="append", default=[], help="an index that the project names for some packages")
    p.add_argument("--source", default="the project", help="what says what is installed, for people")
    p.add_argument("--closed", action="store_true", help="every package is named; nothing is resolved")
    p.add_argument("--hashed", action="store_true", help="every package has hashes")
    p.add_argument("--wheels", action="store_true", help="nothing is built from source afterwards")
    p.add_argument("--checked", action="append", default=[], help="a directory of the image in which files of the spec may be in the place of these")
    p.add_argument("--compiler", help="what compiles C for the platform when packages are built afterwards")
    return p.parse_args()


class Fetch:
    """One environment on its way."""

    def __init__(self, args, env):
        self.args, self.env = args, env
        self.environ = wanted.environment(args.platform, args.python)
        self.options, self.lines = [], []
        if args.uv_lock:
            self.options, self.lines = wanted.read(self.exported())
            self.place()
        elif args.requirements:
            self.options, self.lines = wanted.read(args.requirements)
        self.options = [wanted.by_content(o) for o in self.options]
        self.indexes = indexes.Indexes(env, args.default_index, self.options)
        if args.closed and args.hashed:
            self.indexes.learn(self.lines, args.own_index)
        self.lines += [wanted.Line(r) for r in args.also + self.metadata()]
        self.added = self.resolved(args.add)
        self.lines += self.added
        self.named = list(self.lines)  # before any of them is taken for source
        self.pending = {}  # what is to be built: by name, its version and the path of its source
        self.stub_dir = tempfile.mkdtemp()  # a new name each time: uv's cache knows a file by its path
        self.cloned = set()  # names of packages from repositories
        self.stubs = {}  # versions that stand for what is built later: by name, by version, the path

    def resolved(self, requirements):
        """Returns what the spec adds, as lines: as they are where all is resolved, else with
        all that they need and the lock has not, of the versions that the lock has."""
        lines = [wanted.Line(r) for r in requirements]
        if not lines or not self.args.closed:
            return lines
        here = [l for l in self.lines if l.name and wanted.holds(l.marker, self.environ)]
        pins = [wanted.Line("%s==%s" % (l.name, l.version())) for l in here if l.version()]
        out = "/tmp/added.txt"
        command = [UV, "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate", "--no-build", "--output-file", out,
                   "--python", sys.executable, "--python-platform", self.args.platform, "--python-version", self.args.python,
                   "--constraints", self.written("pins", pins)[0]] + self.written("added", lines)
        if subprocess.run(command, env=self.indexes.with_default()).returncode:
            fail("%s cannot be installed beside what %s has. Take another version of it, or declare it in the project and lock it there."
                 % (" and ".join(requirements), self.args.source))
        have = {l.name for l in here}
        return [l for l in wanted.read(out)[1] if l.name not in have]

    def metadata(self):
        """Returns the project as a requirement, where its backend said what it needs."""
        extras = "[%s]" % ",".join(self.args.extra) if self.args.extra else ""
        return ["%s%s @ file://%s" % (os.path.basename(path).split("-")[0], extras, path) for path in self.told()]

    def told(self):
        return glob.glob(os.path.join(self.args.metadata, "*.whl")) if self.args.metadata else []

    def exported(self):
        """Has uv export what uv.lock says, without what the context itself has."""
        out = "/tmp/exported.txt"
        command = [UV, "export", "--quiet", "--frozen", "--no-header", "--no-annotate", "--no-emit-workspace", "--no-default-groups",
                   "--format", "requirements.txt", "--python", sys.executable, "--output-file", out]
        for p in self.lock().get("package", []):
            if {"editable", "virtual", "directory"} & set(p.get("source", {})):
                command += ["--no-emit-package", p["name"]]
        for name in self.args.extra:
            command += ["--extra", name]
        for name in self.args.group:
            command += ["--group", name]
        self.run(command)
        return out

    def place(self):
        """Says of every package of uv.lock which index, or which version of a repository,
        the lock has: what is exported does not."""
        packages = {}
        for p in self.lock().get("package", []):
            packages.setdefault(canonicalize_name(p["name"]), []).append(p)
        for line in self.lines:
            for p in packages.get(line.name, []):
                hashes = {f.get("hash") for f in p.get("wheels", []) + [p.get("sdist", {})]}
                if line.is_clone():
                    line.locked = p.get("version")
                elif p.get("version") == line.version() and (not line.hashes or hashes & set(line.hashes)):
                    line.index = p.get("source", {}).get("registry")

    def lock(self):
        with open(self.args.uv_lock, "rb") as f:
            return sdist.tomllib.load(f)

    def install(self):
        """Has uv install what has wheels, and finds what has none."""
        for line in [l for l in self.lines if l.is_source() and wanted.holds(l.marker, self.environ)]:
            self.take_file(line)
        for _ in range(ROUNDS):
            # Anew: uv runs the interpreter of an environment, which would run what is installed there.
            for name in ("bin", "lib"):
                shutil.rmtree(os.path.join(VENV, name), ignore_errors=True)
            self.run([UV, "venv", "--quiet", "--no-project", "--python", sys.executable, "--allow-existing", VENV])
            if not self.asks():
                return
            result = subprocess.run(self.command(), env=dict(self.indexes.with_default(), RUST_LOG="warn"), stderr=subprocess.PIPE, text=True)
            message = self.message(result.stderr)
            missing = sorted(set(re.findall(r"Wheels are required for `([^`]+)`", message)))
            if result.returncode and not missing and self.indexes.usual:
                self.indexes.usual = None  # it is no mirror: the default index has not what the lock has
                continue
            if not result.returncode or not missing:
                break
            for name in missing:
                self.take(canonicalize_name(name))
        sys.stderr.write(message)
        if result.returncode:
            explain(self.args, self.env, message)
        self.drop_stubs()

    def asks(self):
        """Reports whether uv has anything to install: a project without dependencies has
        not, nor has what only exists as source."""
        return bool(self.lines or self.args.project or self.args.group and not self.args.uv_lock)

    def message(self, text):
        """Returns what uv told people. Of a file that is cut or no package at all it
        tells only in its log, and takes another version in its place."""
        broken = re.search(r"^WARN `?([^` ]+==[^` ]+)`? has an invalid package format: (.*)$", text, re.M)
        if broken:
            fail("what the index has for %s is no whole package (%s). Does something between here and the index answer in its place?"
                 % (broken.group(1), broken.group(2)))
        return "".join(l for l in text.splitlines(True) if not l.startswith("WARN "))

    def command(self):
        args = self.args
        command = [UV, "pip", "install", "--no-progress", "--no-build", "--python", VENV + "/bin/python", "--link-mode", "copy",
                   "--python-platform", args.platform, "--python-version", args.python]
        for path in self.written("wanted", self.lines) if self.lines else []:  # uv warns of a file without any
            command += ["--constraints" if path.endswith(".hashes.txt") else "--requirements", path]
        if args.closed and args.hashed and any(o.startswith("--extra-index-url") for o in self.options):
            command += ["--index-strategy", "unsafe-best-match"]  # hashes say which file it is
        if args.project:
            command += ["--requirements", args.project, "--refresh"]  # it may name files of the project
        if self.stubs:
            # The variable counts only where there is no flag.
            for place in [self.stub_dir] + re.split(r"[\s,]+", self.env.get("UV_FIND_LINKS", "")):
                command += ["--find-links", place] if place else []
        if args.constraints:
            command += ["--constraints", args.constraints]
        if args.closed and not args.also:
            command += ["--no-deps"]
        if args.hashed and not args.also:
            command += ["--require-hashes"]
        for group in args.group if not args.uv_lock else []:
            command += ["--group", group]
        for extra in args.extra if args.project else []:
            command += ["--extra", extra]
        return command

    def written(self, name, lines):
        return self.indexes.write(name, lines, self.environ)

    def take(self, name):
        """Has a package of an index built later, which has no wheel."""
        if self.args.wheels and not self.args.also:
            fail("%s has no wheel for %s and Python %s among those that %s names. Write the lock anew, or take a version that has one."
                 % (name, self.args.target, self.args.python, self.args.source))
        if self.args.wheels:
            fail("%s is to be had as source alone for %s and Python %s, and what builds packages is installed as wheels. Take a version of it that has one."
                 % (name, self.args.target, self.args.python))
        lines = [l for l in self.lines + self.declared() if l.name == name]
        version, url, hashes = self.locate(name, lines)
        path = sdist.download(url, os.path.join(SOURCES, "files"), hashes, self.indexes.urls())
        if self.args.closed:
            self.pending[name] = (version, path)
            self.lines = [l for l in self.lines if l.name != name]
        else:
            self.stand_in(name, version, path)

    def declared(self):
        """Returns what the project asks for where uv reads that itself: of its file, or of
        the wheel in which its backend said it."""
        if self.args.project:
            with open(self.args.project, "rb") as f:
                file = sdist.tomllib.load(f)
            project, groups = file.get("project", {}), file.get("dependency-groups", {})
            optional = project.get("optional-dependencies", {})
            texts = project.get("dependencies", [])
            texts = sum([optional.get(e, []) for e in self.args.extra] + [groups.get(g, []) for g in self.args.group], texts)
            return [wanted.Line(t) for t in texts if isinstance(t, str)]
        return [wanted.Line(r) for wheel in self.told() for r in sdist.wheel_requires(wheel)]

    def take_file(self, line):
        """Has a line that names a source distribution, or a repository, built later."""
        into = os.path.join(SOURCES, "files")
        if line.is_clone():
            path = clone.archive(line.url, into, line.name)
        else:
            path = sdist.download(line.url.partition("#")[0], into, self.hashes(line), self.indexes.urls())
        information = sdist.Source(path).information()
        project = sdist.Source(path).pyproject().get("project", {})
        name = line.name or canonicalize_name(information.get("Name") or project.get("name") or "")
        version = line.locked or information.get("Version") or project.get("version")
        if line.is_clone():
            self.cloned.add(name)
            version = version or "0"  # it is known when it is built
        if not name or not version:
            fail("%s has no PKG-INFO that says its name and version. Take a release of it, or a wheel." % sdist.shown(line.url))
        self.lines.remove(line)
        if self.args.closed:
            self.pending[name] = (version, path)
            return
        wheel = self.stand_in(name, version, path)
        extras = "[%s]" % ",".join(sorted(line.requirement.extras)) if line.requirement and line.requirement.extras else ""
        self.lines.append(wanted.Line("%s%s @ file://%s" % (name, extras, wheel)))

    def hashes(self, line):
        """Returns the hashes that the file of a line may have: its own, or its URL's."""
        algorithm, _, value = line.url.partition("#")[2].partition("=")
        return line.hashes or ([algorithm + ":" + value] if algorithm.startswith("sha") else [])

    def locate(self, name, lines):
        """Returns the version of a package that uv takes where it may take source, and
        the place and the hashes of that. Of a package of an index alone, whose
        dependencies nobody asks for, nothing runs."""
        specifiers = [str(l.requirement.specifier) for l in lines if wanted.holds(l.marker, self.environ) and not l.url]
        tried = ["!=" + v for v in self.stubs.get(name, {})]
        asked = [wanted.Line(name + ",".join(s for s in specifiers + tried if s))]
        asked[0].index = next((l.index for l in lines if l.index), None)
        out = "/tmp/pylock.located.toml"
        command = [UV, "pip", "compile", "--quiet", "--no-deps", "--format", "pylock.toml", "--output-file", out, "--python", sys.executable,
                   "--python-platform", self.args.platform, "--python-version", self.args.python]
        for path in self.written("asked", asked):
            command += ["--constraints", path] if path.endswith(".hashes.txt") else [path]
        if self.args.constraints:
            command += ["--constraints", self.args.constraints]
        if os.path.exists(out):
            os.remove(out)
        self.run(command, self.indexes.with_default())
        with open(out, "rb") as f:
            package = sdist.tomllib.load(f)["packages"][0]
        source = package.get("sdist", {})
        url = source.get("url") or ("file://" + os.path.abspath(source["path"]) if "path" in source else None)
        if not url:
            fail("%s %s has no wheel for %s and Python %s, and no source. %s" % (
                name, package["version"], self.args.target, self.args.python, "Take a version of it that has one."))
        own = [h for l in lines for h in l.hashes]
        return package["version"], url, own or ["%s:%s" % h for h in source.get("hashes", {}).items()]

    def stand_in(self, name, version, path):
        """Writes a wheel that says of a source distribution what it needs."""
        source = sdist.Source(path)
        requires = source.requires()
        if requires is None:
            if BACKENDS & builders(source):
                fail(unsupported(self.args, self.env, name, version, min(BACKENDS & builders(source))))
            fail("%s %s says what it needs only when its setup.py is run, which is not done while passwords and the network are there. "
                 "Lock the project (uv lock, or uv pip compile --generate-hashes), or take a version of it that has a wheel." % (name, version))
        self.stubs.setdefault(name, {})[version] = path
        return sdist.stub(self.stub_dir, name, version, requires, source.information().get("Requires-Python"))

    def drop_stubs(self):
        """Removes what stands for packages that are built later, and for the project."""
        site = tree.packages(VENV)
        for wheel in glob.glob(os.path.join(site, "*.dist-info", "WHEEL")):
            with open(wheel) as f:
                if "Generator: %s\n" % sdist.GENERATOR not in f.read():
                    continue
            info = os.path.dirname(wheel)
            shutil.rmtree(info)
            package, _, version = os.path.basename(info)[: -len(".dist-info")].partition("-")
            paths = self.stubs.get(canonicalize_name(package), {})
            if version in paths:
                self.pending[canonicalize_name(package)] = (version, paths[version])

    def verify(self):
        """Compares what is installed, or will be, with what the lock has."""
        have = dict(guard.installed(tree.packages(VENV)), **{n: v for n, (v, _) in self.pending.items()})
        doubt = {l.name for l in self.added} | {n for n in self.cloned if have.get(n) == "0"}
        want = guard.expected([l for l in self.named if l.url is None or not l.url.startswith("file://" + (self.args.metadata or "/nowhere"))], self.environ)
        closed = self.args.closed and not self.args.also and all(l.name for l in self.named)
        guard.check(have, want, closed, self.args.source)
        if self.args.uv_lock and self.args.member:
            lock = guard.UVLock(self.lock(), self.environ)
            want = lock.expected(self.args.member, self.args.extra, self.args.group)
            if want is not None:
                guard.check(have, want, True, self.args.source, lock.doubt | doubt)

    def bring_builders(self):
        """Fetches what builds the packages that exist as source alone."""
        if not self.pending:
            shutil.rmtree(SOURCES, ignore_errors=True)
            return
        if self.args.wheels:
            fail("%s exist as source alone, and %s does not say so. Write it anew." % (", ".join(sorted(self.pending)), self.args.source))
        plan, built = [], {}
        for name, (version, path) in sorted(self.pending.items()):
            source = sdist.Source(path)
            requires, builds = source.build_requires(), builders(source)
            if BACKENDS & builds:
                fail(unsupported(self.args, self.env, name, version, min(BACKENDS & builds)))
            if COMPILED & builds and not self.args.compiler:
                fail(unbuildable(self.args, self.env, name, version, source.compiler()))
            key = "\n".join(sorted(requires))
            if key not in built:
                built[key] = self.builder(name, version, requires, len(built))
            failed = unbuildable(self.args, self.env, name, version, source.compiler()) if source.has_native() else ""
            plan.append({"name": name, "version": version, "file": path, "builder": built[key], "failed": failed, "cloned": name in self.cloned})
        kept = {p["file"] for p in plan}
        for path in glob.glob(os.path.join(SOURCES, "files", "*")):
            if path not in kept:
                os.remove(path)
        with open(os.path.join(SOURCES, "plan.json"), "w") as f:
            json.dump({"packages": plan, "closed": self.args.closed}, f, indent=1)

    def builder(self, name, version, requires, number):
        """Makes an environment of the builder's own for what builds a package."""
        path = os.path.join(SOURCES, "builder-%d" % number)
        self.run([UV, "venv", "--quiet", "--no-project", "--python", sys.executable, path])
        lines = [wanted.Line(r) for r in requires]
        if lines:
            result = subprocess.run([UV, "pip", "install", "--quiet", "--no-build", "--link-mode", "copy", "--python", path + "/bin/python",
                                     "--requirements", self.written("builder", lines)[0]], env=self.env)
            if result.returncode:
                fail("%s %s exists as source alone, and what builds it cannot be had as wheels: %s. Take a version of it that has a wheel."
                     % (name, version, ", ".join(requires)))
        return path

    def run(self, command, env=None):
        result = subprocess.run(command, env=env or self.env, stderr=subprocess.PIPE, text=True, errors="replace")
        sys.stderr.write(result.stderr)
        if result.returncode:
            explain(self.args, self.env, result.stderr)


def builders(source):
    """Returns the names of what builds a source distribution."""
    return {canonicalize_name(re.split(r"[^A-Za-z0-9._-]", r)[0]) for r in source.build_requires()}


if __name__ == "__main__":
    main()
