"""Options of virt-sandbox as a soak draws them: what they are, what the program finds, what the host finds afterwards.

A feature is a function of a Setting. It adds options, and steps of the program with the lines that they tell; what it
returns is called after the end.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from e2e.soak.program import data, digest
from rig.host import Account

MIB = 1 << 20
BINARIES = "/usr/bin"
TEXTS = ["", "plain", "two words", "a=b", "quote'\"s", "ü€", "$HOME `id` \\n", "line\nbreak", "<&>;"]


@dataclass
class Setting:
    """What a case is made of so far."""

    random: Random
    driver: str
    account: Account
    scratch: Path
    options: list = field(default_factory=list)
    # Steps with what each tells.
    steps: list = field(default_factory=list)
    names: list = field(default_factory=list)
    uid: int = 0
    gid: int = 0

    @property
    def is_container(self):
        return self.driver == "lxc"

    def has(self, *names):
        return any(name in self.names for name in names)

    def tell(self, *step, told):
        self.steps.append((step, told))

    def put(self, path, size=None):
        """Has the program write to a file, and gives what."""
        size = size or self.random.choice([1, 4096, 70_001, MIB + 1])
        seed = self.random.getrandbits(32)
        self.tell("put", str(path), seed, size, told="written")
        return data(seed, size)

    def make(self, name, content):
        """A file of the host that everybody may read and write."""
        path = self.scratch / name
        path.write_bytes(content)
        self.give(path, 0o666)
        return path

    def make_directory(self, name):
        path = self.scratch / name
        path.mkdir()
        self.give(path, 0o777)
        return path

    def give(self, path, mode):
        os.chown(path, self.account.uid, self.account.gid)
        path.chmod(mode)

    def random_bytes(self):
        return self.random.randbytes(self.random.choice([0, 1, 4095, 4096, 300_000]))


def check_is(path, content):
    found = path.read_bytes()[: len(content)]
    assert found == content, f"{path} has {digest(found)}, not {digest(content)}"


def user(setting):
    choice = setting.random.choice(["-p", "nobody", "daemon", "12345:60"])
    if ":" in choice:
        setting.uid, setting.gid = map(int, choice.split(":"))
    else:
        entry = pwd.getpwnam("root" if choice == "-p" else choice)
        setting.uid, setting.gid = entry.pw_uid, entry.pw_gid
    setting.options += ["-p"] if choice == "-p" else ["-S", choice]
    setting.tell("user", told=f"{setting.uid} {setting.gid}")


def variable(setting):
    for number in range(setting.random.randint(1, 3)):
        value = setting.random.choice(TEXTS)
        setting.options += ["--env", f"SOAK{number}={value}"]
        setting.tell("env", f"SOAK{number}", told=repr(value.encode()))


def host_name(setting):
    name = setting.random.choice(["soak", "a.b.example", "x" * 60])
    setting.options += ["--hostname", name]
    setting.tell("host", told=name)


def directory(setting):
    path = setting.random.choice(["/", "/usr/share", "/tmp"])
    setting.options += ["--workdir", path]
    setting.tell("cwd", told=path)


def memory(setting):
    setting.options += ["--memory", setting.random.choice(["256M", "400m", "0.5GiB", "1G"])]


def processors(setting):
    count = setting.random.randint(1, 2)
    part = setting.random.choice(["", ".5"]) if setting.is_container and count == 1 else ""
    setting.options += ["--cpus", f"{count}{part}"]
    setting.tell("cpus", told=str(os.cpu_count() if setting.is_container else count))


def ram(setting):
    size = setting.random.choice([4, 16]) * MIB
    setting.options += ["--mount", f"ram:/mnt/soak-ram={size}"]
    setting.tell("room", "/mnt/soak-ram", told=str(size))
    if setting.uid == 0 and not setting.account.uid:
        content = setting.put("/mnt/soak-ram/file")
        setting.tell("file", "/mnt/soak-ram/file", len(content), told=digest(content))


def included(setting):
    content = setting.random_bytes()
    source = setting.make("included", content)
    target = setting.random.choice(["ram:/mnt/soak-include=8M", "host-bind:/mnt/soak-include="])
    setting.options += ["--mount", target, "--include", f"/mnt/soak-include/deep/file={source}"]
    setting.tell("file", "/mnt/soak-include/deep/file", len(content), told=digest(content))


def host_bind(setting):
    given = setting.random_bytes()
    path = setting.make_directory("bind")
    setting.make("bind/given", given)
    is_read_only = setting.random.random() < 0.3
    option = setting.random.choice(["--mount=host-bind:", "--host-bind="])
    setting.options += [f"{option}/mnt/soak-bind={path}{',ro' * is_read_only}"]
    setting.tell("file", "/mnt/soak-bind/given", len(given), told=digest(given))
    if is_read_only:
        setting.tell("put", "/mnt/soak-bind/file", 0, 1, told="EROFS")
        return lambda: check_names(path, ["given"])
    written = setting.put("/mnt/soak-bind/file")

    def check():
        check_names(path, ["file", "given"])
        check_is(path / "file", written)
        check_is(path / "given", given)

    return check


def check_names(path, names):
    assert sorted(os.listdir(path)) == names, os.listdir(path)


def guest_bind(setting):
    setting.options += ["--mount", f"guest-bind:/mnt/soak-view={BINARIES}"]
    setting.tell("entries", "/mnt/soak-view", told=digest("\n".join(sorted(os.listdir(BINARIES))).encode()).split()[1])


def disk(setting):
    given = setting.random.randbytes(setting.random.choice([1, 3]) * MIB)
    image = setting.make("disk", given)
    setting.options += ["--disk", f"file:soak={image},format=raw"]
    setting.tell("file", "/dev/disk/by-tag/soak", len(given), told=digest(given))
    written = setting.put("/dev/disk/by-tag/soak", size=setting.random.choice([1, 512, 70_001]))
    return lambda: check_is(image, written + given[len(written) :])


def image(setting):
    given = setting.random_bytes()
    tree = setting.make_directory("tree")
    setting.make("tree/given", given)
    path = setting.make("image", b"")
    os.truncate(path, 8 * MIB)
    subprocess.run(["mkfs.ext4", "-q", "-d", tree, path], check=True)
    command = ["debugfs", "-w", "-R", "set_inode_field / mode 040777", path]
    subprocess.run(command, check=True, capture_output=True)
    setting.options += ["--mount", f"host-image:/mnt/soak-image={path}"]
    setting.tell("file", "/mnt/soak-image/given", len(given), told=digest(given))
    written = setting.put("/mnt/soak-image/file")

    def check():
        shown = setting.scratch / "shown"
        subprocess.run(["debugfs", "-R", f"dump file {shown}", path], check=True, capture_output=True)
        check_is(shown, written)

    return check


def overlay(setting):
    room = setting.make_directory("room")
    kept = setting.make_directory("kept") if setting.random.random() < 0.5 else None
    setting.options += [f"--overlay={kept}", "--overlay-size", "64M"] if kept else ["--overlay"]
    written = setting.put(room / "file")
    setting.tell("file", str(room / "file"), len(written), told=digest(written))

    def check():
        check_names(room, [])
        if kept and setting.is_container:
            [path] = kept.rglob("file")
            check_is(path, written)

    return check


def no_filter(setting):
    setting.options += ["--no-seccomp"]


def user_namespace(setting):
    setting.options += ["--userns"]


def network(setting):
    setting.options += ["--network", "dhcp"]


FEATURES = {
    user: 0.4,
    variable: 0.5,
    host_name: 0.2,
    directory: 0.3,
    memory: 0.2,
    processors: 0.2,
    user_namespace: 0.1,
    ram: 0.3,
    included: 0.25,
    host_bind: 0.35,
    guest_bind: 0.2,
    disk: 0.2,
    image: 0.15,
    overlay: 0.2,
    no_filter: 0.1,
    network: 0.1,
}
ONLY_IN_CONTAINERS = (user_namespace, no_filter)
# A container needs a network of libvirt's.
ONLY_IN_MACHINES = (network,)
NOT_WITH_USER_NAMESPACE = (disk, image, overlay, host_bind, guest_bind, included, ram)


def draw(setting):
    """Draws features, and gives what is to be checked after the end."""
    checks = []
    for feature, chance in FEATURES.items():
        is_drawn = setting.random.random() < chance
        if not is_drawn or not can_be_had(feature, setting):
            continue
        setting.names.append(feature.__name__)
        checks.append(feature(setting))
    return [check for check in checks if check]


def can_be_had(feature, setting):
    if feature in ONLY_IN_CONTAINERS and not setting.is_container:
        return False
    if feature in ONLY_IN_MACHINES and setting.is_container:
        return False
    return not (setting.has(user_namespace.__name__) and feature in NOT_WITH_USER_NAMESPACE)
