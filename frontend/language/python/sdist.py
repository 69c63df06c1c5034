"""Downloads source distributions and reads what they say of themselves. Nothing
of them runs: what they compute only when they run is not known here."""

import ast
import configparser
import email.parser
import hashlib
import io
import netrc
import os
import re
import ssl
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib

from advice import fail

try:
    import tomllib
except ImportError:  # before Python 3.11
    from pip._vendor import tomli as tomllib

TIMEOUT = 30  # seconds without an answer
TRIES = 3
LARGEST = 2 << 30  # bytes
LEGACY = ["setuptools>=40.8.0", "wheel"]  # of projects that say nothing else, as PEP 517 has it


def download(url, into, hashes, indexes):
    """Puts the file of a URL into a directory, whole and with one of the hashes, and
    returns its path. indexes are URLs that may have passwords."""
    name = os.path.basename(urllib.parse.unquote(urllib.parse.urlsplit(url).path))
    path = os.path.join(into, name)
    os.makedirs(into, exist_ok=True)
    for attempt in range(TRIES):
        try:
            fetch(url, path, indexes)
            break
        except (OSError, EOFError) as e:
            again = not isinstance(e, urllib.error.HTTPError) or e.code in (408, 429) or e.code >= 500
            if attempt + 1 == TRIES or not again:
                fail("%s cannot be downloaded: %s" % (shown(url), e))
            time.sleep(2 ** attempt)
    checked(path, url, hashes)
    return path


def checked(path, url, hashes):
    """Ends with an error where a file has none of the hashes, or is no archive."""
    with open(path, "rb") as f:
        data = f.read()
    found = [h for h in hashes if hashlib.new(h.partition(":")[0], data).hexdigest() == h.partition(":")[2]]
    if hashes and not found:
        fail("%s is not the file that the lock was made with. Write the lock anew; if it happens again, do not trust the index." % shown(url))
    try:
        for _ in members(path):
            pass
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, zlib.error):
        fail("%s is no whole archive. Does something between here and the index answer in its place?" % shown(url))


def fetch(url, path, indexes):
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))
    login = credentials(parts, indexes)
    if login:
        # Unredirected: another host must not get it.
        request.add_unredirected_header("Authorization", "Basic " + login)
    with urllib.request.urlopen(request, timeout=TIMEOUT, context=trust(parts.hostname)) as answer, open(path, "wb") as f:
        size = answer.headers.get("Content-Length")
        got = 0
        while True:
            block = answer.read(1 << 20)
            if not block:
                break
            got += len(block)
            if got > LARGEST:
                raise OSError("it is larger than %d bytes" % LARGEST)
            f.write(block)
    if size is not None and got != int(size):
        raise OSError("got %d of %s bytes" % (got, size))


def trust(host):
    hosts = os.environ.get("UV_INSECURE_HOST", "").split() + os.environ.get("PIP_TRUSTED_HOST", "").split()
    if host in [h.partition(":")[0] for h in hosts]:
        return ssl._create_unverified_context()
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))


def credentials(parts, indexes):
    """Returns who asks, as HTTP has it: from the URL, an index on its host, or netrc."""
    for url in [parts] + [urllib.parse.urlsplit(i) for i in indexes]:
        if url.username and url.hostname == parts.hostname and url.port == parts.port:
            return encoded(urllib.parse.unquote(url.username), urllib.parse.unquote(url.password or ""))
    try:
        found = netrc.netrc(os.path.expanduser("~/.netrc")).authenticators(parts.hostname)
    except (OSError, netrc.NetrcParseError):
        return None
    return encoded(found[0], found[2]) if found else None


def encoded(user, password):
    import base64
    return base64.b64encode(("%s:%s" % (user, password)).encode()).decode()


def shown(url):
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))


