"""Builds wheels with a C compiler, for a platform that may be another than the builder's.

Backends that ask sysconfig, and the variables of compilers, make code for the platform
then; the interpreter that runs them stays the builder's. This is both what builds with
it, and the program that the interpreter with the backend runs."""

import importlib
import os
import runpy
import shutil
import subprocess
import sys

TARGET = "/opt/target"  # what C is compiled with of the target's Python, where it is another
PLACE = "/tmp/sysconfig"
LEGACY = "setuptools.build_meta:__legacy__"  # of projects that name no backend, as PEP 517 has it

# What sysconfig says of compilers, in words that begin with the name of one.
TOOLS = ("CC", "CXX", "LDSHARED", "LDCXXSHARED", "BLDSHARED", "LINKCC", "AR", "RANLIB")


def wheel(python, source, out, compiler, env):
    """Has an interpreter build a directory into a wheel, and returns the process."""
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    env = dict(env, **tools(compiler))
    if is_cross(compiler):
        env.update(described(compiler))
    command = [python, os.path.abspath(__file__), source, out, compiler] + backend_of(source)
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def unpacked(archive, into):
    """Unpacks a source distribution at a place that is the same in each build, and
    returns its directory: compilers write it into what they make."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.unpack_archive(archive, into)
    return os.path.join(into, sorted(n for n in os.listdir(into) if os.path.isdir(os.path.join(into, n)))[0])


def backend_of(source):
    """Returns the build backend of a directory, and where it is where it brings it along."""
    import sdist
    try:
        with open(os.path.join(source, "pyproject.toml"), "rb") as f:
            system = sdist.tomllib.load(f).get("build-system", {})
    except FileNotFoundError:
        system = {}
    return [system.get("build-backend", LEGACY)] + system.get("backend-path", [])


def is_cross(compiler):
    return compiler != "gcc"


def tools(compiler):
    """Returns the variables of compilers. Nothing for debuggers is left in what is linked."""
    prefix = compiler[: -len("gcc")]
    triple = prefix.rstrip("-")
    env = {"CC": compiler, "CXX": prefix + "g++", "LDFLAGS": "-Wl,-s"}
    if triple:
        env.update(AR=prefix + "ar", RANLIB=prefix + "ranlib", STRIP=prefix + "strip", LD=prefix + "ld",
                   PKG_CONFIG_LIBDIR="/usr/lib/%s/pkgconfig:/usr/share/pkgconfig" % triple)
    return env


def machine(compiler):
    return compiler.partition("-")[0]


def headers():
    return os.path.join(TARGET, "python%d.%d" % sys.version_info[:2])


def described(compiler):
    """Writes what sysconfig is to say of the target's Python, whose files are at another
    place here, and returns the variables by which it reads that.
    https://github.com/python/cpython/blob/main/Lib/sysconfig/__init__.py"""
    triple = compiler[: -len("-gcc")]
    name = "_sysconfigdata__linux_" + triple
    values = dict(runpy.run_path(os.path.join(TARGET, name + ".py"))["build_time_vars"])
    for key in TOOLS:
        program, _, rest = str(values.get(key, "")).partition(" ")
        if program:
            values[key] = ("%s-%s %s" % (triple, program.rpartition(triple + "-")[2], rest)).strip()
    values.update(INCLUDEPY=headers(), CONFINCLUDEPY=headers())
    os.makedirs(PLACE, exist_ok=True)
    with open(os.path.join(PLACE, name + ".py"), "w") as f:
        f.write("build_time_vars = %r\n" % values)
    return {"_PYTHON_SYSCONFIGDATA_NAME": name, "_PYTHON_HOST_PLATFORM": "linux-" + machine(compiler), "PYTHONPATH": PLACE}


def pretend(name):
    """Has what asks for the machine and for headers be told the target's."""
    import sysconfig
    real, paths = os.uname(), sysconfig.get_paths
    os.uname = lambda: os.uname_result((real.sysname, real.nodename, real.release, real.version, name))
    sysconfig.get_paths = lambda *args, **more: dict(paths(*args, **more), include=headers(), platinclude=headers())


def build(source, out, compiler, backend, *places):
    os.chdir(source)
    sys.path[:1] = [os.path.abspath(p) for p in places]  # in place of where this program is
    if is_cross(compiler):
        pretend(machine(compiler))
    module, _, name = backend.partition(":")
    found = importlib.import_module(module)
    for attribute in name.split(".") if name else []:
        found = getattr(found, attribute)
    found.build_wheel(out)


if __name__ == "__main__":
    build(*sys.argv[1:])
