"""Defines, uses and removes a service, as programs of the library do.

    service.py generic|systemd URI DIRECTORY DATA

DIRECTORY is where the files of the caller's services are, DATA one for their disk, and for a directory that they may write to.
"""

import os
import pwd
import subprocess
import sys
import time
from pathlib import Path

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtGObject, LibvirtSandbox  # noqa: E402

# What stop() gives a service to end.
PATIENCE = 30

GENERIC = """
trap 'printf saved >/sandbox-test/data/end; test -e "$disk" && printf saved >$disk; exit' TERM
disk=/dev/disk/by-tag/disk
orphan=$(sh -c 'sleep 0 >/dev/null & echo $!')
while test -e /proc/$orphan; do :; done
echo written >/sandbox-test-written && rm /etc/hostname && test -s /sandbox-test-written || exit
echo reaped as user $(id -u) with %s
cat /sandbox-test/scratch/passwd >/sandbox-test/ram/passwd && cmp /etc/passwd /sandbox-test/ram/passwd && echo included
while read word; do
    echo heard $word and $(cat /sandbox-test/scratch/kept)
done
"""

UNIT = """
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo started on $(hostname) $(grep -c "^[^ ]* / [^ ]* ro" /proc/self/mounts) with $(grep -cE "NoNewPrivs:.0|Seccomp:.2" /proc/self/status) >/dev/console'
ExecStop=/bin/sh -c 'echo stopped >/dev/console'
"""


def context(uri, config):
    """A context with a connection of its own, as another process has one."""
    connection = LibvirtGObject.Connection.new(uri)
    connection.open(None)
    return LibvirtSandbox.ContextService.new(connection, config)


class Talk:
    """A console, and what it has shown so far."""

    def __init__(self, console):
        self.console = console
        self.seen = b""
        self.ended = False
        self.loop = GLib.MainLoop()
        self.output, output = os.pipe()
        keyboard, self.keys = os.pipe()
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, self.output, GLib.IOCondition.IN, self.read)
        console.attach(Gio.UnixInputStream.new(keyboard, True), Gio.UnixOutputStream.new(output, True), None)

    def read(self, *_):
        data = os.read(self.output, 4096)
        self.seen += data
        self.ended = not data
        self.loop.quit()
        return not self.ended

    def wait_for(self, text):
        while text not in self.seen:
            assert not self.ended, self.seen
            self.loop.run()

    def send(self, text):
        os.write(self.keys, text)


def expect_error(call, domain, code=0):
    try:
        call()
    except GLib.Error as error:
        assert error.matches(GLib.quark_from_string(domain), code), (error.domain, error.code, error.message)
        return error.message
    raise AssertionError("no error")


def generations(directory):
    return list(directory.glob("generation-*"))


def listed_state(uri):
    """What the list of sandboxes tells of the only service."""
    (service,) = LibvirtSandbox.list().unpack()
    assert (service["name"], service["kind"], service["uri"]) == ("web", "service", uri), service
    assert service["command"][:2] == ["/bin/sh", "-c"] and "pid" not in service, service
    return service["state"]


def run_generic(service, uri, config, mark):
    """Starts the service and looks at it from elsewhere."""
    service.start()
    other = context(uri, config)
    other.attach()
    log = Talk(other.get_log_console())
    log.wait_for(f"reaped as user {os.getuid()} with {mark}\r\n".encode())
    log.wait_for(b"included\r\n")
    return other, log


def make_old(directory):
    """Changes a definition into one of an older version, which has been in use."""
    [generation] = generations(directory)
    (generation / "outside" / "scratch" / "mounts" / "0" / "kept").write_text("before")
    plan = generation / "config" / "plan"
    if plan.exists():
        plan.write_bytes(b"vsb-plan" + (1).to_bytes(2, "little") + b"of another form")
    else:
        (directory / "format").write_text("0.8.0\n")
    return generation


def check_emulator(generation):
    """QEMU's own user gets what the machine is made of, and nothing more."""
    user = pwd.getpwnam("libvirt-qemu")
    files = [path for path in generation.parent.rglob("*") if path.is_file()]
    script = 'for file; do test -r "$file" && echo "$file"; done; true'
    command = ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups", "/bin/sh", "-c", script]
    readable = subprocess.run([*command, "sh", *files], check=True, stdout=subprocess.PIPE, text=True).stdout
    given = [generation / "initrd.img", generation / "vmlinuz", *generation.glob("outside/**/*")]
    assert set(readable.split()) <= set(map(str, given))
    for path, mode in [(generation.parent, 0o711), (generation, 0o710)]:
        assert path.stat().st_mode & 0o777 == mode, path


