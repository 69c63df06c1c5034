"""Says in a line what a failure means for who builds an image."""

import os
import re
import subprocess
import sys

UV = "/opt/uv/bin/uv"

# Packages that exist as source alone, and what has wheels in their place.
INSTEAD = {"mysqlclient": "pymysql", "psycopg-c": "psycopg[binary]", "psycopg2": "psycopg2-binary", "uwsgi": "pyuwsgi"}

# Packages of the distribution that compiling a package takes.
NEEDS = {
    "mysqlclient": ["gcc", "libmariadb-dev", "pkg-config"],
    "psycopg-c": ["gcc", "libpq-dev"],
    "psycopg2": ["gcc", "libpq-dev"],
    "pygraphviz": ["gcc", "libgraphviz-dev"],
    "python-ldap": ["gcc", "libldap-dev", "libsasl2-dev"],
    "xmlsec": ["gcc", "libxmlsec1-dev", "pkg-config"],
}


def explain(args, env, text):
    """Ends with what uv's message means."""
    where = "%s and Python %s" % (args.target, args.python)
    wheel = re.search(r"`([^`=]+)==([^`]+)`[^\n]*(?:no (?:usable )?wheels|only has wheels|has no (?:source|wheels))", text) or \
        re.search(r"([A-Za-z0-9._-]+)==([^ ]+) has no (?:source distribution or |usable )?wheels? ", text)
    unknown = re.search(r"Because ([A-Za-z0-9._-]+) was not found in the package registry", text)
    closed = re.search(r"index URL \(([^)]+)\) could not be queried[^\n]*(?:401|403)", text)
    mismatch = re.search(r"Hash mismatch for `([^`]+)`", text)
    if closed:
        fail("%s asks for a password: give it by --secret id=netrc,src=$HOME/.netrc, or the index with it by --secret id=pip.conf,src=<pip.conf>." % closed.group(1))
    elif unknown:
        fail("the index has no %s. Is the name right? An index of your own is given by --secret id=pip.conf,src=<pip.conf>, "
             "or by --build-arg PIP_EXTRA_INDEX_URL=<url> where it needs no password." % unknown.group(1))
    elif mismatch:
        fail("%s is not the file that the lock was made with. Write the lock anew; if it happens again, do not trust the index." % mismatch.group(1))
    elif wheel:
        fail("%s %s has no wheel for %s. %s" % (wheel.group(1), wheel.group(2), where, advice(args, env, *wheel.groups())))
    untold(text)


def untold(text):
    """Ends with the message of a tool that is not explained otherwise."""
    text = re.sub(r": (\S+\.txt):(\d+):\d+", line_told, text)
    if re.search(r"certificate verify failed|CERTIFICATE_VERIFY_FAILED|UnknownIssuer|invalid peer certificate|self.signed certificate", text):
        fail("a certificate on the way to the index is not trusted. Behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>.")
    fail(first_error(text))


def line_told(match):
    """Returns how a place in a file is told: by what is in the line where we wrote the file."""
    path, number = match.groups()
    if not path.startswith("/tmp/") or not os.path.exists(path):
        return match[0]
    with open(path) as f:
        lines = f.read().split("\n")
    return ' in "%s"' % lines[int(number) - 1].split(" --hash")[0] if int(number) <= len(lines) else match[0]


def first_error(text):
    """Returns the first error of a tool's output, with what it says of its cause."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", l).strip() for l in text.strip().split("\n")]
    for i, line in enumerate(lines):
        if re.match(r"(?i)(error\b|\S*(Error|Exception): |fatal: |×)", line):
            causes = [l for l in lines[i + 1 : i + 4] if re.match(r"(cause:|Caused by:|╰─▶)", l)]
            return " ".join([re.sub(r"(?i)^error: ", "", line.lstrip("× "))] + [c.lstrip("╰─▶ ") for c in causes])
    return lines[-1] if lines else ""


def unbuildable(args, env, name, version, compiler="gcc"):
    """Returns what to say where the C of a package cannot be compiled; {cause} is why.
    The compiler is the distribution's package that has what its source wants."""
    lacks = "%s %s has no wheel for %s and Python %s" % (name, version, args.target, args.python)
    if args.compiler:
        return lacks + ", and its source cannot be compiled: {cause}. Does build.packages have the libraries that it needs, as -dev? " + advice(args, env, name, version)
    needs = NEEDS.get(name, [compiler])
    return "%s. %s Or have its source compiled: write \"build: {packages: [%s]}\"%s." % (
        lacks, advice(args, env, name, version), ", ".join(needs), "" if len(needs) > 1 else ", with the -dev packages of the libraries that it needs")


def unsupported(args, env, name, version, backend):
    """Returns what to say of a package whose build backend cannot be run for a platform."""
    return "%s %s has no wheel for %s and Python %s, and it is built by %s, which is not done here. %s" % (
        name, version, args.target, args.python, backend, advice(args, env, name, version))


def advice(args, env, name, version):
    """Says what to do for want of a wheel: what is taken in the package's place, which
    version of it has one, and for which versions of Python its own has."""
    if name in INSTEAD:
        return "Take %s in its place." % INSTEAD[name]
    said, newest = [], wheels_of(args, env, name)
    if newest:
        said.append("%s %s has wheels for %s." % (name, newest[0], " and ".join(newest[1])))
    versions = ["3.%d" % minor for minor in range(9, 15) if has_wheel(env, "%s==%s" % (name, version), args.platform, "3.%d" % minor)]
    if versions:
        said.append('%s has one for Python %s: write version: "%s".' % (version, ", ".join(versions), versions[-1]))
    return " ".join(said) or "No version of it has one; is there a package in its place that has?"


def wheels_of(args, env, name):
    """Returns the newest version of a package that has a wheel for the platform, and
    the platforms that it has one for; None where there is none."""
    found = has_wheel(env, name, args.platform, args.python)
    if not found:
        return None
    version = found.partition("==")[2]
    machine, _, libc = args.platform.partition("-")
    platforms = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}
    others = [platforms[m] for m in sorted(platforms) if m != machine and has_wheel(env, "%s==%s" % (name, version), m + "-" + libc, args.python)]
    return version, sorted([args.target] + others)


def has_wheel(env, requirement, platform, python):
    """Returns the version of a package that is taken where only wheels are, as
    name==version; "" where none has one."""
    asked = "/tmp/asked.txt"
    with open(asked, "w") as f:
        f.write(requirement + "\n")
    result = subprocess.run([UV, "pip", "compile", "--quiet", "--no-deps", "--no-build", "--no-header", "--no-annotate", "--python", sys.executable,
                             "--python-platform", platform, "--python-version", python, asked],
                            env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return "" if result.returncode else result.stdout.strip().split("\n")[-1]


def cause(text):
    """Returns the first error of a compiler, of a linker, or of the backend that calls them.
    What these say of each other comes last."""
    lines = [re.sub(r".*\bld: (?=cannot find -l|.*undefined reference to )", "ld: ", l.strip()) for l in text.split("\n")]
    for pattern in (r".*\b(?:fatal error|error): (?!ld returned|command ).*", r"ld: .*", r".*\berror: .*", r"(?:\w+\.)*\w*(?:Error|Exception): .*"):
        found = [l for l in lines if re.match(pattern, l)]
        if found:
            return re.sub(r"^error: ", "", found[0]).rstrip(".")
    return first_error(text).rstrip(".")


def fail(text):
    """Ends with a sentence that is told where the error is, too."""
    sys.exit("\nstagefront: " + text)
