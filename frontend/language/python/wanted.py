"""What is to be installed for a platform: lines of requirements and locks, with
the environment in which their markers are looked at. Nothing here runs anything
of a package."""

import hashlib
import os
import re
import shutil
import urllib.parse

from pip._vendor.packaging.markers import Marker, UndefinedEnvironmentName
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import InvalidVersion, Version

SOURCE = "/src"  # where the files of the build context are
SOURCE_SUFFIXES = (".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz", ".tar")


class Line:
    """A requirement: a package of an index, or a file somewhere."""

    def __init__(self, text):
        self.hashes = re.findall(r"--hash[= ]([a-z0-9]+:[0-9a-f]+)", text)
        self.index = said(text, "index")  # that the lock has it from
        self.locked = said(text, "version")  # of a package whose requirement does not say it
        self.text = re.sub(r"\s--(hash|index|version)[= ]\S+", "", text).strip()
        self.name, self.url, self.marker, self.requirement = None, None, None, None
        try:
            self.requirement = Requirement(self.text)
        except InvalidRequirement:
            self.url, _, marker = self.text.partition(" ; ")
            self.marker = Marker(marker) if marker else None
            return
        self.name = canonicalize_name(self.requirement.name)
        self.url, self.marker = self.requirement.url, self.requirement.marker

    def version(self):
        """Returns the one version that the line allows, None where it allows more."""
        if self.locked:
            return self.locked
        for s in self.requirement.specifier if self.requirement else ():
            if s.operator in ("==", "===") and not s.version.endswith(".*"):
                return s.version
        return None

    def is_source(self):
        """Reports whether the line names a file that is source and no wheel."""
        return bool(self.url) and (self.is_clone() or self.url.partition("#")[0].lower().endswith(SOURCE_SUFFIXES))

    def is_clone(self):
        return bool(self.url) and self.url.startswith("git+")

    def written(self):
        return self.text + "".join(" --hash=" + h for h in self.hashes)


def said(text, option):
    found = re.search(r"\s--%s=(\S+)" % option, text)
    return found.group(1) if found else None


def read(path):
    """Returns the options and the requirements of a file that was written for us:
    by our own programs, or by uv, which continues its lines."""
    options, lines = [], []
    with open(path) as f:
        text = f.read().replace("\\\n", " ")
    for line in text.split("\n"):
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        if line.startswith("-"):
            options.append(line)
        elif line:
            lines.append(Line(by_content(located(line))))
    return options, lines


def located(line):
    """Returns a line that begins with a path as one that begins with a URL."""
    if not line.startswith(("./", "../", "/")):
        return line
    path, _, rest = line.partition(" ")
    name = re.match(r"[A-Za-z0-9._]+?(?=-[0-9])", os.path.basename(path))
    url = "file://" + os.path.abspath(path)
    return "%s %s" % (name.group(0) + " @ " + url if name else url, rest)


def by_content(text):
    """Returns a text that names a file or a directory of the build context with the
    place of a copy that is called after its content. uv's cache serves other projects
    too, and knows a file by its path and its time, which two projects can have both."""
    found = re.search(r"(?:file://)?(%s/[^\s#;]+)" % SOURCE, text)
    if not found:
        return text
    path, total = urllib.parse.unquote(found.group(1)), hashlib.sha256()
    names = sorted(os.listdir(path)) if os.path.isdir(path) else [""]
    for name in names:
        with open(os.path.join(path, name).rstrip("/"), "rb") as f:
            total.update(name.encode() + b"\0" + hashlib.sha256(f.read()).digest())
    copy = os.path.join("/tmp/context", total.hexdigest(), os.path.basename(path))
    if not os.path.exists(copy):
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, copy)
    return text[: found.start(1)] + copy + text[found.end(1) :]


def environment(platform, python):
    """Returns what markers say of a platform, as uv names it."""
    return {
        "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
        "platform_machine": platform.split("-")[0], "platform_release": "", "platform_version": "",
        "python_version": python, "python_full_version": python + ".0", "implementation_version": python + ".0",
        "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": "",
    }


def holds(marker, environ):
    """Reports whether a marker holds; None where it asks for what is not known."""
    if marker is None:
        return True
    try:
        return marker.evaluate(environ)
    except UndefinedEnvironmentName:
        return None


def same(a, b):
    try:
        return Version(a) == Version(b)
    except InvalidVersion:
        return a == b