def generic(uri, directory, data):
    is_container = uri.startswith("lxc")
    config = LibvirtSandbox.ConfigServiceGeneric.new("web")
    config.set_shell(True)
    config.set_overlay(True)
    config.set_command(["/bin/sh", "-c", GENERIC % "one"])
    shared = data / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for option in ["host-bind:/sandbox-test/scratch=", "ram:/sandbox-test/ram=1M", f"host-bind:/sandbox-test/data={shared}"]:
        config.add_mount_opts(option)
    config.add_host_include_strv(["/sandbox-test/scratch/passwd=/etc/passwd"])
    disk = data / "disk.img"
    disk.write_bytes(bytes(4096))
    if not is_container:
        config.add_disk_opts(f"file:disk={disk}")
    service = context(uri, config)
    expect_error(service.start, "gvir-sandbox-context-service")
    expect_error(service.undefine, "g-io-error-quark", Gio.IOErrorEnum.NOT_FOUND)
    expect_error(service.stop, "gvir-sandbox-context")

    service.define()
    saved = directory / "config" / "sandbox.cfg"
    assert saved.stat().st_mode & 0o777 == 0o600
    old = generations(directory)
    assert len(old) == 1
    assert listed_state(uri) == "stopped"
    if uri == "qemu:///system":
        check_emulator(*old)

    # The definition of another service, and one that fails, leave it as it is.
    broken = LibvirtSandbox.ConfigServiceGeneric.new("web")
    broken.set_root("/nonexistent")
    assert "/nonexistent" in expect_error(context(uri, broken).define, "gvir-sandbox-builder")
    assert generations(directory) == old
    assert "/nonexistent" not in saved.read_text()
    if uri.startswith("lxc") and subprocess.run(["modinfo", "nbd"], capture_output=True).returncode:
        broken = LibvirtSandbox.ConfigServiceGeneric.new("web")
        broken.add_mount_opts("host-image:/mnt=/srv/none.qcow2")
        assert "nbd" in expect_error(context(uri, broken).define, "gvir-sandbox-context-service")

    # It starts as this version makes it, with what it had written.
    outdated = make_old(directory)
    other, log = run_generic(service, uri, config, "one")
    [renewed] = generations(directory)
    assert renewed != outdated
    expect_error(service.start, "gvir-sandbox-context")
    assert listed_state(uri) == "running"
    shell = Talk(other.get_shell_console())
    shell.send(b"echo shell $((6 * 7))\r")
    shell.wait_for(b"\nshell 42\r")

    # A new definition takes nothing from the one that runs.
    config.set_command(["/bin/sh", "-c", GENERIC % "two"])
    service.define()
    assert len(generations(directory)) == 2 and renewed in generations(directory)
    log.send(b"hello\n")
    log.wait_for(b"heard hello and before\r\n")
    begin = time.monotonic()
    service.stop()
    assert time.monotonic() - begin < PATIENCE
    assert (shared / "end").read_text() == "saved"
    assert is_container or disk.read_bytes()[:5] == b"saved"

    # A second machine would show nothing new, and takes long to boot.
    if is_container:
        run_generic(service, uri, config, "two")
        assert renewed not in generations(directory) and len(generations(directory)) == 1
        service.stop()
    service.undefine()
    assert not directory.exists()
    assert not Path("/sandbox-test-written").exists() and Path("/etc/hostname").exists()
    expect_error(service.start, "gvir-sandbox-context-service")


def systemd(uri, directory, _data):
    units = Path("/etc/systemd/system")
    units.mkdir(parents=True, exist_ok=True)
    unit = units / "sandbox-test.service"
    unit.write_text(UNIT)
    config = LibvirtSandbox.ConfigServiceSystemd.new("system")
    config.set_boot_target(unit.name)
    service = context(uri, config)
    service.define()
    service.start()
    log = Talk(service.get_log_console())
    log.wait_for(b"started on system 1 with 2\r\n")
    # What has not started yet is not stopped, but dropped.
    log.wait_for(b"Finished sandbox-test.service")
    service.stop()
    log.wait_for(b"stopped\r\n")
    service.undefine()
    assert not directory.exists()


if __name__ == "__main__":
    LibvirtSandbox.init_object_check(None, None)
    kind, uri, base, data = sys.argv[1:]
    if kind == "generic":
        generic(uri, Path(base) / "web", Path(data))
    else:
        systemd(uri, Path(base) / "system", Path(data))
    print("done")
