"""Where packages come from: what whoever builds says, what the project says, and what a
lock says of a package alone."""

import configparser
import hashlib
import json
import os
import urllib.parse

from pip._internal.models.index import PyPI

import wanted


def named():
    """Returns where packages come from as uv knows it, from what pip is told by
    its variables and by a pip.conf that whoever builds gave."""
    found = {}
    for ours, theirs in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_EXTRA_INDEX_URL"), ("find-links", "UV_FIND_LINKS")):
        value = pip_config(ours)
        if value and not os.environ.get(theirs) and not (ours == "index-url" and os.environ.get("UV_INDEX_URL")):
            found[theirs] = ("," if theirs == "UV_FIND_LINKS" else " ").join(value.split())
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


def way(env):
    """Returns a name for the way to indexes: whom this build believes, what it goes
    through, and what it knows. uv keeps packages by their addresses alone, and what
    came another way is not for this build, nor is what others needed a password for."""
    known = hashlib.sha256()
    for path in (env.get("SSL_CERT_FILE", ""), "/etc/hosts", "/etc/pip.conf", "/etc/xdg/pip/pip.conf", os.path.expanduser("~/.netrc")):
        data = b""
        if os.path.isfile(path):
            with open(path, "rb") as f:
                data = f.read()
        known.update(b"%s %d\n%s" % (path.encode(), len(data), data))
    for name in sorted(env):
        if name.lower().endswith("_proxy") or name in ("UV_INSECURE_HOST", "PIP_TRUSTED_HOST"):
            known.update(("%s=%s\n" % (name, env[name])).encode())
    return known.hexdigest()[:32]


class Indexes:
    """The indexes of one fetch: of its environment, of the project (defaults, the first of
    which counts), and of options in requirements."""

    def __init__(self, env, defaults, options):
        self.env, self.defaults, self.options = env, [d.rstrip("/") for d in defaults], options
        self.usual = None  # what a lock took for the default one, as far as can be told

    def learn(self, lines, own):
        """Finds out which index was the default one when a lock was made, where the project
        does not say it: it was perhaps a mirror of whoever made it. own are those that the
        project names beside its default one."""
        named = [l.index.rstrip("/") for l in lines if l.index and "://" in l.index]
        others = [n for n in named if n not in {o.rstrip("/") for o in own}]
        if others and not self.defaults and PyPI.simple_url.rstrip("/") not in named:
            self.usual = max(sorted(set(others)), key=others.count)

    def of(self, line):
        """Returns the index that a line has to come from, None for the default one."""
        plain = (line.index or "").rstrip("/")
        if "://" not in plain or plain in (self.usual, PyPI.simple_url.rstrip("/")):
            return None
        return None if plain in (self.defaults if self.is_mirrored() else self.defaults[:1]) else plain

    def is_mirrored(self):
        return bool(self.env.get("UV_DEFAULT_INDEX") or self.env.get("UV_INDEX_URL"))

    def with_default(self):
        """Returns the environment in which uv knows the project's default index, in place of
        which whoever builds may name a mirror."""
        if not self.defaults or self.is_mirrored():
            return self.env
        return dict(self.env, UV_DEFAULT_INDEX=self.authorized(self.defaults[0]))

    def write(self, name, lines, environ):
        """Writes requirements for uv and returns the files: those that come from an index of
        their own are in a project file, which can say so, and their hashes apart."""
        own = [(l, self.of(l)) for l in lines if self.of(l) and wanted.holds(l.marker, environ)]
        placed = {id(l) for l, _ in own}
        others = [l for l in lines if id(l) not in placed]
        path = "/tmp/%s.txt" % name
        with open(path, "w") as f:
            f.write("".join(o + "\n" for o in self.options) + "".join(l.written() + "\n" for l in others))
        if not own:
            return [path]
        indexes = sorted({i for _, i in own})
        project = ["[project]", 'name = "indexed"', 'version = "0"', "dependencies = " + json.dumps([l.text for l, _ in own]), "[tool.uv.sources]"]
        project += ["%s = {index = \"i%d\"}" % (l.name, indexes.index(i)) for l, i in own]
        for n, url in enumerate(indexes):
            project += ["[[tool.uv.index]]", 'name = "i%d"' % n, "url = " + json.dumps(self.authorized(url)), "explicit = true"]
        os.makedirs("/tmp/" + name, exist_ok=True)
        file, hashes = "/tmp/%s/pyproject.toml" % name, "/tmp/%s.hashes.txt" % name
        with open(file, "w") as f:
            f.write("\n".join(project) + "\n")
        with open(hashes, "w") as f:
            f.write("".join(l.text.partition(";")[0] + "".join(" --hash=" + h for h in l.hashes) + "\n" for l, _ in own if l.hashes))
        return ([path] if others or self.options else []) + [file, hashes]

    def authorized(self, url):
        """Returns the URL of an index with who asks, where a secret names its host."""
        parts = urllib.parse.urlsplit(url)
        for known in map(urllib.parse.urlsplit, self.urls()):
            if known.username and known.hostname == parts.hostname and known.port == parts.port:
                return urllib.parse.urlunsplit(parts._replace(netloc=known.netloc))
        return url

    def urls(self):
        options = [o.split(None, 1)[1] for o in self.options if " " in o]
        return options + " ".join(self.env.get(n, "") for n in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS")).replace(",", " ").split()
