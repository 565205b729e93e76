"""Runs a command on a pseudo terminal of its own and reads its screen as events come."""

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path


class Terminal:
    """A command with a controlling terminal, of which the test is the user."""

    def __init__(self, arguments, *, rows, columns, timeout, **popen):
        self.timeout = timeout
        self.master, self.slave = os.openpty()
        self.resize(rows, columns)
        if "user" in popen:
            os.fchown(self.slave, popen["user"], popen["group"])
        self.attributes_before = self.attributes()
        self.screen = b""
        self.process = subprocess.Popen(
            arguments,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            **popen,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    def hang_up(self):
        """Closes the terminal, as a window is closed."""
        for descriptor in filter(None, (self.master, self.slave)):
            os.close(descriptor)
        self.master = self.slave = None

    def attributes(self):
        return termios.tcgetattr(self.master)

    def is_restored(self):
        return self.attributes() == self.attributes_before

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        os.write(self.master, keys)

    def send_line(self, text):
        self.send(text.encode() + b"\r")

    def expect(self, pattern, timeout=None):
        """Reads until the pattern shows up, takes the screen up to its end and gives the match."""
        deadline = time.monotonic() + (timeout or self.timeout)
        while not (match := re.search(pattern, self.screen)):
            if not self.read_before(deadline):
                raise AssertionError(f"no {pattern!r} on the terminal, which has {self.screen!r}")
        self.screen = self.screen[match.end() :]
        return match

    def read_before(self, deadline):
        left = max(0, deadline - time.monotonic())
        if not select.select([self.master], [], [], left)[0]:
            return False
        self.screen += os.read(self.master, 65536)
        return True

    def wait(self, timeout=None):
        """Waits for the command's end, reading along so that it can't block, and gives its status."""
        deadline = time.monotonic() + (timeout or self.timeout)
        with os.fdopen(os.pidfd_open(self.process.pid)) as ended:
            while True:
                left = max(0, deadline - time.monotonic())
                ready = select.select([self.master, ended], [], [], left)[0]
                if self.master in ready:
                    self.screen += os.read(self.master, 65536)
                elif ended in ready:
                    return self.process.wait()
                else:
                    raise AssertionError(
                        f"{self.process.args} did not end; the terminal has {self.screen!r}"
                    )

    def signal_child(self, number):
        """Sends a signal to the only child of the command, a shell."""
        pid = self.process.pid
        os.kill(int(Path(f"/proc/{pid}/task/{pid}/children").read_text()), number)

    def wait_until_restored(self):
        """For a client that is dead at once: something else has to restore its terminal."""
        self.wait_for_settings(True)

    def wait_until_set(self):
        """For a program that says that it is ready before it is: what was typed until then gets lost."""
        self.wait_for_settings(False)

    def wait_for_settings(self, are_restored):
        """The kernel tells nobody of a change."""
        deadline = time.monotonic() + self.timeout
        while self.is_restored() != are_restored:
            assert time.monotonic() < deadline, "the terminal's settings did not change"
            time.sleep(0.02)
