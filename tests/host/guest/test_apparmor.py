"""Containers on Debian as it comes, where AppArmor confines them."""

import os
import re
import signal
import socket
import subprocess
import uuid
from pathlib import Path

import pytest
from conftest import LIMIT, check, run

RULES = Path("/etc/apparmor.d/abstractions/libvirt-sandbox")
PROFILES = Path("/etc/apparmor.d/libvirt")
LOADED = Path("/sys/kernel/security/apparmor/profiles")
HELPER = "/usr/lib/libvirt/virt-aa-helper"
PROFILE = re.compile(r"libvirt-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \(enforce\)")


@pytest.fixture
def rules():
    """Those that are installed, which are put back."""
    content = RULES.read_text()
    yield content
    RULES.write_text(content)


def test_the_host_is_as_it_should_be():
    assert Path("/sys/module/apparmor/parameters/enabled").read_text() == "Y\n"
    assert "libvirtd (enforce)" in LOADED.read_text()
    assert "<model>apparmor</model>" in check("virsh", "-c", "lxc:///", "capabilities")
    assert "noexec" in check("findmnt", "--noheadings", "--output=OPTIONS", "/run")


def test_a_program_runs_and_is_confined(output, kernel_log):
    year, profile = output("--", "/bin/sh", "-c", "date -u -d @0 +%Y; cat /proc/self/attr/current").splitlines(keepends=True)
    assert year == "1970\n" and PROFILE.fullmatch(profile.strip())
    assert output("-p", "--", "/bin/cat", "/proc/self/attr/current", "/proc/1/attr/current") == 2 * profile
    assert kernel_log("DENIED") == []


def test_what_comes_from_the_caller_and_goes_there(container):
    result = container("--", "/bin/sh", "-c", "echo out; echo err >&2; exit 42")
    assert (result.returncode, result.stdout, result.stderr) == (42, "out\n", "err\n")


def test_the_profile_is_this_container_s_alone(output):
    """No other container has the rules, and one file stays for each name."""
    output("-n", "one", "--", "/bin/true")
    made = {path: path.read_text() for path in PROFILES.glob("libvirt-*")}
    assert all("#include <abstractions/libvirt-sandbox>" in text for text in made.values())
    output("-n", "one", "--", "/bin/true")
    assert {path: path.read_text() for path in PROFILES.glob("libvirt-*")} == made
    shared = [PROFILES / "TEMPLATE.lxc", *Path("/etc/apparmor.d/abstractions").glob("libvirt-lxc*")]
    shared += Path("/etc/apparmor.d/local").rglob("libvirt-lxc*")
    assert not any("libvirt-sandbox" in path.read_text() for path in shared)
    assert "pivot_root" not in "".join(path.read_text() for path in shared)


def test_nothing_can_be_mounted(container):
    """The rules give the program nothing: it lacks the capability."""
    script = "mount -t tmpfs x /mnt || mount --bind /etc /mnt || mount --move /run /mnt || umount /proc || pivot_root / /mnt"
    assert container("-p", "--no-seccomp", "--", "/bin/sh", "-c", f"{script} && echo done").stdout == ""


def test_directories_and_files_are_mounted(output, room):
    (room / "file").write_text("of the host\n")
    given = [f"/mnt/new/place={room}", f"/srv={room},ro", f"/etc/hostname={room / 'file'}"]
    mounts = [word for mount in given for word in ["-m", f"host-bind:{mount}"]]
    script = "cat /mnt/new/place/file /srv/file /etc/hostname; echo new >/mnt/new/place/made; echo >/srv/file || echo refused"
    assert output(*mounts, "--", "/bin/sh", "-c", f"({script}) 2>/dev/null") == "of the host\n" * 3 + "refused\n"
    assert (room / "made").read_text() == "new\n"


def test_what_libvirt_s_helper_refuses_is_mounted_too(output):
    sources = ["/etc/skel", "/usr/share/doc/libvirt-daemon", "/usr/lib/python3", "/lib/systemd"]
    mounts = [word for number, source in enumerate(sources) for word in ["-m", f"host-bind:/mnt/{number}={source},ro"]]
    listed = output(*mounts, "--", "/bin/sh", "-c", "ls -A /mnt/0 /mnt/1 /mnt/2 /mnt/3")
    assert sorted(line for line in listed.splitlines() if line and not line.startswith("/mnt")) == sorted(
        name for source in sources for name in os.listdir(source)
    )


