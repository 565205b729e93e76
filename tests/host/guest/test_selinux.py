"""Containers and a machine on a host whose SELinux enforces Debian's policy."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest
from conftest import check, run

MODULES = [next(Path("/usr").glob(f"**/share/selinux/packages/{name}.cil")) for name in ["libvirt-sandbox", "libvirt-sandbox-container"]]
FIRST, PROGRAM = "libvirt_sandbox_init_t", "libvirt_sandbox_t"
CATEGORIES = r"s0:c\d+,c\d+"

# What was made before has labels of before.
RELABEL = ["restorecon", "-RFi", "/run/libvirt-sandbox", "/var/cache/libvirt-sandbox"]

# Seconds, to load a policy: more than a minute in emulation.
LOADING_LIMIT = 300

# Domains like that of the first process, which lack one rule each: with its words of what is denied then.
LACKING = {
    "test_mounts_nothing_t": "filesystem_type (filesystem (mount",
    "test_covers_nothing_t": "libvirt_sandbox_kernel_file (file (mounton",
    "test_has_no_capability_t": "self (capability (net_admin sys_admin",
}


def without_rules():
    """A policy module with those domains."""
    lines = [line for line in MODULES[0].read_text().splitlines() if FIRST in line and not line.startswith(";")]
    made = [
        line.replace(FIRST, name)
        for name, rule in LACKING.items()
        for line in lines
        if f"(allow {FIRST} {rule}" not in line
    ]
    assert len(made) == len(LACKING) * (len(lines) - 1)
    return "\n".join(made) + "\n"


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """The policy module is loaded, once."""
    other = tmp_path_factory.mktemp("modules") / "test.cil"
    other.write_text(without_rules())
    subprocess.run(["semodule", "-i", *MODULES, other], check=True, timeout=LOADING_LIMIT)
    check(*RELABEL)
    yield


@pytest.fixture
def denied(kernel_log):
    """What SELinux denied to sandboxes, or to libvirt for them, since the test began."""
    return lambda: kernel_log(r"avc:  denied .*libvirt_sandbox_")


def label_of(path):
    return os.getxattr(path, "security.selinux").decode().rstrip("\0")


def test_the_host_is_as_it_should_be():
    assert check("getenforce") == "Enforcing\n"
    assert Path("/proc/self/attr/current").read_text().startswith("unconfined_u:unconfined_r:unconfined_t:")
    for uri in "lxc:///", "qemu:///system":
        assert "<model>selinux</model>" in check("virsh", "-c", uri, "capabilities")


def test_without_the_module_nothing_is_started(container):
    assert "libvirt-sandbox" not in check("semodule", "-l")
    result = container("--", "/bin/echo", "ran")
    assert (result.returncode, result.stdout) == (125, "")
    assert f"'semodule -i {MODULES[0]} {MODULES[1]} && {' '.join(map(str, RELABEL))}'" in result.stderr


def test_a_program_runs_and_is_confined(module, output, denied):
    script = "date -u -d @0 +%Y; cat /proc/self/attr/current"
    year, context = output("--", "/bin/sh", "-c", script).replace("\0", "").splitlines()
    assert year == "1970"
    assert re.fullmatch(f"system_u:system_r:{PROGRAM}:{CATEGORIES}", context)
    own, first = output("-p", "--", "/bin/sh", "-c", "cat /proc/self/attr/current; echo; cat /proc/1/attr/current").replace("\0", "").splitlines()
    assert own != context and re.fullmatch(f"system_u:system_r:{PROGRAM}:{CATEGORIES}", own)
    assert first == own.replace(PROGRAM, FIRST)
    assert denied() == []


def test_what_comes_from_the_caller_and_goes_there(module, container):
    result = container("--", "/bin/sh", "-c", "echo out; echo err >&2; exit 42")
    assert (result.returncode, result.stdout, result.stderr) == (42, "out\n", "err\n")


def test_nothing_can_be_mounted(module, container):
    script = "mount -t tmpfs x /mnt || mount --bind /etc /mnt || mount --move /run /mnt || umount /proc || pivot_root / /mnt"
    assert container("-p", "--no-seccomp", "--", "/bin/sh", "-c", f"{script} && echo done").stdout == ""


def test_directories_and_files_are_mounted(module, output, room, denied):
    """What one sandbox leaves there is for the next one, too: it has none of its categories."""
    (room / "file").write_text("of the host\n")
    given = [f"/mnt/new/place={room}", f"/srv={room},ro", f"/etc/hostname={room / 'file'}"]
    mounts = [word for mount in given for word in ["-m", f"host-bind:{mount}"]]
    script = "cat /mnt/new/place/file /srv/file /etc/hostname; echo new >/mnt/new/place/made; echo >/srv/file || echo refused"
    assert output(*mounts, "--", "/bin/sh", "-c", f"({script}) 2>/dev/null") == "of the host\n" * 3 + "refused\n"
    assert label_of(room / "made").endswith(":s0")
    assert output(*mounts, "--", "/bin/cat", "/srv/made") == "new\n"
    assert denied() == []


def test_memory_images_and_included_files(module, output, room, denied):
    # Nobody else may exchange it.
    room.chmod(0o711)
    image = room / "image"
    check("mke2fs", "-q", "-F", "-t", "ext4", image, "8M")
    mounts = ["-m", "ram:/mnt=2M", "-i", "/mnt/passwd=/etc/passwd", "-m", f"host-image:/srv={image}", "-m", "host-bind:/media=/etc/skel"]
    shown = output(*mounts, "-p", "--", "/bin/sh", "-c", "head -n 1 /mnt/passwd; echo kept >/srv/file; ls -A /media | wc -l")
    assert shown.split("\n")[0].startswith("root:")
    assert output(*mounts, "--", "/bin/cat", "/srv/file") == "kept\n"
    assert denied() == []


def test_an_overlay(module, output, room, denied):
    script = "echo changed >/etc/hostname && rm /etc/passwd && cat /etc/hostname"
    assert output("--overlay", "--", "/bin/sh", "-c", script) == "changed\n"
    kept = [f"--overlay={room}", "--"]
    output(*kept, "/bin/sh", "-c", "echo kept >/srv/file; rm /etc/passwd")
    assert output(*kept, "/bin/sh", "-c", "cat /srv/file; test -e /etc/passwd || echo gone") == "kept\ngone\n"
    assert Path("/etc/hostname").read_text() == "host\n" and Path("/etc/passwd").exists() and not Path("/srv/file").exists()
    assert denied() == []


def test_a_user_namespace(module, output, room, denied):
    shown = output("--userns", "-i", "/mnt/passwd=/etc/passwd", "-m", "ram:/mnt=1M", "-m", f"host-bind:/srv={room}", "--", "/bin/sh", "-c",
                   "cat /proc/self/attr/current; echo; cat /proc/self/uid_map; head -n 1 /mnt/passwd; touch /srv/made")  # fmt: skip
    context, users, password = shown.replace("\0", "").splitlines()
    assert PROGRAM in context
    assert users.split() == ["0", "1879048192", "65536"]
    assert password.startswith("root:")
    assert (room / "made").stat().st_uid == 1879048192
    assert denied() == []


def test_a_network(module, output, denied):
    check("virsh", "-c", "lxc:///", "net-start", "default")
    shown = output("-N", "dhcp,source=default", "--", "/bin/sh", "-c", "cat /etc/resolv.conf /proc/net/fib_trie")
    assert "nameserver 192.168.122.1" in shown and "192.168.122.0/24" in shown
    check("virsh", "-c", "lxc:///", "net-destroy", "default")
    assert denied() == []


def test_a_terminal(module, denied):
    script = "tty; stat -fc %T /dev/pts; grep -o max=256 /proc/self/mountinfo"
    result = run("script", "-qec", f"virt-sandbox -c lxc:/// -- /bin/sh -c '{script}'", "/dev/null")
    assert re.search(r"/dev/pts/0\s+devpts\s+max=256\s", result.stdout), result
    assert denied() == []


def test_sockets_of_the_host_are_not_reached(module, container):
    """Not even those that the program is shown: they are of another domain."""
    path = Path("/srv/socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o777)
        listener.listen()
        program = "import socket; socket.socket(socket.AF_UNIX).connect('/srv/socket')"
        assert run("/usr/bin/python3", "-c", program).returncode == 0
        assert "ConnectionRefusedError" in container("-p", "--", "/usr/bin/python3", "-c", program).stderr
        shown = container("-p", "-m", "host-bind:/srv=/srv", "--", "/usr/bin/python3", "-c", program)
        assert "PermissionError" in shown.stderr
    path.unlink()


def test_files_that_others_are_kept_from(module, container, room):
    """Passwords, and what has categories of another sandbox, whoever the program is."""
    assert container("-p", "--", "/bin/cat", "/etc/passwd").returncode == 0
    assert "Permission denied" in container("-p", "--", "/bin/cat", "/etc/shadow").stderr
    (room / "file").write_text("of another one\n")
    check("chcon", "-l", "s0:c1022,c1023", room / "file")
    assert "Permission denied" in container("-p", "-m", f"host-bind:/mnt={room}", "--", "/bin/cat", "/mnt/file").stderr


def test_labels_that_are_asked_for(module, container, output):
    shown = ["--", "/bin/cat", "/proc/self/attr/current"]
    context = f"system_u:system_r:{FIRST}:s0"
    made = output("-s", f"dynamic,label={context}", *shown).rstrip("\0")
    assert re.fullmatch(f"system_u:system_r:{PROGRAM}:{CATEGORIES}", made)
    assert output("-s", f"static,label={context}:c3,c7", *shown).rstrip("\0") == f"system_u:system_r:{PROGRAM}:s0:c3,c7"
    for label in f"static,label={context.replace(FIRST, 'no_such_t')}", "inherit":
        result = container("-s", label, "--", "/bin/echo", "ran")
        assert (result.returncode, result.stdout) == (125, ""), result
        assert result.stderr.startswith("virt-sandbox: "), result


@pytest.mark.parametrize("domain", LACKING)
def test_without_a_rule_no_program_runs(module, container, room, kernel_log, domain):
    label = f"dynamic,label=system_u:system_r:{domain}:s0"
    result = container("-s", label, "-m", f"host-bind:/mnt={room}", "--", "/bin/sh", "-c", "echo ran; touch /mnt/ran")
    assert (result.returncode, result.stdout) == (125, "")
    assert "SELinux confines the container with the context" in result.stderr and domain in result.stderr
    assert not (room / "ran").exists()
    assert kernel_log(rf"avc:  denied .*scontext=\S*:{domain}:")


def test_a_machine(module, room, denied):
    """QEMU reads the host's files, and writes to those that it is given."""
    script = "cat /etc/hostname; echo new >/mnt/made"
    result = run("virt-sandbox", "-c", "qemu:///system", "-m", f"host-bind:/mnt={room}", "--", "/bin/sh", "-c", script)
    assert (result.returncode, result.stdout, result.stderr) == (0, "host\n", ""), result
    assert (room / "made").read_text() == "new\n"
    assert label_of(room / "made").endswith(":s0")
    assert denied() == []


@pytest.mark.parametrize("mount, domain", [("", "libvirt_sandbox_qemu_t"), (",ro", "libvirt_sandbox_qemu_t"), ("write", "libvirt_sandbox_qemu_write_t")])
def test_what_a_machine_would_be(module, room, mount, domain):
    mounts = ["-m", f"host-bind:/mnt={room}{mount.removeprefix('write')}"] if mount else []
    shown = check("virt-sandbox", "-c", "qemu:///system", "--dry-run", *mounts, "--", "/bin/date")
    assert f"<baselabel>system_u:system_r:{domain}:s0</baselabel>" in shown
