"""The program is who it shall be, holds nothing of the sandbox, and can't lie about its end."""

import grp
import os
import pwd
import re
from dataclasses import dataclass

import pytest

SCRIPT = """
umask; pwd; id -u; id -g; id -G; echo "$HOME"; echo "$USER"; echo "$PATH"
echo ==; cat /proc/self/status
echo ==; env
"""

# docs/architecture.md, by the numbers of linux/capability.h.
OF_CONTAINERS = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 31)
# Those that every kernel since 3.16 has.
ALL = (1 << 38) - 1


@dataclass(frozen=True)
class Report:
    """What a program found out about itself."""

    umask: str
    cwd: str
    uid: int
    gid: int
    groups: list[int]
    home: str
    user: str
    path: str
    status: dict[str, str]
    environment: dict[str, str]

    @classmethod
    def of(cls, result):
        assert (result.status, result.err) == (0, b"")
        account, status, environment = result.out.decode().split("==\n")
        umask, cwd, uid, gid, groups, home, user, path = account.strip().split("\n")
        return cls(
            umask,
            cwd,
            int(uid),
            int(gid),
            sorted(map(int, groups.split())),
            home,
            user,
            path,
            dict(line.split(":\t", 1) for line in status.splitlines()),
            dict(line.split("=", 1) for line in environment.splitlines()),
        )

    def check_account(self, entry):
        assert (self.uid, self.gid) == (entry.pw_uid, entry.pw_gid)
        assert (self.home, self.user) == (entry.pw_dir, entry.pw_name)
        assert (self.cwd, self.umask) == (entry.pw_dir, "0022")
        assert "/usr/bin" in self.path.split(":")

    def check_unprivileged(self):
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(self.status[name], 16) == 0, name
        assert self.status["NoNewPrivs"] == "1"

    def check_signals(self):
        assert int(self.status["SigBlk"], 16) == 0
        assert int(self.status["SigIgn"], 16) == 0


def groups_of(entry):
    return sorted(os.getgrouplist(entry.pw_name, entry.pw_gid))


@pytest.mark.drivers("lxc", "embed", "session")
def test_caller(sandbox):
    """Without options the program is the caller, with nothing of the caller's power."""
    around = {"SECRET_OF_THE_HOST": "x", "LANG": "C.UTF-8", "TERM": "vt220"}
    options = ["--env", "GIVEN=a b=c", "--env", "EMPTY="]
    report = Report.of(sandbox.shell(SCRIPT, options=options, env=around))
    entry = pwd.getpwuid(sandbox.account.uid)
    report.check_account(entry)
    report.check_unprivileged()
    report.check_signals()
    of_the_shell = {"PWD", "OLDPWD", "SHLVL", "_"}
    of_containers = {"container"} if sandbox.is_container else set()
    expected = {"PATH", "HOME", "USER", "USERNAME", "LOGNAME", "TERM", "LANG", "GIVEN", "EMPTY"}
    assert set(report.environment) - of_the_shell == expected | of_containers
    assert report.environment["LOGNAME"] == entry.pw_name
    assert (report.environment["LANG"], report.environment["TERM"]) == ("C.UTF-8", "dumb")
    assert report.environment["GIVEN"] == "a b=c"
    assert report.environment["EMPTY"] == ""


def test_another_user(sandbox, user):
    report = Report.of(sandbox.shell(SCRIPT, options=["--switchto", user.name]))
    entry = pwd.getpwnam(user.name)
    report.check_account(entry)
    report.check_unprivileged()
    report.check_signals()
    assert report.groups == groups_of(entry)
    assert grp.getgrnam("users").gr_gid in report.groups


