"""What the options do that no other test is about."""

import os
import re
import subprocess

import pytest

from rig import host

pytestmark = pytest.mark.drivers("lxc")


def test_options_end_at_the_command(sandbox):
    """The program's own options need no `--` in front."""
    arguments = [str(sandbox.tool), "-c", sandbox.uri, "/bin/echo", "-n", "--version", "-c"]
    assert sandbox.account.run(*arguments) == "--version -c"


def test_version(sandbox):
    version = re.search(r'^version = "(.*)"$', (host.REPOSITORY / "Cargo.toml").read_text(), re.MULTILINE)[1]
    assert sandbox.account.run(str(sandbox.tool), "--version") == f"libvirt-sandbox version {version}\n"


def test_help_names_every_option(sandbox):
    text = sandbox.account.run(str(sandbox.tool), "--help")
    options = "connect name root env privileged switchto shell version verbose debug kernver kernpath kmodpath "
    options += "disk mount include includefile network security timeout config save dry-run list json"
    options += " memory cpus workdir hostname trace-phases attach"
    for option in options.split():
        assert f"--{option}" in text


@pytest.mark.parametrize("option", ["--version", "--help", "--list", "--dry-run"])
def test_what_can_not_be_printed_is_told(sandbox, option):
    """A reader that has seen enough is none of that."""
    command = ["/bin/true"] if option == "--dry-run" else []
    with open("/dev/full", "wb") as full:
        result = sandbox.run(*command, options=[option], uri=bool(command), stdout=full)
    assert result.status == 125
    assert result.err == b"virt-sandbox: cannot write to standard output: No space left on device (os error 28)\n"
    if option in ("--version", "--help"):
        reader, writer = os.pipe()
        os.close(reader)
        result = sandbox.run(options=[option], uri=False, stdout=writer)
        os.close(writer)
        assert (result.status, result.err) == (0, b"")


def test_no_command(sandbox):
    result = sandbox.run()
    assert (result.status, result.out) == (125, b"")
    assert b"Usage" in result.err


def test_unknown_option(sandbox):
    result = sandbox.run("/bin/true", options=["--no-such-option"])
    assert (result.status, result.out) == (125, b"")
    assert b"--no-such-option" in result.err


def test_configuration_is_saved_and_run(sandbox, scratch):
    """What is saved is what runs; a command line adds to it."""
    saved = scratch / "saved.cfg"
    options = ["--save", str(saved), "-n", "kept", "-e", "WHAT=saved", "-m", "ram:/mnt=1M"]
    assert sandbox.shell("echo $WHAT $MORE; hostname; stat -f -c %T /mnt", options=options).status == 0
    assert "WHAT" in saved.read_text()
    result = sandbox.run(options=["--config", str(saved), "-e", "MORE=too"])
    assert (result.status, result.out, result.err) == (0, b"saved too\nkept\ntmpfs\n", b"")
    result = sandbox.run("/bin/hostname", options=["--config", str(saved), "-n", "other"])
    assert (result.status, result.out, result.err) == (0, b"other\n", b"")


def test_configuration_that_can_not_be_run(sandbox, scratch):
    service = scratch / "service.cfg"
    service.write_text("[api]\nclass=GVirSandboxConfigServiceGeneric\n[core]\nname=x\n[command]\nargv.0=/bin/true\n")
    empty = scratch / "empty.cfg"
    empty.write_text("[api]\nclass=GVirSandboxConfigInteractive\n[core]\nname=x\n[command]\n")
    for path in (scratch / "missing.cfg", service, empty):
        result = sandbox.run(options=["--config", str(path)])
        assert (result.status, result.out) == (125, b"")
        assert str(path).encode() in result.err


def test_label_that_can_not_be_had(sandbox):
    """No host of these tests has a security module that labels."""
    result = sandbox.run("/bin/true", options=["--security", "static,label=system_u:object_r:svirt_t:s0"])
    assert (result.status, result.out) == (125, b"")
    result = sandbox.run("/bin/true", options=["--security", "nonsense"])
    assert (result.status, result.out) == (125, b"")
    assert b"nonsense" in result.err


@pytest.mark.parametrize("flag", ["--verbose", "--debug"])
def test_telling_more_keeps_to_standard_error(sandbox, flag):
    result = sandbox.run("/bin/echo", "hello", options=[flag])
    assert (result.status, result.out) == (0, b"hello\n")


def test_what_can_not_be_told_ends_nothing(sandbox):
    options = ["--verbose", "--debug", "--trace-phases"]
    with open("/dev/full", "wb") as full:
        result = sandbox.shell("echo hello; exit 3", options=options, env={"LIBVIRT_SANDBOX_DEBUG": "1"}, stderr=full)
    assert (result.status, result.out) == (3, b"hello\n")


def test_arguments_arrive_as_bytes(sandbox):
    """Neither the tool nor the way to the guest wants UTF-8, and nothing splits or quotes."""
    arguments = [b"a b", b"", b"'\"$x", b"\xff\xfe", b"line\nbreak", b"-"]
    result = sandbox.run(b"/usr/bin/printf", b"[%s]", *arguments)
    assert result.out == b"".join(b"[" + argument + b"]" for argument in arguments)


@pytest.mark.drivers("embed")
def test_libvirt_in_the_process_writes_no_log(sandbox, account):
    """It warns of a host name that nobody resolves, which is common in containers."""
    script = 'hostname nobody.resolves.this; exec "$0" "$@"'
    arguments = sandbox.arguments(["/bin/echo", "only this"])
    result = subprocess.run(
        ["unshare", "--uts", "/bin/sh", "-c", script, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=account.environment(),
        **account.popen_arguments(),
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, b"only this\n", b"")
