"""What fetch and compile both do to trees of Python files."""

import json
import os
import py_compile
import re
import signal
import stat
import sys


def packages(venv):
    """Returns the directory of a virtual environment that packages are in."""
    return os.path.join(venv, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


def clean_venv(venv):
    """Removes what differs from one build to the next, or is of no use in an image."""
    scripts = os.path.join(venv, "bin")
    for name in os.listdir(scripts) if os.path.isdir(scripts) else []:
        if re.match(r"(activate|deactivate|pydoc\.bat)", name):
            os.remove(os.path.join(scripts, name))
    for name in (".lock", ".gitignore", "CACHEDIR.TAG"):
        if os.path.exists(os.path.join(venv, name)):
            os.remove(os.path.join(venv, name))
    site = packages(venv)
    for name in os.listdir(site) if os.path.isdir(site) else []:
        if name.endswith(".dist-info"):
            clean_record(os.path.join(site, name))
    for name in ("_virtualenv.py", "_virtualenv.pth"):
        if os.path.exists(os.path.join(site, name)):
            os.remove(os.path.join(site, name))
    make_plain(venv)


def make_plain(root):
    """Removes what only code of a package or of the project can have made: pipes,
    sockets, devices, and attributes of files, by which a program may do what its user
    may not. Copying sets modes, and keeps attributes."""
    for path, dirs, files in os.walk(root):
        for name in dirs + files:
            file = os.path.join(path, name)
            mode = os.lstat(file).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode) and not stat.S_ISDIR(mode):
                os.remove(file)
                continue
            for attribute in attributes(file):
                try:
                    os.removexattr(file, attribute, follow_symlinks=False)
                except OSError:
                    pass  # of the system's own


def attributes(file):
    try:
        return os.listxattr(file, follow_symlinks=False)
    except OSError:
        return []  # the file system has none


def mounts(process):
    """Returns which mounts a process sees: each container has its own. They are "" of one
    that may not be asked."""
    try:
        return os.readlink("/proc/%s/ns/mnt" % process)
    except OSError:
        return ""


# Builders without root may show steps all processes of their machine, with those of other
# steps among them.
ALONE = mounts(1) == mounts("self")


def running():
    """Returns the processes of the container that have not ended."""
    found = set()
    for name in os.listdir("/proc"):
        if not ALONE and mounts(name) != mounts("self"):
            continue
        try:
            with open("/proc/%s/stat" % name) as f:
                state = f.read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if name.isdigit() and state not in "ZX":
            found.add(int(name))
    return found


OURS = running()  # before any foreign code


def be_alone():
    """Ends what foreign code has left running, which could change what is made plain."""
    for _ in range(1000):
        left = running() - OURS
        if not left:
            return
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it has ended
    sys.exit("stagefront: what packages have left running cannot be ended")


def clean_record(info):
    """Removes where a package was installed from: paths and times of the build."""
    gone = [n for n in ("direct_url.json", "uv_cache.json", "uv_build.json") if os.path.exists(os.path.join(info, n))]
    for name in gone:
        os.remove(os.path.join(info, name))
    record = os.path.join(info, "RECORD")
    if gone and os.path.exists(record):
        with open(record) as f:
            lines = [l for l in f if not any("/%s," % n in l for n in gone)]
        with open(record, "w") as f:
            f.writelines(lines)


def forget_missing(site):
    """Has packages list no files that they do not have any more."""
    for name in os.listdir(site):
        record = os.path.join(site, name, "RECORD")
        if name.endswith(".dist-info") and os.path.exists(record):
            with open(record) as f:
                lines = [l for l in f if os.path.lexists(os.path.join(site, l.rsplit(",", 2)[0].strip('"')))]
            with open(record, "w") as f:
                f.writelines(lines)


CHECKED, UNCHECKED = py_compile.PycInvalidationMode.CHECKED_HASH, py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_all(roots, strict=None, only=None, checked=()):
    """Writes the bytecode of all files below roots, for where they will be in the
    image. It is not checked against its source, whose time images do not keep:
    https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation
    It is not optimized, whatever a toolchain's PYTHONOPTIMIZE says: an image has none.

    Each directory is compiled by a process of its own, so that what one file
    leaves in memory does not get into the bytecode of another in another order.
    Files below strict that are no Python are returned with what is wrong. Of all
    files, only those of a set are compiled where there is one. The image may have others
    in the place of those below some directories of it, checked: there the bytecode is
    held against its source when it is loaded, by the content."""
    work = []
    for root in roots:
        for path, dirs, files in sorted(os.walk(root)):
            files = sorted(f for f in files if f.endswith(".py") and (only is None or os.path.join(path, f) in only))
            if files:
                mode = CHECKED if (in_image(path) + "/").startswith(tuple(d + "/" for d in checked)) else UNCHECKED
                work.append((path, files, strict is not None and path.startswith(strict), mode))
    sys.pycache_prefix = None  # what was compiled for us is elsewhere
    running, failures = [], []
    for job in work:
        if len(running) == 2 * os.cpu_count():  # while the oldest is waited for, there is work
            failures += finished(*running.pop(0))
        running.append(begun(job))
    while running:
        failures += finished(*running.pop(0))
    return failures


