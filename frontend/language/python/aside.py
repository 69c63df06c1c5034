"""Tells what of a project its developers and their tools read, and the program does not."""

import os
import re

# Files at the top of a project.
TOOLS = {
    "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pipfile", "pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml",
    "tox.ini", "noxfile.py", "pytest.ini", "mypy.ini", "ruff.toml", "makefile", "justfile", "taskfile.yml", "jenkinsfile",
    "azure-pipelines.yml", "codecov.yml", "mkdocs.yml", "renovate.json", "docker-bake.hcl", "htmlcov", "coverage.xml", "conftest.py",
}
DIRECTORIES = ("tests", "test")
MODULE = re.compile(r"(test_\w+|\w+_test|conftest)\.py$")
UNSEEN = ("__pycache__", "node_modules")


def is_of_tools(name):
    return name.lower() in TOOLS


def tests(source):
    """Returns the directories of tests, and the modules of tests elsewhere, that no
    module of the program names."""
    directories, modules, program = [], [], []
    for path, dirs, files in os.walk(source):
        dirs[:] = sorted(d for d in dirs if not d.startswith(".") and d not in UNSEEN and not os.path.exists(os.path.join(path, d, "pyvenv.cfg")))
        for name in [d for d in dirs if d in DIRECTORIES and has_tests(os.path.join(path, d))]:
            dirs.remove(name)
            directories.append(os.path.join(path, name))
        for name in files:
            if name.endswith(".py"):
                (modules if MODULE.match(name) else program).append(os.path.join(path, name))
    used = "".join(map(named, program))
    return {path for path in directories + modules if not re.search(r"\b%s\b" % re.escape(os.path.basename(path).partition(".")[0]), used)}


def has_tests(directory):
    return any(MODULE.match(name) for _, _, files in os.walk(directory) for name in files)


def named(path):
    """Returns what a module imports, and the dotted names in its texts."""
    with open(path, errors="replace") as f:
        text = f.read()
    return " ".join(re.findall(r"^\s*(?:from|import)\s.*$", text, re.M) + re.findall(r"[\"'][\w.]+[\"']", text)) + " "