def test_memory_images_and_included_files(output, room):
    # Nobody else may exchange it.
    room.chmod(0o711)
    image = room / "image"
    check("mke2fs", "-q", "-F", "-t", "ext4", image, "8M")
    mounts = ["-m", "ram:/mnt=2M", "-i", "/mnt/passwd=/etc/passwd", "-m", f"host-image:/srv={image}", "-m", "host-bind:/media=/etc/skel"]
    shown = output(*mounts, "-p", "--", "/bin/sh", "-c", "head -n 1 /mnt/passwd; echo kept >/srv/file; ls -A /media | wc -l")
    assert shown.split("\n")[0].startswith("root:")
    assert output(*mounts, "--", "/bin/cat", "/srv/file") == "kept\n"


def test_an_overlay(output, room):
    script = "echo changed >/etc/hostname && rm /etc/passwd && cat /etc/hostname"
    assert output("--overlay", "--", "/bin/sh", "-c", script) == "changed\n"
    kept = [f"--overlay={room}", "--"]
    output(*kept, "/bin/sh", "-c", "echo kept >/srv/file")
    assert output(*kept, "/bin/cat", "/srv/file") == "kept\n"
    assert Path("/etc/hostname").read_text() == "host\n" and Path("/etc/passwd").exists() and not Path("/srv/file").exists()


def test_a_user_namespace(output, room):
    shown = output("--userns", "-i", "/mnt/passwd=/etc/passwd", "-m", "ram:/mnt=1M", "-m", f"host-bind:/srv={room}", "--", "/bin/sh", "-c",
                   "cat /proc/self/attr/current /proc/self/uid_map; head -n 1 /mnt/passwd; touch /srv/made")  # fmt: skip
    profile, users, password = shown.splitlines()
    assert PROFILE.fullmatch(profile)
    assert users.split() == ["0", "1879048192", "65536"]
    assert password.startswith("root:")
    assert (room / "made").stat().st_uid == 1879048192


def test_names_of_hosts(output):
    assert "sandbox" in output("--", "/bin/cat", "/etc/hosts")


def test_a_network(output):
    """Its address, and the server of names, are libvirt's to give."""
    check("virsh", "-c", "lxc:///", "net-start", "default")
    shown = output("-N", "dhcp,source=default", "--", "/bin/sh", "-c", "cat /etc/resolv.conf /proc/net/fib_trie")
    assert "nameserver 192.168.122.1" in shown and "192.168.122.0/24" in shown
    check("virsh", "-c", "lxc:///", "net-destroy", "default")


