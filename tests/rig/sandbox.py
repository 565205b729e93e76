"""Runs virt-sandbox the way a user does, with every kind of standard stream."""

import os
import signal
import subprocess
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rig import host
from rig.terminal import Terminal

# A start takes about 3 s under TCG on an idle machine; nothing here depends on how long.
TIMEOUT = 300

CLOSED = object()

# What a client is called with differs from driver to driver, so that nothing depends on one mask.
UMASKS = {"lxc": 0o027, "embed": 0o077, "system": 0o077, "member": 0o027}


@dataclass(frozen=True)
class Result:
    """How a client ended and what it wrote."""

    status: int
    out: bytes
    err: bytes

    def is_harmless(self):
        """Whether the errors are nothing but text: no control characters, and none that turn its direction."""
        text = self.err.decode(errors="replace")
        return not any(unicodedata.category(c) == "Cc" or c in "\u202e\u2066" for c in text if c not in "\n\t")


class Sandbox:
    """virt-sandbox on one driver, as one account."""

    def __init__(self, driver, uri, account):
        self.driver = driver
        self.uri = uri
        self.account = account
        self.tool = host.tool()

    @property
    def is_container(self):
        return self.driver == "lxc"

    def popen_arguments(self):
        return self.account.popen_arguments() | {"umask": UMASKS.get(self.driver, 0o022)}

    def arguments(self, command, options=(), uri=True):
        connect = ["--connect", self.uri] if uri is True else ["--connect", uri] if uri else []
        return [str(self.tool), *connect, *options, *(["--"] if command else []), *map(os.fspath, command)]

    def start(
        self,
        *command,
        options=(),
        uri=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None,
        wrapper=(),
        **popen,
    ):
        """Starts a client, by the command `wrapper` where there is one, and gives its process. CLOSED as a stream means no
        descriptor at all."""
        streams = [stdin, stdout, stderr]
        closed = [number for number, stream in enumerate(streams) if stream is CLOSED]
        stdin, stdout, stderr = (None if s is CLOSED else s for s in streams)
        arguments = [*wrapper, *self.arguments(command, options, uri)]
        if closed:
            redirections = " ".join(f"{number}>&-" for number in closed)
            arguments = ["/bin/sh", "-c", f'exec "$0" "$@" {redirections}', *arguments]
        return subprocess.Popen(
            arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=self.account.environment(**(env or {})),
            **(self.popen_arguments() | popen),
        )

    def run(self, *command, stdin=b"", timeout=TIMEOUT, **options):
        """Runs a command to its end. `stdin`: bytes (a pipe), a path (a file), or as for start."""
        data = None
        if isinstance(stdin, bytes):
            data, stdin = stdin, subprocess.PIPE
        if isinstance(stdin, Path):
            with stdin.open("rb") as file:
                client = self.start(*command, stdin=file, **options)
        else:
            client = self.start(*command, stdin=stdin, **options)
        return finish(client, data, timeout)

    def shell(self, script, *arguments, **options):
        """Runs a shell script."""
        return self.run("/bin/sh", "-c", script, "sh", *arguments, **options)

    def terminal(self, *command, options=(), rows=24, columns=80, env=None, shell=None):
        """Starts a client on a terminal, or a shell on it that knows the client as "$@"."""
        arguments = self.arguments(command, options)
        if shell:
            arguments = ["/bin/bash", "--norc", "-c", shell, "bash", *arguments]
        return Terminal(
            arguments,
            rows=rows,
            columns=columns,
            env=self.account.environment(**(env or {})),
            timeout=TIMEOUT,
            **self.popen_arguments(),
        )


def finish(client, data=None, timeout=TIMEOUT):
    """Waits for a client; one that hangs is killed, and the test sees what it had written."""
    try:
        out, err = client.communicate(data, timeout)
    except subprocess.TimeoutExpired as expired:
        client.send_signal(signal.SIGKILL)
        client.wait()
        raise AssertionError(f"did not end within {timeout} s: {expired!r}, wrote {expired.stdout!r}") from None
    return Result(client.returncode, out, err)
