"""Runs a service that writes a lot, with nobody there who reads it, or somebody who stops to.

    service_logs.py generic|unreadable|systemd URI DIRECTORY LINES

DIRECTORY is where it tells that it has written so many LINES.
"""

import os
import re
import sys
from pathlib import Path

import gi

gi.require_version("LibvirtSandbox", "1.0")
gi.require_version("LibvirtGObject", "1.0")
from gi.repository import Gio, GLib, LibvirtSandbox  # noqa: E402
from service import Talk, context  # noqa: E402

# What is kept of a long log, and how long it may get.
KEPT = 1 << 20
LIMIT = 2 << 20
# QEMU writes a byte to the log that its terminal has no room for, and again when it has: while a reader is stuck some come twice.
REPEATS = re.compile(rb"(.)\1+")
HAS_REPEATS = sys.argv[2].startswith("qemu")

# A terminal may show what is typed after what comes of it.
GENERIC = """
stty -echo
write() {
    seq -f "$1 %%.0f of the log" %d
    : >"/sandbox-test/data/$1"
}
trap 'write last; exit 0' TERM
write first
while read word; do write $word; done
"""

UNIT = """
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'seq -f "first %%%%.0f of the log" %d >/dev/console; : >/sandbox-test/data/first'
ExecStop=/bin/sh -c 'seq -f "last %%%%.0f of the log" %d >/dev/console'
"""


def wait_for_file(path):
    """Runs the main loop until the service has made the file."""
    monitor = Gio.File.new_for_path(str(path)).monitor_file(Gio.FileMonitorFlags.NONE, None)
    loop = GLib.MainLoop()
    monitor.connect("changed", lambda *_: loop.quit())
    while not path.exists():
        loop.run()
    monitor.cancel()


class Stuck:
    """Somebody who attached to the log, and does not read it."""

    def __init__(self, console):
        self.console = console
        self.pipes = *os.pipe(), *os.pipe()
        keyboard, self.keys, _unread, output = self.pipes
        console.attach(Gio.UnixInputStream.new(keyboard, False), Gio.UnixOutputStream.new(output, False), None)


def line(word, number):
    return b"%s %d of the log\r\n" % (word, number)


def check_end(seen, word, lines):
    """What was seen last is what was written last, without a gap, as much of it as is kept."""
    written = b"".join(line(word, number) for number in range(1, lines + 1))
    # What is kept may begin within a line.
    # The kernel of a machine has the last word.
    seen = seen[: seen.index(line(word, lines)) + len(line(word, lines))]
    end = written[-min(len(written), KEPT - len(line(word, lines))) :]
    for shown, expected in zip(reversed(seen.splitlines()), reversed(end.splitlines()[1:])):
        if HAS_REPEATS:
            shown, expected = (REPEATS.sub(rb"\1", text) for text in (shown, expected))
        assert shown == expected, (shown, expected, len(seen), len(end))
    assert HAS_REPEATS or seen.endswith(end), (len(seen), len(end))


def read_log(uri, config, last):
    """Attaches to the service as another process does, and reads its log up to `last`."""
    other = context(uri, config)
    other.attach()
    log = Talk(other.get_log_console())
    log.wait_for(last)
    return log


def until_end(log):
    while not log.ended:
        log.loop.run()


def generic(uri, config, data, lines):
    service = context(uri, config)
    service.define()
    service.start()
    wait_for_file(data / "first")
    for _ in range(2):
        log = read_log(uri, config, line(b"first", lines))
        check_end(log.seen, b"first", lines)
        assert len(log.seen) <= LIMIT, len(log.seen)
        log.console.detach()

    other = context(uri, config)
    other.attach()
    stuck = Stuck(other.get_log_console())
    os.write(stuck.keys, b"second\n")
    wait_for_file(data / "second")
    stuck.console.detach()

    log = read_log(uri, config, line(b"second", lines))
    check_end(log.seen, b"second", lines)
    log.send(b"third\n")
    log.wait_for(line(b"third", lines))
    if uri.startswith("lxc"):
        [kept] = Path("/etc/libvirt-sandbox/services/wordy").glob("generation-*/console.log")
        assert kept.stat().st_mode & 0o777 == 0o600 and kept.stat().st_blocks * 512 <= LIMIT + 65536, kept.stat()
    service.stop()
    assert (data / "last").exists(), "it was given the time to end"
    until_end(log)
    check_end(log.seen, b"last", lines)
    service.undefine()


def unreadable(uri, config, data, lines):
    service = context(uri, config)
    service.define()
    service.start()
    wait_for_file(data / "first")
    other = context(uri, config)
    other.attach()
    log = Talk(other.get_log_console())
    log.send(b"second\n")
    log.wait_for(line(b"second", lines))
    assert line(b"first", 1) not in log.seen
    service.stop()
    assert (data / "last").exists(), "it was given the time to end"
    until_end(log)
    service.undefine()


def systemd(uri, config, data, lines):
    unit = Path("/etc/systemd/system/sandbox-test-log.service")
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(UNIT % (lines, lines))
    config.set_boot_target(unit.name)
    service = context(uri, config)
    service.define()
    service.start()
    wait_for_file(data / "first")
    log = read_log(uri, config, line(b"first", lines))
    log.wait_for(b"Finished sandbox-test-log.service")
    service.stop()
    until_end(log)
    assert line(b"last", lines) in log.seen
    service.undefine()


LibvirtSandbox.init_object_check(None, None)
kind, uri, data, lines = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
if kind != "systemd":
    config = LibvirtSandbox.ConfigServiceGeneric.new("wordy")
    config.set_command(["/bin/sh", "-c", GENERIC % lines])
else:
    config = LibvirtSandbox.ConfigServiceSystemd.new("wordy")
config.add_mount_opts(f"host-bind:/sandbox-test/data={data}")
globals()[kind](uri, config, data, lines)
print("done")
