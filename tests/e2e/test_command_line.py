"""What the options do that no other test is about."""

import subprocess

import pytest

pytestmark = pytest.mark.drivers("lxc")


def test_options_end_at_the_command(sandbox):
    """The program's own options need no `--` in front."""
    arguments = [str(sandbox.tool), "-c", sandbox.uri, "/bin/echo", "-n", "--version", "-c"]
    assert sandbox.account.run(*arguments) == "--version -c"


def test_version(sandbox):
    assert "0.9.0" in sandbox.account.run(str(sandbox.tool), "--version")


def test_help_names_every_option(sandbox):
    text = sandbox.account.run(str(sandbox.tool), "--help")
    options = "connect name root env privileged switchto shell version verbose debug kernver kernpath kmodpath"
    for option in options.split():
        assert f"--{option}" in text


def test_no_command(sandbox):
    result = sandbox.run()
    assert result.status != 0
    assert result.out == b""
    assert b"Usage" in result.err or b"usage" in result.err


def test_unknown_option(sandbox):
    result = sandbox.run("/bin/true", options=["--no-such-option"])
    assert (result.status != 0, result.out) == (True, b"")
    assert b"--no-such-option" in result.err


@pytest.mark.parametrize("flag", ["--verbose", "--debug"])
def test_telling_more_keeps_to_standard_error(sandbox, flag):
    result = sandbox.run("/bin/echo", "hello", options=[flag])
    assert (result.status, result.out) == (0, b"hello\n")


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
