"""Compares what is installed with what the lock has for the platform."""

import os

from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.utils import canonicalize_name

import wanted
from advice import fail


def installed(site):
    """Returns the versions of the packages in a directory, by name."""
    found = {}
    for name in os.listdir(site) if os.path.isdir(site) else []:
        if name.endswith(".dist-info"):
            package, _, version = name[: -len(".dist-info")].partition("-")
            found[canonicalize_name(package)] = version
    return found


def expected(lines, environ):
    """Returns the versions that lines ask for on a platform, by name; None where
    any will do."""
    return {line.name: line.version() for line in lines if line.name and wanted.holds(line.marker, environ)}


def compare(have, want, closed, source, doubt=()):
    """Returns what differs, a sentence each. Packages that nobody asked for are
    right where dependencies were resolved, and wrong where all are named."""
    found = []
    for name in sorted(set(want) - set(doubt)):
        if name not in have:
            found.append("%s has %s for this platform, and it was not installed" % (source, name))
        elif want[name] and not wanted.same(want[name], have[name]):
            found.append("%s has %s %s, and %s was installed" % (source, name, want[name], have[name]))
    for name in sorted(set(have) - set(want) - set(doubt)) if closed else []:
        found.append("%s %s was installed, and %s does not have it for this platform" % (name, have[name], source))
    return found


def check(have, want, closed, source, doubt=()):
    differences = compare(have, want, closed, source, doubt)
    if differences:
        fail(". ".join(differences) + ".")


class UVLock:
    """A uv.lock, followed from one of its packages. It is read here a second time,
    by other code than what exported it, so that neither leaves out what the other has."""

    def __init__(self, lock, environ):
        self.environ, self.packages = environ, {}
        for p in lock.get("package", []):
            self.packages.setdefault(canonicalize_name(p["name"]), []).append(p)
        self.want, self.doubt = {}, set()

    def expected(self, root, extras, groups):
        """Returns the versions of what root needs, without what the context itself has;
        None where the lock does not have root."""
        start = self.packages.get(root)
        if not start:
            return None
        self.todo, self.seen = [(p, e) for p in start for e in [None] + extras], set()
        for group in groups:
            self.follow(start[0].get("dev-dependencies", {}).get(group, []))
        while self.todo:
            package, extra = self.todo.pop()
            key = (package["name"], package.get("version"), extra)
            if key in self.seen:
                continue
            self.seen.add(key)
            self.note(package)
            self.follow(package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", []))
        return self.want

    def note(self, package):
        if not {"editable", "virtual", "directory"} & set(package.get("source", {})):
            self.want[canonicalize_name(package["name"])] = package.get("version")

    def follow(self, dependencies):
        for d in dependencies:
            marker = d.get("marker", "")
            if "extra ==" in marker or "extra !=" in marker:
                self.doubt.add(canonicalize_name(d["name"]))  # of extras that exclude each other
            elif marker and not wanted.holds(Marker(marker), self.environ):
                continue
            for p in self.packages.get(canonicalize_name(d["name"]), []):
                if d.get("version", p.get("version")) == p.get("version"):
                    self.todo += [(p, e) for e in [None] + d.get("extra", [])]