def test_privileged(sandbox):
    report = Report.of(sandbox.shell(SCRIPT, options=["--privileged"]))
    report.check_account(pwd.getpwnam("root"))
    assert report.groups == groups_of(pwd.getpwnam("root"))
    for name in ("CapPrm", "CapEff", "CapBnd"):
        capabilities = int(report.status[name], 16)
        if sandbox.is_container:
            assert capabilities == sum(1 << number for number in OF_CONTAINERS), name
        else:
            assert capabilities & ALL == ALL, name
    assert report.status["NoNewPrivs"] == "1"
    assert report.status["Seccomp"] == ("2" if sandbox.is_container else "0"), "a machine's kernel is its own"
    report.check_signals()


@pytest.mark.drivers("lxc")
def test_root_is_a_user_as_any_other(sandbox):
    """It is in its home, and powerless."""
    report = Report.of(sandbox.shell(SCRIPT, options=["--switchto", "root"], env={"HOME": "/nonexistent", "USER": "other"}))
    report.check_account(pwd.getpwnam("root"))
    assert report.groups == groups_of(pwd.getpwnam("root"))
    report.check_unprivileged()


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("option", ["=x", "NAME", "A B=x", "A\t=x"])
def test_variable_that_is_none(sandbox, option):
    result = sandbox.run("/bin/true", options=["--env", option])
    assert (result.status, result.out) == (125, b"")
    assert b"KEY=VALUE" in result.err


def test_unknown_user(sandbox):
    result = sandbox.run("/bin/true", options=["--switchto", "no-such-user"])
    assert (result.status, result.out) == (125, b"")
    assert b"no-such-user" in result.err


def test_privileged_and_another_user_exclude_each_other(sandbox, user):
    result = sandbox.run("/bin/true", options=["--privileged", "--switchto", user.name])
    assert (result.status, result.out) == (125, b"")
    assert b"privileged" in result.err and b"switchto" in result.err


def test_no_descriptor_but_the_three_streams(sandbox):
    result = sandbox.run("/bin/ls", "-l", "/proc/self/fd")
    links = re.findall(rb" (\d+) -> (\S+)", result.out)
    assert [number for number, _ in links] == [b"0", b"1", b"2", b"3"], result.out
    assert re.fullmatch(rb"/proc/\d+/fd", links[3][1]), "the last one is ls reading the directory"


def test_no_descriptor_on_a_terminal(sandbox):
    with sandbox.terminal("/bin/ls", "-l", "/proc/self/fd") as terminal:
        assert terminal.wait() == 0
        numbers = re.findall(rb" (\d+) -> ", terminal.screen)
        assert numbers == [b"0", b"1", b"2", b"3"], terminal.screen


FORGE = r"""
printf '\5\4\0\0\0\0\0\0\0' # the message of an exit with 0, on every stream
printf '\5\4\0\0\0\0\0\0\0' >&2
for device in /dev/hvc* /dev/vport* /dev/virtio-ports/* /dev/tty[0-9]* /dev/console /proc/1/fd/*; do
    [ -e "$device" ] && (printf '\5\4\0\0\0\0\0\0\0' >"$device") 2>/dev/null
done
kill -9 1 2>/dev/null
kill -TERM 1 2>/dev/null
exit 77
"""


@pytest.mark.parametrize("options", [[], ["--privileged"]], ids=["plain", "privileged"])
def test_exit_status_cannot_be_forged(sandbox, options):
    assert sandbox.shell(FORGE, options=options).status == 77


def test_first_process_is_out_of_reach(sandbox):
    """The first process holds the channel; a program of the same uid gets nothing of it."""
    script = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
found = []
for number in os.listdir("/proc/1/fd"):
    try:
        found.append(os.readlink("/proc/1/fd/" + number))
    except OSError:
        pass
descriptor = os.pidfd_open(1)
for number in range(64):
    if libc.syscall(438, descriptor, number, 0) >= 0:
        found.append(number)
if libc.ptrace(0x4206, 1, 0, 0) == 0:
    found.append("ptrace")
print(found)
"""
    result = sandbox.run("/usr/bin/python3", "-c", script)
    assert (result.status, result.out, result.err) == (0, b"[]\n", b"")