class Source:
    """A source distribution on disk."""

    def __init__(self, path):
        self.path, self.files = path, {}
        for name, read in members(path):
            self.files.setdefault(name.partition("/")[2], read)

    def text(self, name):
        """Returns the text of a file below the top directory, "" where there is none."""
        return self.files[name]().decode("utf-8", "replace") if name in self.files else ""

    def pyproject(self):
        try:
            return tomllib.loads(self.text("pyproject.toml"))
        except tomllib.TOMLDecodeError:
            return {}

    def information(self):
        return email.parser.Parser().parsestr(self.text("PKG-INFO"))

    def build_requires(self):
        """Returns what must be there to build it, as far as it says so without running."""
        system = self.pyproject().get("build-system")
        if system is not None:
            return list(system.get("requires", []))
        return LEGACY + self.setup_requires()

    def setup_requires(self):
        config = configparser.RawConfigParser(strict=False)
        try:
            config.read_string(self.text("setup.cfg"))
        except configparser.Error:
            pass
        found = config.get("options", "setup_requires", fallback="").replace(";\n", "\n").split("\n")
        try:
            tree = ast.parse(self.text("setup.py"))
        except (SyntaxError, ValueError, RecursionError):
            tree = ast.Module([], [])
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "setup_requires":
                try:
                    value = ast.literal_eval(node.value)
                except ValueError:
                    continue
                found += [value] if isinstance(value, str) else list(value)
        return [r.strip() for r in found if isinstance(r, str) and r.strip()]

    def has_native(self):
        return any(n.endswith((".c", ".cc", ".cpp", ".cxx", ".pyx", ".rs", ".f", ".f90", ".pyf", ".go")) for n in self.files)

    def compiler(self):
        """Returns the distribution's package that compiles it."""
        return "g++" if any(n.endswith((".cc", ".cpp", ".cxx")) for n in self.files) else "gcc"

    def requires(self):
        """Returns what it needs when it runs, None where only running it would tell."""
        information, project = self.information(), self.pyproject().get("project", {})
        listed = information.get_all("Requires-Dist") or []
        dynamic = [d.lower() for d in information.get_all("Dynamic") or []]
        if release(information.get("Metadata-Version", "1.0")) >= (2, 2) and "requires-dist" not in dynamic:
            return listed
        if "name" in project and not {"dependencies", "optional-dependencies"} & set(project.get("dynamic", [])):
            return declared(project)
        if listed:
            return listed
        eggs = [n for n in self.files if n.endswith(".egg-info/PKG-INFO")]
        if eggs:
            return sections(self.text(os.path.dirname(min(eggs, key=len)) + "/requires.txt"))
        if information.get("Name") and "install_requires" not in self.text("setup.py") + self.text("setup.cfg"):
            return []
        return None


def release(version):
    return tuple(int(p) for p in re.findall(r"\d+", version)[:2])


def members(path):
    """Yields the files of an archive with functions that read them."""
    if zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        for info in archive.infolist():
            yield info.filename, lambda info=info: archive.read(info)
        return
    archive = tarfile.open(path)
    for info in archive.getmembers():
        if info.isfile():
            yield re.sub(r"^\./", "", info.name), lambda info=info: archive.extractfile(info).read()


def declared(project):
    found = list(project.get("dependencies", []))
    for extra, requires in project.get("optional-dependencies", {}).items():
        found += [with_marker(r, "extra == '%s'" % extra) for r in requires]
    return found


def sections(text):
    """Returns the requirements of a requires.txt, whose sections are extras and
    markers: [tests:python_version < "3.9"]."""
    found, extra, marker = [], "", ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            extra, _, marker = line.strip("[]").partition(":")
        elif line:
            r = with_marker(line, marker)
            found.append(with_marker(r, "extra == '%s'" % extra) if extra else r)
    return found


def with_marker(requirement, marker):
    if not marker:
        return requirement
    text, _, own = requirement.partition(";")
    return "%s ; (%s) and (%s)" % (text, own, marker) if own else "%s ; %s" % (text, marker)


GENERATOR = "stagefront"


def stub(into, name, version, requires, python=None):
    """Writes a wheel of a package that has nothing but what it needs, so that uv can
    take it into account before the package is built. Returns its path."""
    stem = "%s-%s" % (re.sub(r"[-.]+", "_", name), version)
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    lines += ["Requires-Dist: " + r for r in requires] + (["Requires-Python: " + python] if python else [])
    for extra in sorted(set(re.findall(r"extra == '([^']+)'|extra == \"([^\"]+)\"", " ".join(requires)))):
        lines.append("Provides-Extra: " + "".join(extra))
    path = os.path.join(into, stem + "-py3-none-any.whl")
    os.makedirs(into, exist_ok=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(stem + ".dist-info/METADATA", "\n".join(lines) + "\n")
        z.writestr(stem + ".dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: %s\nRoot-Is-Purelib: true\nTag: py3-none-any\n" % GENERATOR)
        z.writestr(stem + ".dist-info/RECORD", "")
    with open(path, "wb") as f:
        f.write(out.getvalue())
    return path


def wheel_requires(path):
    """Returns what a wheel says that it needs."""
    with zipfile.ZipFile(path) as z:
        name = next(n for n in z.namelist() if n.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(z.read(name).decode()).get_all("Requires-Dist") or []