def test_sockets_of_the_host_are_not_reached(container):
    path = Path("/srv/socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o777)
        listener.listen()
        program = "import socket; socket.socket(socket.AF_UNIX).connect('/srv/socket')"
        assert run("/usr/bin/python3", "-c", program).returncode == 0
        for options in ["-p"], ["--overlay"], ["--userns"]:
            result = container(*options, "--", "/usr/bin/python3", "-c", program)
            assert "ConnectionRefusedError" in result.stderr, result
    path.unlink()


def test_a_program_that_takes_all_memory_is_killed(container):
    program = "memory = bytearray(1 << 28); memory[::4096] = bytes([1]) * len(memory[::4096])"
    assert container("--memory=64M", "--", "/usr/bin/python3", "-c", program).returncode == 128 + signal.SIGKILL


def test_a_terminal(container):
    """The program has one of the sandbox's own, of which there are no more than it may have."""
    script = "tty; stat -fc %T /dev/pts; grep -o max=256 /proc/self/mountinfo"
    result = run("script", "-qec", f"virt-sandbox -c lxc:/// -- /bin/sh -c '{script}'", "/dev/null")
    assert re.search(r"/dev/pts/0\s+devpts\s+max=256\s", result.stdout), result


# With its last rules, without one of them, and without the file: in the words of the first process, and in those of the client.
@pytest.mark.parametrize(
    "rule, words",
    [
        ("pivot_root", "can't enter the root: Permission denied; AppArmor confines the container"),
        ("mount fstype=devpts", "can't mount terminals on /dev/pts: Permission denied; AppArmor confines the container"),
    ],
)
def test_without_a_rule_no_program_runs(container, rules, room, kernel_log, rule, words):
    kept = [line for line in rules.splitlines() if not line.strip().startswith(rule)]
    RULES.write_text("\n".join(kept) + "\n")
    result = container("-m", f"host-bind:/mnt={room}", "--", "/bin/sh", "-c", "echo ran; touch /mnt/ran")
    assert (result.returncode, result.stdout) == (125, "")
    assert words in result.stderr and str(RULES) in result.stderr
    assert not (room / "ran").exists()
    assert any('profile="libvirt-' in line for line in kernel_log("DENIED"))


def test_without_the_rules_nothing_is_started(container, rules):
    RULES.unlink()
    result = container("--", "/bin/echo", "ran")
    assert (result.returncode, result.stdout) == (125, "")
    assert f"{RULES} is missing" in result.stderr


def helper_says(xml):
    """What libvirt's helper makes of a domain; it changes nothing."""
    if "<uuid>" not in xml:
        xml = xml.replace("</name>", f"</name><uuid>{uuid.uuid4()}</uuid>", 1)
    name = re.search("<uuid>(.*)</uuid>", xml)[1]
    command = [HELPER, "-c", "--dryrun", "-u", f"libvirt-{name}"]
    result = subprocess.run(command, input=xml, capture_output=True, text=True, timeout=LIMIT)
    assert result.returncode == 0, result
    return result.stdout + result.stderr


def dry_run(uri, *arguments):
    shown = check("virt-sandbox", "-c", uri, "--dry-run", *arguments, "--", "/bin/date")
    return shown[shown.index("<domain") : shown.index("</domain>") + len("</domain>")]


def test_libvirt_s_helper_takes_a_container():
    xml = dry_run("lxc:///", "-n", "unknown")
    assert f"libvirt-{re.search('<uuid>(.*)</uuid>', xml)[1]}" in helper_says(xml)


def test_libvirt_s_helper_takes_a_machine(room):
    said = helper_says(dry_run("qemu:///system", "-m", f"host-bind:/mnt={room}"))
    assert "/run/libvirt-sandbox/sandbox/" in said
    assert f'"{room}/**" rw' in said


SERVICE = """
import sys
import gi
gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import LibvirtGObject, LibvirtSandbox

LibvirtSandbox.init_object_check(None, None)
name, action, script, *mounts = sys.argv[1:]
connection = LibvirtGObject.Connection.new("lxc:///")
connection.open(None)
config = LibvirtSandbox.ConfigServiceGeneric.new(name)
config.set_command(["/bin/sh", "-c", script])
for mount in mounts:
    config.add_mount_opts(mount)
getattr(LibvirtSandbox.ContextService.new(connection, config), action)()
"""


@pytest.fixture
def service():
    """Does something with a service."""
    return lambda *arguments: run("/usr/bin/python3", "-c", SERVICE, *arguments)


def test_a_service_is_confined_whoever_starts_it(service, room):
    """One that libvirt starts has its profile, too; a sandbox of the same name has another."""
    fifo = room / "fifo"
    os.mkfifo(fifo)
    arguments = ("cat /proc/self/attr/current >/mnt/fifo; exec sleep 1000", f"host-bind:/mnt={room}")
    assert (made := service("web", "define", *arguments)).returncode == 0, made
    for _ in range(2):
        check("virsh", "-c", "lxc:///", "start", "web")
        # Within a bounded time, unlike a plain open.
        profile = check("cat", fifo)
        assert PROFILE.fullmatch(profile.strip())
        check("virsh", "-c", "lxc:///", "destroy", "web")
    assert (gone := service("web", "undefine", *arguments)).returncode == 0, gone
    assert check("virt-sandbox", "-c", "lxc:///", "-n", "web", "--", "/bin/cat", "/proc/self/attr/current") != profile


@pytest.mark.parametrize("kind", ["generic", "systemd"])
def test_a_service_lives_as_elsewhere(room, kind):
    """Defined, started, changed, stopped and removed by a program."""
    used = run("/usr/bin/python3", "service.py", kind, "lxc:///", "/etc/libvirt-sandbox/services", room)
    assert (used.returncode, used.stdout, used.stderr) == (0, "done\n", "")


def test_a_service_can_t_have_what_libvirt_refuses(service):
    refused = service("web", "define", "true", "host-bind:/mnt=/etc/skel")
    assert refused.returncode != 0
    assert "/etc/skel" in refused.stderr and "AppArmor" in refused.stderr
