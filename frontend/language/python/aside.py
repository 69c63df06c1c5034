"""Tells what of a project its developers and their tools read, and the program does not."""

import glob
import os
import re

# Files at the top of a project.
TOOLS = {
    "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pipfile", "pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
    "tox.ini", "noxfile.py", "pytest.ini", "mypy.ini", "ruff.toml", "makefile", "justfile", "taskfile.yml", "jenkinsfile",
    "azure-pipelines.yml", "codecov.yml", "renovate.json", "docker-bake.hcl", "htmlcov", "coverage.xml", "conftest.py",
}
# Lists of packages for developers, at the top or in a directory of such lists: their names
# say so. requirements.txt stays, and so does what may be for the program, as a list for
# production or for a server.
GROUP = r"(dev|develop|development|tests?|testing|docs?|lint|linting|typing|types|format|ci)"
LIST = re.compile(r"(requirements[-_.]%s|%s[-_.]requirements|requirements/%s)\.(txt|in|lock)$" % (GROUP, GROUP, GROUP), re.I)
DIRECTORIES = ("tests", "test")
MODULE = re.compile(r"(test_\w+|\w+_test|conftest)\.py$")
# What is in modules of tests. Migrations, commands and plug-ins, which are loaded by what
# is there, may be called like tests, too.
TEST = re.compile(r"^\s*(?:async\s+)?def\s+test|^\s*class\s+\w*Test|^\s*(?:from|import)\s+(?:pytest|unittest)\b", re.M)
UNSEEN = ("__pycache__", "node_modules")


def unread(source):
    """Returns what no module of the program names: files of tools, directories of tests,
    and modules of tests elsewhere."""
    directories, modules, program = [], [], []
    for path, dirs, files in os.walk(source):
        dirs[:] = sorted(d for d in dirs if not d.startswith(".") and d not in UNSEEN and not os.path.exists(os.path.join(path, d, "pyvenv.cfg")))
        for name in [d for d in dirs if d in DIRECTORIES and has_tests(os.path.join(path, d))]:
            dirs.remove(name)
            directories.append(os.path.join(path, name))
        for file in (os.path.join(path, name) for name in files if name.endswith(".py")):
            (modules if is_test(file) else program).append(file)
    used = "".join(map(named, program))
    tests = {path for path in directories + modules if not names(used, os.path.basename(path).partition(".")[0])}
    top = os.listdir(source)
    lists = [os.path.relpath(path, source) for path in glob.glob(os.path.join(source, "requirements", "*"))]
    tools = [n for n in top if n.lower() in TOOLS] + [n for n in top + lists if LIST.match(n)]
    return tests | {os.path.join(source, n) for n in tools if not names(used, os.path.basename(n))}


def names(used, name):
    return re.search(r"(?<!\w)%s(?!\w)" % re.escape(name), used)


def has_tests(directory):
    return any(is_test(os.path.join(path, name)) for path, _, files in os.walk(directory) for name in files)


def is_test(path):
    return bool(MODULE.match(os.path.basename(path))) and bool(TEST.search(text_of(path)))


def named(path):
    """Returns what a module imports, and the names and paths in its texts."""
    text = text_of(path)
    return " ".join(re.findall(r"^\s*(?:from|import)\s.*$", text, re.M) + re.findall(r"[\"'][\w.][\w./-]*[\"']", text)) + " "


def text_of(path):
    try:
        with open(path, errors="replace") as f:
            return f.read()
    except OSError:
        return ""  # a link that leads nowhere
