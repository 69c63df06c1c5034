"""Clones repositories of git at a commit. That runs git alone: it takes no hooks and no
filters from a repository."""

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import urllib.parse

from advice import fail


def archive(url, into, name):
    """Puts the source at a commit into an archive and returns its path. The URL is as
    installers have it: git+https://example.com/me/sdk@COMMIT#subdirectory=DIR."""
    address, fragment = re.match(r"git\+([^#]+)(?:#(.*))?$", url).groups()
    address, _, commit = address.rpartition("@")
    below = dict(urllib.parse.parse_qsl(fragment or "")).get("subdirectory", "")
    tree = tempfile.mkdtemp()
    clone(address, commit, tree)
    source = os.path.join(tree, below)
    if not os.path.isdir(source) or not os.path.realpath(source).startswith(os.path.realpath(tree)):
        fail("%s has no directory %s at %s." % (shown(address), below, commit))
    # "g", as "git describe" has it: installers read a version in a name that ends with digits.
    path = os.path.join(into, "%s-g%s.tar.gz" % (name, commit[:12]))
    os.makedirs(into, exist_ok=True)
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as out:
        for directory, dirs, files in os.walk(source):
            dirs[:] = sorted(d for d in dirs if d != ".git")
            links = [d for d in dirs if os.path.islink(os.path.join(directory, d))]
            for file in sorted(f for f in files + links if f != ".git"):
                full = os.path.join(directory, file)
                out.add(full, "source/" + os.path.relpath(full, source), recursive=False, filter=timeless)
    shutil.rmtree(tree)
    return path


def timeless(info):
    info.mtime, info.uid, info.gid, info.uname, info.gname = 315532800, 0, 0, "", ""
    return info


def clone(address, commit, tree):
    git(tree, address, "init", "--quiet")
    git(tree, address, "remote", "add", "origin", address)
    # Not every server gives a commit by its name: then all that branches and tags lead to.
    if run(tree, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", commit).returncode:
        git(tree, address, "fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
    git(tree, address, "checkout", "--quiet", "--detach", commit)
    if os.path.exists(os.path.join(tree, ".gitmodules")):
        git(tree, address, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")


def git(tree, address, *args):
    result = run(tree, *args)
    if result.returncode:
        said = [l for l in result.stderr.strip().split("\n") if l.startswith(("fatal:", "error:", "ERROR"))] or [result.stderr.strip()]
        fail("%s cannot be cloned: %s. Where it is private, give --secret id=netrc,src=$HOME/.netrc, or --ssh default for an address of SSH."
             % (shown(address), said[0].rstrip(".")))


def run(tree, *args):
    return subprocess.run(["git", "-c", "advice.detachedHead=false", "-c", "core.hooksPath=/dev/null", "-C", tree] + list(args),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")


def shown(address):
    return re.sub(r"//[^/@]*@", "//", address)
