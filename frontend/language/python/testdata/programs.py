"""Has the programs of steps meet what goes wrong, and hears what they tell of it: each
remedy for what earns it, and not for what is near. programs_test.go runs it, with what
steps have at the root below ROOT."""

import argparse
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import unittest

ROOT = os.environ["ROOT"]
sys.path.insert(0, os.path.join(ROOT, "programs"))
import advice
import aside
import ask
import build
import clone
import compile as project
import fetch
import guard
import indexes
import sdist
import tree
import wanted

SITE = tree.packages(os.path.join(ROOT, "opt/venv"))
ARGS = argparse.Namespace(target="linux/arm64", platform="aarch64-manylinux_2_36", python="3.13", compiler=None, source="uv.lock", closed=True,
                          hashed=True, wheels=False, also=[], add=[], constraints=None, project=None, uv_lock=None, member=None,
                          requirements=None, metadata=None, default_index=[], own_index=[], extra=[], group=[], version_from=None, env=[])


def said(call, *args):
    """Returns what a program ends with, "" where it goes on."""
    try:
        call(*args)
    except SystemExit as e:
        return str(e.code).replace("\nstagefront: ", "")
    return ""


def printed(call):
    """Returns what a program prints that goes on."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        call()
    return out.getvalue()


def args(**changed):
    return argparse.Namespace(**dict(vars(ARGS), **changed))


def uv(script):
    """Puts a program in the place of uv, which says and does what is to be met."""
    write("opt/uv/bin/uv", "#!/bin/sh\n" + script + "\n")
    os.chmod(os.path.join(ROOT, "opt/uv/bin/uv"), 0o755)


def write(name, text=""):
    path = os.path.join(ROOT, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return path


def archive(name, **files):
    """Returns a source distribution with files, whose names have _ for what no name has."""
    path = os.path.join(ROOT, "files", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tarfile.open(path, "w:gz") as out:
        for file, text in files.items():
            out.add(write("member", text), "source/" + {"info": "PKG-INFO", "setup": "setup.py", "project": "pyproject.toml", "c": "fast.c", "cc": "fast.cc"}[file])
    return path


def a_fetch(text="a==1", **changed):
    """Returns a fetch of a package, without what it does when it begins."""
    f = object.__new__(fetch.Fetch)
    f.args, f.env = args(**changed), dict(os.environ)
    f.environ = wanted.environment(f.args.platform, f.args.python)
    f.options, f.lines = [], [wanted.Line(text)]
    f.indexes = indexes.Indexes(f.env, [], [])
    f.named, f.added, f.pending, f.stubs, f.cloned = f.lines[:], [], {}, {}, set()
    f.stub_dir = os.path.join(ROOT, "stubs")
    return f


class Programs(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        for name in ("opt", "tmp", "src", "out"):
            shutil.rmtree(os.path.join(ROOT, name), ignore_errors=True)
            os.makedirs(os.path.join(ROOT, name))
        os.makedirs(SITE)
        os.chdir(os.path.join(ROOT, "src"))
        uv("exit 1")

    def tells(self, want, call, near):
        self.assertEqual(want, said(call))
        self.assertNotEqual(want, said(near))

    def test_what_uv_means(self):
        write("tmp/wanted.txt", "a==1\nflask ~> 3 --hash=sha256:1\n")
        for text, want, near in (
            ("index URL (https://index.example.com/simple) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)",
             "https://index.example.com/simple asks for a password: give it by --secret id=netrc,src=$HOME/.netrc, or the index with it by --secret id=pip.conf,src=<pip.conf>.",
             "index URL (https://index.example.com/simple) could not be queried: it is not there (404 Not Found)"),
            ("Because nope was not found in the package registry and you require nope, it is unsatisfiable",
             "the index has no nope. Is the name right? An index of your own is given by --secret id=pip.conf,src=<pip.conf>, or by "
             "--build-arg PIP_EXTRA_INDEX_URL=<url> where it needs no password.",
             "Because there is no version of nope==2 and you require nope==2, it is unsatisfiable"),
            ("error: Hash mismatch for `a==1`", "a==1 is not the file that the lock was made with. Write the lock anew; if it happens again, do not trust the index.",
             "error: no hash of `a==1` is known"),
            ("error: Expected a version: %s/tmp/wanted.txt:2:7" % ROOT, 'Expected a version in "flask ~> 3"', "error: Expected a version: %s/tmp/none.txt:2:7" % ROOT),
            ("error: invalid peer certificate: UnknownIssuer",
             "a certificate on the way to the index is not trusted. Behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>.",
             "error: peer closed the connection"),
            ("Because psycopg2==2.9 has no usable wheels and", "psycopg2 2.9 has no wheel for linux/arm64 and Python 3.13. Take psycopg2-binary in its place.", "Because psycopg2==2.9 is yanked"),
            ("Because psycopg2==2.9 has no wheels for it", "psycopg2 2.9 has no wheel for linux/arm64 and Python 3.13. Take psycopg2-binary in its place.", "Because psycopg2==2.9 is yanked"),
        ):
            self.tells(want, lambda: advice.explain(ARGS, {}, text), lambda: advice.explain(ARGS, {}, near))

    def test_what_has_no_wheel(self):
        self.assertEqual("No version of it has one; is there a package in its place that has?", advice.advice(ARGS, {}, "a", "1"))
        uv('read -r asked <%s/tmp/asked.txt\ncase "$asked $*" in "a==1 "*" 3.12 "* | "a==2 "*) echo $asked ;; "a "*) echo a==2 ;; *) exit 1 ;; esac' % ROOT)
        self.assertEqual('a 2 has wheels for linux/amd64 and linux/arm64. 1 has one for Python 3.12: write version: "3.12".', advice.advice(ARGS, {}, "a", "1"))

    def test_what_is_not_built(self):
        uv("exit 1")
        none = "No version of it has one; is there a package in its place that has?"
        lacks = "a 1 has no wheel for linux/arm64 and Python 3.13"
        self.assertEqual(lacks + ". " + none + ' Or have its source compiled: write "build: {packages: [gcc]}", with the -dev packages of the libraries that it needs.',
                         advice.unbuildable(ARGS, {}, "a", "1"))
        self.assertEqual("pygraphviz" + lacks[1:] + ". " + none + ' Or have its source compiled: write "build: {packages: [gcc, libgraphviz-dev]}".',
                         advice.unbuildable(ARGS, {}, "pygraphviz", "1"))
        self.assertEqual(lacks + ", and its source cannot be compiled: {cause}. Does build.packages have the libraries that it needs, as -dev? " + none,
                         advice.unbuildable(args(compiler="gcc"), {}, "a", "1"))
        self.assertEqual(lacks + ", and it is built by maturin, which is not done here. " + none, advice.unsupported(ARGS, {}, "a", "1", "maturin"))

    def test_fetch_takes(self):
        f = a_fetch(wheels=True)
        self.tells("a has no wheel for linux/arm64 and Python 3.13 among those that uv.lock names. Write the lock anew, or take a version that has one.",
                   lambda: f.take("a"), lambda: a_fetch().take("a"))
        self.tells("a is to be had as source alone for linux/arm64 and Python 3.13, and what builds packages is installed as wheels. Take a version of it that has one.",
                   lambda: a_fetch(wheels=True, also=["hatchling"]).take("a"), lambda: f.take("a"))
        path = archive("a-1.tar.gz", setup="")
        named = archive("a-2.tar.gz", info="Name: a\nVersion: 2\n")
        self.tells("file://%s has no PKG-INFO that says its name and version. Take a release of it, or a wheel." % path,
                   lambda: a_fetch().take_file(wanted.Line("file://" + path)), lambda: nameless(named))

    def test_fetch_asks(self):
        def asked(f):
            log = os.path.join(ROOT, "tmp/asked")
            uv('case "$*" in "pip install"*) echo "$@" >> %s;; esac' % log)
            f.install()
            with open(log) if os.path.exists(log) else io.StringIO() as said:
                text = said.read().strip()
            shutil.rmtree(os.path.join(ROOT, "tmp"))
            os.makedirs(os.path.join(ROOT, "tmp"))
            return text.partition("3.13 ")[2].replace(ROOT, "")

        nothing, project, grouped = (a_fetch(closed=False, hashed=False, **of) for of in ({}, {"project": "pyproject.toml"}, {"group": ["web"]}))
        nothing.lines, project.lines, grouped.lines = [], [], []
        self.assertEqual("--requirements /tmp/wanted.txt", asked(a_fetch(closed=False, hashed=False)))
        self.assertEqual("", asked(nothing))
        self.assertEqual("--requirements pyproject.toml --refresh", asked(project))
        self.assertEqual("--group web", asked(grouped))

    def test_what_only_developers_read(self):
        ours = ["Makefile", "conftest.py", "dev-requirements.txt", "requirements/dev.in", "requirements/tests.txt", "requirements-dev.txt",
                "requirements-docs.in", "requirements-test.txt", "requirements.dev.txt", "requirements_dev.txt", "uv.lock"]
        for name in ours + ["requirements.txt", "requirements.in", "requirements-server.txt", "requirements-prod.txt", "requirements-device.txt",
                            "requirements/base.txt", "requirements/ci.txt", "requirements/production.txt", "data/requirements-dev.txt", "requirements-lint.txt"]:
            write("src/" + name)
        write("src/app.py", 'print(open("requirements-lint.txt").read(), open(os.path.join("requirements", "ci.txt")).read())\n')
        source = os.path.join(ROOT, "src")
        self.assertEqual(ours, sorted((os.path.relpath(p, source) for p in aside.unread(source)), key=lambda n: ours.index(n) if n in ours else -1))

    def test_fetch_locates(self):
        for found, want in (("", "a 1 has no wheel for linux/arm64 and Python 3.13, and no source. Take a version of it that has one."),
                            ('sdist = {url = "https://example.com/a-1.tar.gz"}', "")):
            write("located", '[[packages]]\nname = "a"\nversion = "1"\n' + found)
            uv("while [ $# != 0 ]; do [ \"$1\" != --output-file ] || cp %s/located \"$2\"; shift; done" % ROOT)
            f = a_fetch()
            self.assertEqual(want, said(lambda: f.locate("a", f.lines)))

    def test_fetch_knows_what_is_declared(self):
        file = write("src/pyproject.toml", '[project]\ndependencies = ["a==1"]\noptional-dependencies = {x = ["b<2"], y = ["b<1"]}\n')
        write("located", '[[packages]]\nname = "b"\nversion = "1"\nsdist = {url = "https://example.com/b-1.tar.gz"}')
        uv("while [ $# != 0 ]; do [ \"$1\" != --output-file ] || cp %s/located \"$2\"; shift; done" % ROOT)
        f = a_fetch("c==1", project=file, extra=["x"])
        self.assertEqual([("a", "==1"), ("b", "<2")], [(l.name, str(l.requirement.specifier)) for l in f.declared()])
        f.locate("b", [l for l in f.declared() if l.name == "b"])
        with open(os.path.join(ROOT, "tmp/asked.txt")) as asked:
            self.assertEqual("b<2\n", asked.read())
        os.makedirs(os.path.join(ROOT, "told"))
        sdist.stub(os.path.join(ROOT, "told"), "p", "1", ["a==1", "b<2 ; extra == 'x'"])
        f = a_fetch("c==1", metadata=os.path.join(ROOT, "told"))
        self.assertEqual([("a", "==1"), ("b", "<2")], [(l.name, str(l.requirement.specifier)) for l in f.declared()])

    def test_fetch_reads(self):
        runs = archive("a-1.tar.gz", info="Name: a\n", setup="setup(install_requires=read())")
        says = archive("a-2.tar.gz", info="Metadata-Version: 2.2\nName: a\nVersion: 2\n", setup="setup(install_requires=read())")
        self.tells("a 1 says what it needs only when its setup.py is run, which is not done while passwords and the network are there. Lock the project (uv lock, or uv pip compile --generate-hashes), or take a version of it that has a wheel.",
                   lambda: a_fetch().stand_in("a", "1", runs), lambda: a_fetch().stand_in("a", "2", says))
        rust = archive("a-3.tar.gz", info="Name: a\n", setup="setup(install_requires=read())", project='[build-system]\nrequires = ["maturin"]\n')
        self.tells(advice.unsupported(ARGS, {}, "a", "1", "maturin"), lambda: a_fetch().stand_in("a", "1", rust), lambda: a_fetch().stand_in("a", "1", runs))
        self.tells("what the index has for a==1 is no whole package (bad zip). Does something between here and the index answer in its place?",
                   lambda: a_fetch().message("WARN a==1 has an invalid package format: bad zip\n"), lambda: a_fetch().message("WARN a==1 is yanked\n"))

    def test_fetch_adds(self):
        want = "gunicorn cannot be installed beside what uv.lock has. Take another version of it, or declare it in the project and lock it there."
        self.tells(want, lambda: a_fetch().resolved(["gunicorn"]), lambda: a_fetch().resolved([]))

    def test_fetch_brings_builders(self):
        def brings(path, **changed):
            f = a_fetch(**changed)
            f.pending = {"a": ("1", path)}
            return lambda: f.bring_builders()

        plain = archive("a-1.tar.gz", setup="")
        rust = archive("a-2.tar.gz", project='[build-system]\nrequires = ["maturin>=1"]\n')
        bound = archive("a-3.tar.gz", project='[build-system]\nrequires = ["pybind11"]\n')
        both = archive("a-4.tar.gz", project='[build-system]\nrequires = ["pybind11"]\n', cc="")
        os.makedirs(os.path.join(ROOT, "opt/venv/sources"))
        self.tells("a exist as source alone, and uv.lock does not say so. Write it anew.", brings(plain, wheels=True), brings(plain))
        self.tells(advice.unsupported(ARGS, {}, "a", "1", "maturin"), brings(rust), brings(bound))
        self.tells(advice.unbuildable(ARGS, {}, "a", "1"), brings(bound), brings(plain))
        self.tells(advice.unbuildable(ARGS, {}, "a", "1", "g++"), brings(both), brings(bound))
        uv("[ $1 = venv ]")
        self.tells("a 1 exists as source alone, and what builds it cannot be had as wheels: setuptools>=40.8.0, wheel. Take a version of it that has a wheel.",
                   brings(plain), brings(bound))

    def test_what_differs_from_the_lock(self):
        for have, want, text in (({}, {"a": "1"}, "uv.lock has a for this platform, and it was not installed."),
                                 ({"a": "2"}, {"a": "1"}, "uv.lock has a 1, and 2 was installed."),
                                 ({"a": "1", "b": "1"}, {"a": "1"}, "b 1 was installed, and uv.lock does not have it for this platform.")):
            self.tells(text, lambda: guard.check(have, want, True, "uv.lock"), lambda: guard.check({"a": "1"}, {"a": "1"}, True, "uv.lock"))

    def test_downloads(self):
        path = archive("a-1.tar.gz", setup="")
        page = write("files/page-1.tar.gz", "please log in")
        url, into = "file://" + path, os.path.join(ROOT, "into")
        gone = url + ".gone"
        sdist.TRIES = 1
        self.assertTrue(said(lambda: sdist.download(gone, into, [], [])).startswith(gone + " cannot be downloaded: "))
        self.assertEqual("", said(lambda: sdist.download(url, into, [], [])))
        sdist.LARGEST = 1
        self.assertEqual(url + " cannot be downloaded: it is larger than 1 bytes", said(lambda: sdist.download(url, into, [], [])))
        sdist.LARGEST = 2 << 30
        whole = "file://%s is no whole archive. Does something between here and the index answer in its place?" % page
        self.tells(whole, lambda: sdist.download("file://" + page, into, [], []), lambda: sdist.download(url, into, [], []))
        self.tells(url + " is not the file that the lock was made with. Write the lock anew; if it happens again, do not trust the index.",
                   lambda: sdist.download(url, into, ["sha256:0"], []), lambda: sdist.download("file://" + page, into, [], []))

    def test_clones(self):
        repository = os.path.join(ROOT, "repository")
        write("repository/lib/setup.py")
        git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@example.com"]
        for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "a"]):
            subprocess.run(git + command, check=True)
        commit = subprocess.run(git + ["rev-parse", "HEAD"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        into, at = os.path.join(ROOT, "into"), "git+file://%s@%s" % (repository, commit)
        self.tells("file://%s has no directory app at %s." % (repository, commit),
                   lambda: clone.archive(at + "#subdirectory=app", into, "a"), lambda: clone.archive(at + "#subdirectory=lib", into, "a"))
        got = said(lambda: clone.archive("git+file://%s/gone@%s" % (repository, commit), into, "a"))
        self.assertTrue(got.startswith("file://%s/gone cannot be cloned: fatal: " % repository), got)
        self.assertTrue(got.endswith(". Where it is private, give --secret id=netrc,src=$HOME/.netrc, or --ssh default for an address of SSH."), got)

    def test_asking_the_backend(self):
        python = "opt/venv/bin/python"
        write(python, "#!/bin/sh\necho 'ValueError: no version'\nexit 1\n")
        os.chmod(os.path.join(ROOT, python), 0o755)
        asks = lambda: ask.asked(os.path.join(ROOT, "src"), {})
        self.assertEqual("the project's build backend does not say what the project needs: ValueError: no version. Lock it: uv lock, or uv pip compile --generate-hashes.", said(asks))
        shutil.rmtree(os.path.join(ROOT, "tmp"))
        write(python, "#!/bin/sh\n")
        self.assertEqual("the project's build backend left no metadata.", said(asks))
        shutil.rmtree(os.path.join(ROOT, "tmp"))
        info = ROOT + "/tmp/metadata/a.dist-info"
        write(python, "#!/bin/sh\nmkdir -p %s && printf 'Name: a\\nVersion: 4.5.6\\n' >%s/METADATA\n" % (info, info))
        sys.argv = ["ask.py"]
        self.assertEqual("the build backend says version 4.5.6\n", printed(ask.main))

    def test_building_packages(self):
        def package(failed=""):
            return {"name": "a", "version": "1", "file": archive("a-1.tar.gz", setup=""), "builder": os.path.join(ROOT, "opt/builder"), "failed": failed, "cloned": False}

        uv("echo 'a.c:1:10: fatal error: pq.h: No such file'; exit 1")
        self.assertEqual("a 1 exists as source alone, and cannot be built from it. Take a version of it that has a wheel.", said(lambda: build.build(ARGS, package())))
        self.assertEqual("as a.c:1:10: fatal error: pq.h: No such file says", said(lambda: build.build(ARGS, package("as {cause} says"))))
        self.tells("a 1 is no wheel for linux/arm64 when it is built. Take a version of it that has one.",
                   lambda: build.install(ARGS, package()), lambda: build.install(ARGS, package("it has C")))
        uv("exit 0")
        self.assertEqual("", said(lambda: build.build(ARGS, package())))

    def test_built_packages(self):
        write(os.path.join(SITE, "a-1.dist-info/METADATA"), "Name: a\nRequires-Dist: b>=1\n\n")
        lacks = "a 1 needs b>=1, which it says only when it is built. Lock the project (uv lock, or uv pip compile --generate-hashes)."
        self.assertEqual(lacks, said(lambda: build.complete(ARGS, {"a": "1"})))
        os.makedirs(os.path.join(SITE, "b-1.dist-info"))
        self.assertEqual("", said(lambda: build.complete(ARGS, {"a": "1"})))

    def test_building_the_project(self):
        for text, want in (
            ("error: command 'gcc' failed: No such file or directory",
             'the project has C to compile, and there is no compiler: write "build: {packages: [gcc]}", with the -dev packages of the libraries that it needs.'),
            ("a.c:1:10: fatal error: pq.h: No such file", "the C of the project cannot be compiled: a.c:1:10: fatal error: pq.h: No such file. "
             "Does build.packages have the libraries that it needs, as -dev?"),
            ("gcc -lm -lcrypt/usr/bin/ld: cannot find -lpq: No such file or directory\ncollect2: error: ld returned 1 exit status\n"
             "error: command '/usr/bin/gcc' failed with exit code 1", "the C of the project cannot be compiled: ld: cannot find -lpq: No such file or directory. "
             "Does build.packages have the libraries that it needs, as -dev?"),
            ("error: command 'gcc' failed with exit code 1\nValueError: no version", "the build backend of the project fails: ValueError: no version"),
        ):
            self.assertEqual(want, project.unbuilt("the project", text))

    def test_a_project_without_a_package(self):
        write("src/main.py")
        left = project.Left(os.path.join(ROOT, "src"), [], set())
        uv("echo 'Multiple top-level packages discovered in a flat-layout'; exit 1")
        self.assertEqual("the project's build backend finds no package in it; its source is used as it is\n",
                         printed(lambda: project.install(os.path.join(ROOT, "src"), left, args())))
        uv("echo 'ValueError: Multiple versions'; exit 1")
        self.assertEqual("the build backend of the project fails: ValueError: Multiple versions", said(lambda: project.install(os.path.join(ROOT, "src"), left, args())))

    def test_another_python(self):
        def prepared(python):
            place = os.path.join(ROOT, "prepared")
            os.makedirs(place, exist_ok=True)
            return subprocess.run([sys.executable, os.path.join(ROOT, "programs/prepare.py"), python, place, place + "/bytecode", "tree"], stderr=subprocess.PIPE, text=True).stderr

        have = "%d.%d" % sys.version_info[:2]
        self.assertEqual('stagefront: the toolchain has Python %s, and the image is to have 3.99. Give a toolchain that has 3.99, or write version: "%s".\n' % (have, have), prepared("3.99"))
        self.assertEqual("", prepared(have))

    def test_what_backends_see(self):
        written = args(version_from=write("version", "4.5.6"), variable=["PBR_VERSION", "A_VERSION"], env=["PYTHONPATH=a=b", "A_VERSION=1"])
        env = project.environment(written)
        self.assertEqual(os.path.join(ROOT, "opt/venv/bin") + ":" + os.environ["PATH"], env["PATH"])
        self.assertEqual(("4.5.6", "1", "a=b"), (env["PBR_VERSION"], env["A_VERSION"], env["PYTHONPATH"]))
        self.assertNotIn("PYTHONPATH", os.environ)

    def test_what_is_left_out(self):
        write("src/a.key")
        write("src/a.crt", "-----BEGIN CERTIFICATE-----\n")
        os.mkfifo(os.path.join(ROOT, "src/pipe"))
        left = project.Left(os.path.join(ROOT, "src"), [], set())
        self.assertEqual({"a.key", "pipe"}, left.of_image(left.source, ["a.key", "a.crt", "pipe"]))
        self.assertEqual([{"message": "a.key: private keys are left out of the image", "hint": 'give them to the container when it starts, or name them in "files"'},
                          {"message": "pipe: neither files nor directories, and left out", "hint": "an image has no use for pipes, sockets and devices of a source"}], left.warnings())

    def test_a_key_of_tests(self):
        write("src/tests/a.key")
        source = os.path.join(ROOT, "src")
        left = project.Left(source, [], {os.path.join(source, "tests")})
        self.assertEqual({"tests"}, left.of_image(source, ["tests"]))
        self.assertEqual({"a.key"}, left.of_build(os.path.join(source, "tests"), ["a.key"]))
        self.assertEqual([], left.warnings())

    def test_what_is_beside(self):
        ours, others = "1", "2"
        proc = {"self": ours, str(os.getpid()): ours, str(os.getppid()): others}
        tree.mounts, tree.ALONE = lambda process: proc.get(str(process), ""), False
        self.assertEqual({os.getpid()}, tree.running())
        tree.ALONE = True
        self.assertLess({os.getpid(), os.getppid()}, tree.running())

    def test_what_is_left_running(self):
        ended = []
        tree.running, tree.os.kill = lambda: tree.OURS | {0}, lambda process, signal: ended.append(process)
        self.assertEqual("stagefront: what packages have left running cannot be ended", said(tree.be_alone))
        self.assertEqual({0}, set(ended))
        tree.running = lambda: tree.OURS
        self.assertEqual("", said(tree.be_alone))

    def test_bytecode_of_each_directory(self):
        write("out/app/a.py", "1 +")
        write("out/app/b/c.py", "x = 1")
        app = os.path.join(ROOT, "out/app")
        failures = tree.compile_all([app], strict=app)
        self.assertEqual(1, len(failures))
        self.assertIn("a.py\", line 1", failures[0])
        self.assertEqual(["c.cpython-%d%d.pyc" % sys.version_info[:2]], os.listdir(os.path.join(app, "b/__pycache__")))
        self.assertEqual(0b01, flags(os.path.join(app, "b")))  # by a hash, which is not checked
        tree.compile_all([app], checked=[tree.in_image(os.path.join(app, "b"))])
        self.assertEqual(0b11, flags(os.path.join(app, "b")))
        compile_directory = tree.compile_directory
        self.addCleanup(setattr, tree, "compile_directory", compile_directory)
        tree.compile_directory = lambda job: os.kill(os.getpid(), 9)
        self.assertEqual("stagefront: what compiles the modules of %s ended with -9, which is -9 where a builder has no memory left" % tree.in_image(app), said(tree.compile_all, [app]))

    def test_what_cannot_be_compiled(self):
        app = os.path.join(ROOT, "out/app")
        write("out/app/a.py", "x = 1")
        os.symlink("gone.py", os.path.join(app, "dangling.py"))
        os.symlink("looping.py", os.path.join(app, "looping.py"))
        self.assertEqual([], tree.compile_all([app], strict=app))
        shutil.rmtree(os.path.join(app, "__pycache__"))
        write("out/app/__pycache__")
        self.assertEqual("stagefront: %s cannot be compiled: Not a directory" % tree.in_image(os.path.join(app, "a.py")), said(tree.compile_all, [app]))

    def test_what_is_no_python(self):
        for text, want in (
            (b"x = 1 +\n", "a/b.py:1: SyntaxError: invalid syntax"),
            (b"  x = 1\n", "a/b.py:1: IndentationError: unexpected indent"),
            (b"x = 1\0\n", "a/b.py: %s: source code string cannot contain null bytes" % ("ValueError" if sys.version_info < (3, 11, 4) else "SyntaxError")),
            (b"x = " + b"+".join([b"1"] * 100000), "a/b.py: RecursionError: maximum recursion depth exceeded during compilation"),
            (b"# coding: none\n", "a/b.py: SyntaxError: unknown encoding: none"),
            (b"x = '\xe9'\n", "a/b.py:1: SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9 in position 0: unexpected end of data"),
        ):
            file = write("out/app/b.py")
            with open(file, "wb") as f:
                f.write(text)
            failures = tree.compile_directory((os.path.dirname(file), ["b.py"], True, tree.UNCHECKED))
            failure = failures[0].replace(tree.in_image(file), "/app/a/b.py")
            self.assertEqual(want, project.broken(failure))
            self.assertTrue(project.is_module(failure))
            self.assertFalse(project.is_module(failure.replace("/app/a/", "/app/templates/")))

    def test_a_name_of_bytes(self):
        write("opt/native/lib.so", "text")
        native, into = os.path.join(ROOT, "opt/native"), os.path.join(ROOT, "natives")
        with open(os.fsencode(native) + b"/caf\xe9.so", "wb") as f:
            f.write(b"text")
        tree.list_natives(native, into)
        with open(os.fsencode(native) + b"/caf\xe9.so", "wb") as f:
            f.write(b"\x7fELF\2\1" + b"\0" * 10 + b"\3\0")
        self.assertEqual("stagefront: the name of %s/caf\\xe9.so is not UTF-8: rename it" % native, said(tree.list_natives, native, into))


def flags(directory):
    """Returns how the bytecode of c.py in a directory is held against it."""
    with open(os.path.join(directory, "__pycache__/c.cpython-%d%d.pyc" % sys.version_info[:2]), "rb") as f:
        return f.read()[4]


def nameless(path):
    """Has a fetch take a file that says its name."""
    f = a_fetch("file://" + path)
    f.take_file(f.lines[0])


if __name__ == "__main__":
    unittest.main()
