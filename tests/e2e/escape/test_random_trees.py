"""Random trees of directories, files, links and mounts: each path of a sandbox shows what the host has there, or nothing."""

import contextlib
import json
import os
import random
import subprocess

import pytest

from e2e.escape.witnesses import Listener

TREES = 8
NAMES = "abcde"
DEPTH = 3
SECRET = "a secret"
PROGRAMS = ["--mount", "host-bind:/usr=/usr,ro"]
OF_A_ROOT = ("bin", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr", "mnt", "tmp")
WAYS = {
    "bind": lambda tree: (["--mount", f"host-bind:/mnt={tree}"], "/mnt"),
    "bind read-only": lambda tree: (["--mount", f"host-bind:/mnt={tree},ro"], "/mnt"),
    "user namespace": lambda tree: (["--userns", "--mount", f"host-bind:/mnt={tree}"], "/mnt"),
    "host's root": lambda tree: ([], str(tree)),
    "overlay": lambda tree: (["--overlay"], str(tree)),
    "root": lambda tree: (["--root", str(tree), *PROGRAMS], "/"),
}
# Ways by which the tree is given as what it is.
GIVEN = {"bind", "bind read-only", "user namespace"}
# Tells what is at each path: the target of a link, the content of a file, nothing of a directory.
LOOK = """
import json, os, sys
top, pruned = sys.argv[1], set(json.loads(sys.argv[2]))

def content(path):
    with open(path) as file:
        return file.read(64)

def look(path):
    if os.path.islink(path):
        return ["link", os.readlink(path)]
    if os.path.isdir(path):
        return ["directory"]
    return ["file", content(path)] if os.path.isfile(path) else ["other", oct(os.stat(path).st_mode)]

seen = {}
for directory, directories, files in os.walk(top):
    for name in directories + files:
        path = os.path.relpath(os.path.join(directory, name), top)
        if path not in pruned:
            seen[path] = look(os.path.join(top, path))
    here = os.path.relpath(directory, top)
    directories[:] = [name for name in directories if os.path.normpath(os.path.join(here, name)) not in pruned]
print(json.dumps(seen))
"""


class Tree:
    """A random tree. What is mounted in it goes with `places`."""

    def __init__(self, top, seed, socket, secret, places, is_given):
        self.random = random.Random(seed)
        self.top, self.socket, self.secret, self.places = top, socket, secret, places
        self.is_given = is_given
        self.hidden = {}
        self.fill(top, DEPTH)

    def fill(self, directory, depth):
        for name in NAMES:
            path = directory / name
            kind = self.random.choice(["file", "file", "link", "directory", "mount", "nothing"])
            if kind == "file":
                path.write_text(f"file {self.random.getrandbits(64):x}")
                if self.random.random() < 0.3:
                    self.cover_file(path)
            elif kind == "link":
                path.symlink_to(self.target())
            elif kind != "nothing" and depth > 0:
                path.mkdir(mode=0o755)
                if kind == "directory" or self.mount(path):
                    self.fill(path, depth - 1)

    def target(self):
        names = "/".join(self.random.choices([*NAMES, ".."], k=self.random.randint(1, 4)))
        return self.random.choice([names, f"{self.top}/{names}", "/proc/1/root", str(self.secret), self.random.choice(NAMES)])

    def mount(self, path):
        """Mounts something on a directory; whether it can be filled."""
        what = self.random.choice(["tmpfs", "tmpfs", "again", "proc", "sysfs", "mqueue", "devpts"])
        if what == "again":
            # Some directory of the tree, or all of it, also around this place.
            around = self.random.choice([self.top, *path.parents[: len(path.relative_to(self.top).parts)]])
            self.run("mount", "--bind", around, path)
        else:
            self.run("mount", "-t", what, "none", path)
        if what not in ("tmpfs", "again"):
            self.hidden[path] = ["directory"]
        self.places.callback(self.run, "umount", "--lazy", path)
        return what == "tmpfs"

    def cover_file(self, path):
        socket = self.random.random() < 0.5
        other = self.socket if socket else self.secret.parent / "shown"
        self.run("mount", "--bind", other, path)
        self.places.callback(self.run, "umount", "--lazy", path)
        # Who gives a directory gives the sockets in it.
        if socket and not self.is_given:
            self.hidden[path] = ["file", ""]

    def run(self, *command):
        subprocess.run(command, check=True)

    def expected(self):
        """What a sandbox is to show: what the host has, but what is hidden."""
        hidden = {str(path.relative_to(self.top)): what for path, what in self.hidden.items()}
        pruned = json.dumps([*OF_A_ROOT, *hidden])
        looked = subprocess.run(["/usr/bin/python3", "-c", LOOK, self.top, pruned], capture_output=True, check=True)
        return json.loads(looked.stdout) | hidden


@pytest.fixture
def trees(scratch):
    """Makes random trees, with all that a root needs."""
    with contextlib.ExitStack() as places:
        outside = scratch / "outside"
        outside.mkdir(mode=0o700)
        (outside / "secret").write_text(SECRET)
        (outside / "shown").write_text("shown on purpose")
        listener = Listener(1, str(outside / "socket"))
        places.callback(listener.socket.close)

        def make(seed, is_given):
            top = scratch / f"tree-{seed}"
            top.mkdir(mode=0o755)
            for name in OF_A_ROOT:
                if name in ("bin", "lib", "lib64", "sbin"):
                    (top / name).symlink_to(f"usr/{name}")
                else:
                    (top / name).mkdir(mode=0o755)
            return Tree(top, seed, outside / "socket", outside / "secret", places, is_given)

        yield make
        assert not listener.was_reached()


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("way", WAYS)
def test_each_path_shows_what_the_host_has_or_nothing(sandbox, trees, way):
    for seed in range(TREES):
        tree = trees(f"{way}-{seed}", is_given=way in GIVEN)
        options, top = WAYS[way](tree.top)
        result = sandbox.run("/usr/bin/python3", "-c", LOOK, top, json.dumps(OF_A_ROOT), options=options, timeout=120)
        assert (result.status, result.err) == (0, b""), (seed, result)
        assert SECRET.encode() not in result.out
        shown, expected = json.loads(result.out), tree.expected()
        paths = shown.keys() | expected.keys()
        differences = {
            path: (shown.get(path), expected.get(path)) for path in paths if shown.get(path) != expected.get(path)
        }
        assert differences == {}, (seed, tree.hidden)
        assert sorted(os.listdir(tree.secret.parent)) == ["secret", "shown", "socket"]
