"""Says in a line what a failure means for who builds an image."""

import re
import subprocess
import sys

UV = "/opt/uv/bin/uv"

# Packages that exist as source alone, and what has wheels in their place.
INSTEAD = {"mysqlclient": "pymysql", "psycopg-c": "psycopg[binary]", "psycopg2": "psycopg2-binary", "uwsgi": "pyuwsgi"}


def explain(args, env, text):
    """Ends with what uv's message means."""
    where = "%s and Python %s" % (args.target, args.python)
    wheel = re.search(r"`([^`=]+)==([^`]+)`[^\n]*(?:no (?:usable )?wheels|only has wheels|has no (?:source|wheels))", text) or \
        re.search(r"([A-Za-z0-9._-]+)==([^ ]+) has no (?:source distribution or )?wheels? ", text)
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
    if re.search(r"certificate verify failed|CERTIFICATE_VERIFY_FAILED|UnknownIssuer|invalid peer certificate|self.signed certificate", text):
        fail("a certificate on the way to the index is not trusted. Behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>.")
    fail(first_error(text))


def first_error(text):
    """Returns the first error of a tool's output, with what it says of its cause."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", l).strip() for l in text.strip().split("\n")]
    for i, line in enumerate(lines):
        if re.match(r"(?i)(error\b|\S*(Error|Exception): |fatal: |×)", line):
            causes = [l for l in lines[i + 1 : i + 4] if re.match(r"(cause:|Caused by:|╰─▶)", l)]
            return " ".join([re.sub(r"(?i)^error: ", "", line.lstrip("× "))] + [c.lstrip("╰─▶ ") for c in causes])
    return lines[-1] if lines else ""


def unbuildable(args, env, name, version):
    """Returns what to say where a package cannot be built from its source."""
    return ("%s %s has no wheel for %s and Python %s, and its source cannot be built without the platform's own compiler and libraries, or not any more. %s"
            % (name, version, args.target, args.python, advice(args, env, name, version)))


def advice(args, env, name, version):
    """Says what to do for want of a wheel: which versions of Python have one."""
    versions = []
    for minor in range(9, 15):
        command = [UV, "pip", "install", "--dry-run", "--quiet", "--no-deps", "--no-build", "--python", sys.executable, "--target", "/tmp/none",
                   "--python-platform", args.platform, "--python-version", "3.%d" % minor, "%s==%s" % (name, version)]
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            versions.append("3.%d" % minor)
    if versions:
        return 'It has one for Python %s: write version: "%s", or take another version of it.' % (", ".join(versions), versions[-1])
    instead = INSTEAD.get(name)
    return "Take %s in its place." % instead if instead else "Take a version of it that has one, or a package in its place that has."


def fail(text):
    """Ends with a sentence that is told where the error is, too."""
    sys.exit("\nstagefront: " + text)
