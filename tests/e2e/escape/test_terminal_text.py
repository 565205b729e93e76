"""What the tool says is text, whatever names are in it: no terminal does anything by it, and no line of it is forged."""

import os

import pytest

# A title, a colour, both kinds of control characters, the direction of writing, and a line that is none of the tool's.
NAME = "/no\x1b]0;T\a\x1b[31m\x9b2J\u202e\r\nvirt-sandbox: forged"
# The same as bytes that are no text.
BYTES = os.fsdecode(NAME.encode() + b"\xff\x1b[2J")
# What clap, the library, libvirt or the tool itself complains about.
REFUSED = {
    "option": [f"--no{NAME}"],
    "value": [f"--memory={NAME}"],
    "surplus": [f"--list={NAME}"],
    "hostname": [f"--hostname={NAME}"],
    "name": [f"--name={NAME}"],
    "config": [f"--config={NAME}"],
    "root": [f"--root={NAME}"],
    "mount": [f"--mount=host-bind:/mnt={NAME}"],
    "kind of mount": [f"--mount={NAME}:/mnt"],
    "include": ["--mount=ram:/mnt=1M", f"--include=/mnt/x={NAME}"],
    "disk": [f"--disk=file:x={NAME}"],
    "network": [f"--network={NAME}"],
    "user": [f"--switchto={NAME}"],
    "connection": [f"--connect={NAME}"],
    "attach": [f"--attach={NAME}"],
    "save": ["--save=/nonexistent/" + NAME],
    "includefile": [f"--includefile={NAME}"],
    "bytes": [f"--config={BYTES}"],
}


@pytest.mark.drivers("lxc")
@pytest.mark.parametrize("language", ["C.UTF-8", "de_DE.UTF-8"])
def test_refusals(sandbox, language):
    for what, options in REFUSED.items():
        command = [] if what in ("attach",) else ["/bin/true"]
        result = sandbox.run(*command, options=options, env={"LANG": language})
        assert (result.status, result.out) == (125, b""), (what, result)
        assert result.err and result.is_harmless(), (what, result)
        assert b"\nvirt-sandbox: forged" not in result.err, (what, result)


@pytest.mark.drivers("lxc", "embed")
def test_programs_that_are_not_there(sandbox):
    for name in (NAME, BYTES, NAME.replace("/", "")):
        result = sandbox.run(name)
        assert (result.status, result.out) == (127, b""), result
        assert rb"\u{1b}]0;T\u{7}" in result.err and result.is_harmless(), result
        assert len(result.err.splitlines()) == 1, result


@pytest.mark.drivers("lxc")
def test_a_working_directory_that_is_not_there(sandbox):
    result = sandbox.run("/bin/true", options=[f"--workdir={NAME}"])
    assert (result.status, result.out) == (125, b""), result
    assert result.err and result.is_harmless(), result
    assert b"\nvirt-sandbox: forged" not in result.err, result
