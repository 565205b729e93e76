"""Whatever a caller passes on as a name or a text is refused or arrives as it is: in XML, paths, plan and kernel line."""

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

METACHARACTERS = "<a b='c' d=\"e\">&amp;]]><!-- $(touch /tmp/hostile) `id` ; | & * ? [x] ~ # % \\ {}"
CONTROL = "\n\t\r\x01\x1b[2J\x7f"
BYTES = METACHARACTERS.encode() + CONTROL.encode() + "ü€😀".encode() + b"\xff\xfe" + b"x" * 4096
NAMES = ["..", "../x", "a/b", "/x", "a\nb", "", " ", "-x", ".x", "x" * 4096, "a'b", "a<b", "$(id)", "a;b", "ä", "%s"]


@pytest.mark.drivers("lxc", "embed")
def test_arguments_and_variables_arrive_as_they_are(sandbox, scratch):
    """Also a working directory with such a name, and a directory of the host."""
    strange = scratch / f"{METACHARACTERS} ü€".replace("/", "-").replace(",", " ").replace("=", "-")
    strange.mkdir()
    (strange / "file").write_text("there")
    program = "import os, sys; os.write(1, b'|'.join(map(os.fsencode, [*sys.argv[1:], os.environ['V'], os.getcwd(), open('file').read()])))"
    arguments = [BYTES, b"", b"--", b"-c", b"\n"]
    result = sandbox.run(
        "/usr/bin/python3", "-c", program, *map(os.fsdecode, arguments),
        options=["--env", os.fsdecode(b"V=" + BYTES), "--workdir", strange, "--mount", f"host-bind:{strange}={strange}"],
    )  # fmt: skip
    assert (result.status, result.err) == (0, b"")
    assert result.out == b"|".join([*arguments, BYTES, os.fsencode(strange), b"there"])


@pytest.mark.drivers("lxc")
def test_names_are_plain(sandbox):
    before = sorted(Path("/run").iterdir())
    for name in NAMES:
        result = sandbox.run("/bin/true", options=["--dry-run", f"--name={name}"])
        assert (result.status, result.out) == (125, b""), name
        assert result.err, name
    for name in NAMES:
        result = sandbox.run("/bin/true", options=["--dry-run", f"--hostname={name}"])
        assert result.status == 125, name
    assert sorted(Path("/run").iterdir()) == before
    assert not Path("/tmp/hostile").exists()


@pytest.mark.drivers("lxc")
def test_settings_are_texts_of_the_domain_or_refused(sandbox, scratch):
    text = METACHARACTERS.replace(",", " ").replace("=", "-")
    target = scratch / text.replace("/", "-")
    target.mkdir()
    options = ["--network", f"source={text},filter={text},filter.P={text}", "--mount", f"host-bind:{target}={target}"]
    told = sandbox.run("/bin/true", options=["--dry-run", *options])
    assert (told.status, told.err) == (0, b"")
    devices = ElementTree.fromstring(told.out.decode().split("\n\n", 1)[0]).find("devices")
    interface = devices.find("interface")
    assert interface.find("source").get("network") == text
    assert interface.find("filterref").get("filter") == text
    assert [dict(parameter.attrib) for parameter in interface.iter("parameter")] == [{"name": "P", "value": text}]
    assert str(target) in {mount.find("source").get("dir") for mount in devices.iter("filesystem")}
    for refused in (
        ["--network", "source=a\nb"],
        ["--network", "source=default,filter=a\nb"],
        ["--network", "source=default,filter=f,filter.P=a\x01b"],
        ["--network", f"source=default,mac={text}"],
        ["--disk", "file:../../x=/etc/passwd"],
        ["--disk", "file:..=/etc/passwd"],
        ["--disk", "file:a\nb=/etc/passwd"],
        ["--mount", "host-bind:/mnt/../../x=/tmp"],
        ["--mount", "host-bind:mnt=/tmp"],
        ["--mount", "ram:/../x=1M"],
    ):
        result = sandbox.run("/bin/true", options=["--dry-run", *refused])
        assert (result.status, result.out) == (125, b""), refused
        assert result.err, refused


@pytest.mark.drivers("lxc")
def test_no_text_ends_at_a_nul(sandbox, scratch):
    """No argument can have one, but files can."""
    config, includes = scratch / "nul.cfg", scratch / "includes"
    saved = sandbox.run("/bin/echo", "secret", options=["--save", config])
    assert (saved.status, saved.err) == (0, b"")
    text = config.read_bytes()
    includes.write_bytes(b"/etc/hosts\0/x\n")
    for value in (b"secret", b"/bin/echo", b"GVirSandboxConfigInteractive"):
        config.write_bytes(text.replace(value, value[:-1] + b"\0" + value[-1:]))
        result = sandbox.run(options=["--dry-run", "--config", config])
        assert (result.status, result.out) == (125, b""), (value, result)
        assert b"NUL" in result.err and bytes(config) in result.err, (value, result)
    result = sandbox.run("/bin/true", options=["--dry-run", "--mount", "ram:/etc=1M", "--includefile", includes])
    assert (result.status, result.out) == (125, b""), result
    assert rb"/etc/hosts\x00/x" in result.err, result