def begun(job):
    """Has a process compile a directory, and returns it, where it tells its failures, and
    the directory."""
    told, tell = os.pipe()
    process = os.fork()
    if process:
        os.close(tell)
        return process, told, job[0]
    status = 1
    try:
        with open(tell, "w", errors="backslashreplace") as f:
            try:
                json.dump(compile_directory(job), f)
                status = 0
            except OSError as e:
                f.write(str(e))
    finally:
        os._exit(status)


def finished(process, told, directory):
    """Waits for a process, and returns the failures that it told."""
    with open(told) as f:
        text = f.read()
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status == 1 and text:
        sys.exit("stagefront: " + text)
    if status:
        sys.exit("stagefront: what compiles the modules of %s ended with %d, which is -9 where a builder has no memory left" % (in_image(directory), status))
    return json.loads(text)


def compile_directory(job):
    path, files, strict, mode = job
    failures = []
    for name in files:
        source = os.path.join(path, name)
        if not os.path.isfile(source):
            continue  # a link that leads nowhere, or to itself
        try:
            py_compile.compile(source, dfile=in_image(source), doraise=True, optimize=0, invalidation_mode=mode, quiet=1)
        except (py_compile.PyCompileError, ValueError, RecursionError) as e:
            if strict:
                failures.append(placed(e, in_image(source)))
        except OSError as e:
            raise OSError("%s cannot be compiled: %s" % (in_image(source), e.strerror or e)) from e
    return failures


def placed(error, file):
    """Returns what is wrong with a file as Python tells most of it: with the file, and the
    line where one is known."""
    text = re.sub(r" \([^()]*, line \d+\)$", "", str(error).strip().replace("Sorry: ", "").rstrip(": "))
    if text.startswith('File "'):
        return text
    line = getattr(getattr(error, "exc_value", error), "lineno", None)
    return 'File "%s"%s\n%s' % (file, ", line %d" % line if line else "", text)


def in_image(path):
    return path[len("/out"):] if path.startswith("/out/") else path


def list_natives(root, into):
    """Writes what native code there is below root: a line each, its path, a tab,
    the package that it belongs to, a tab, and whether it is for a platform at all:
    "own" of the project's files, "any" of a package that says that it is for all."""
    owners = {}
    site = packages(root)
    for name in sorted(os.listdir(site)) if os.path.isdir(site) else []:
        record = os.path.join(site, name, "RECORD")
        if name.endswith(".dist-info") and os.path.exists(record):
            package = (name[: -len(".dist-info")].replace("-", " "), "any" if is_for_any(os.path.join(site, name)) else "")
            with open(record) as f:
                for line in f:
                    owners[os.path.normpath(os.path.join(site, line.split(",")[0]))] = package
    lines = []
    for path, dirs, files in sorted(os.walk(root)):
        for name in sorted(files):
            file = os.path.join(path, name)
            if not os.path.islink(file) and is_native(file):
                check_name(file)
                lines.append("%s\t%s\t%s\n" % ((os.path.relpath(file, root),) + owners.get(file, ("the project", "own"))))
    with open(into, "w") as f:
        f.writelines(lines)


def check_name(file):
    """Ends where a file's name is not UTF-8: whoever looks at what is in it names it so."""
    try:
        file.encode()
    except UnicodeEncodeError:
        sys.exit("stagefront: the name of %s is not UTF-8: rename it" % in_image(os.fsencode(file).decode(errors="backslashreplace")))


def is_for_any(info):
    """Reports whether a package was installed from a wheel for all platforms."""
    try:
        with open(os.path.join(info, "WHEEL")) as f:
            tags = [l.split(":", 1)[1].strip() for l in f if l.startswith("Tag:")]
    except OSError:
        return False
    return bool(tags) and all(t.endswith("-any") for t in tags)


def is_native(file):
    try:
        with open(file, "rb") as f:
            # The type says what is loaded: 2 and 3 are programs and libraries, 1 is an object file.
            head = f.read(18)
    except OSError:
        return False
    return head[:4] == b"\x7fELF" and len(head) == 18 and head[16 if head[5] == 1 else 17] in (2, 3)
