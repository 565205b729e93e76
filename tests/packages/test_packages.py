"""The packages: built of a clean tree, looked at, and installed, used and removed again in roots that are thrown away.

The roots are overlays of this system's: where that has what the packages depend on, no mirror of packages is needed. That they
depend on all of it is seen by `make check-packages`, in a system that was made by debootstrap.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rig import host

HERE = Path(__file__).resolve().parent
MANIFESTS = ["Cargo.toml", "tests/fuzz/Cargo.toml"]
PACKAGES = {"libvirt-sandbox-1.0-5", "libvirt-sandbox-1.0-dev", "gir1.2-libvirtsandbox-1.0", "virt-sandbox", "libvirt-sandbox-doc"}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a root file system to throw away")


def run(*command, **options):
    return subprocess.run(command, cwd=host.REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)


def run_in_root(shares, *command, copies=()):
    """Runs a command in a root that is thrown away, where each directory `shares` has is under another name, and of the `copies` all
    changes are thrown away, too."""
    arguments = [f"--copy={directory}" for directory in copies] + [f"{source}:{target}" for source, target in shares.items()]
    return run(sys.executable, HERE / "root.py", *arguments, "--", *command)


@pytest.fixture(scope="module")
def checkout():
    """What knows which files are the project's."""
    if not (host.REPOSITORY / ".git").exists():
        pytest.skip("packages and archives are made of what git has, and this is no checkout of it")


@pytest.fixture(scope="module")
def packages(checkout, tmp_path_factory):
    """A directory with all packages."""
    output = tmp_path_factory.mktemp("packages")
    command = [HERE / "build-packages", host.REPOSITORY, host.BUILD / "cargo", "/srv/output"]
    built = run_in_root({output: "/srv/output"}, *command, copies=[host.REPOSITORY])
    assert built.returncode == 0, (built.stdout + built.stderr)[-20000:]
    return output


def test_one_compilation_serves_library_and_tool():
    """A crate with another feature for the tool would make cargo compile the library twice, which takes a minute."""

    def crates(*names):
        command = ["cargo", "tree", "--offline", "--locked", "--edges=normal,build", "--prefix=none", "--format={p} {f}"]
        tree = run(*command, *(f"--package={name}" for name in names))
        assert tree.returncode == 0, tree.stderr
        return {line.removesuffix(" (*)") for line in tree.stdout.splitlines()}

    assert crates("libvirt-sandbox") - crates("virt-sandbox", "virt-sandbox-manual") == set()


def test_packages_keep_to_the_policy(packages):
    assert {path.name.split("_")[0] for path in packages.glob("*.deb")} == PACKAGES
    (changes,) = packages.glob("*.changes")
    looked = run("lintian", "--allow-root", "--no-cfg", "--fail-on", "error,warning", "--tag-display-limit", "0", changes)
    assert (looked.returncode, looked.stdout) == (0, ""), looked


def try_packages(script, packages):
    """Runs a script that prints what the packages leave behind."""
    source = {host.REPOSITORY / name: f"/srv/source/{name}" for name in ("debian", "examples")}
    shares = {packages: "/srv/packages", HERE: "/srv/tests", **source}
    tried = run_in_root(shares, f"/srv/tests/{script}", host.REPOSITORY, "/srv/source", "/srv/packages")
    assert (tried.returncode, tried.stdout) == (0, ""), tried.stdout + tried.stderr


def test_packages_are_used_and_removed(packages):
    """Their own tests, those of Debian's infrastructure, run with lxc:/// and qemu:///embed; after that no file is left."""
    try_packages("try-packages", packages)


def test_packages_of_rpm_are_right(packages):
    built = sorted(packages.glob("*.rpm"))
    assert [path.name.rsplit("-", 2)[0] for path in built] == ["libvirt-sandbox", "libvirt-sandbox-devel", "libvirt-sandbox-libs"]
    looked = run("rpmlint", "--config", "rpm/rpmlint.toml", "rpm/libvirt-sandbox.spec", *built)
    assert looked.returncode == 0 and " 0 errors, 0 warnings" in looked.stdout, looked.stdout


def test_packages_of_rpm_are_used_and_removed(packages):
    """With a program in C and one in Python; after that no file is left."""
    try_packages("try-rpm-packages", packages)


@pytest.fixture(scope="module")
def crates():
    """Those for other systems, too, which nothing is built from: they are in the archive."""
    for manifest in MANIFESTS:
        fetch = f"cargo fetch --locked --manifest-path={manifest}"
        if run(*fetch.split(), "--quiet", "--offline").returncode != 0:
            pytest.skip(f"not every crate is here: run `{fetch}`")


def test_licenses_are_allowed_and_told(crates):
    checked = run("scripts/crate-licenses", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


ADVISORY = """```toml
[advisory]
id = "RUSTSEC-2000-0001"
package = "libc"
{withdrawn}

[versions]
patched = {patched}
```

# Everything is wrong
"""


@pytest.mark.parametrize(
    "patched, withdrawn, said",
    [
        ("[]", "", "RUSTSEC-2000-0001: Everything is wrong"),
        ('["^0.1.900", ">= 0.1.5, < 0.2.0", ">= 1.0"]', "", "RUSTSEC-2000-0001: Everything is wrong"),
        ('[">= 0.1.5, < 0.2.0", "^0.2.100"]', "", ""),
        ('[">= 0.2.100"]', "", ""),
        ("[]", 'withdrawn = "2000-01-02"', ""),
    ],
)
def test_advisories_are_heeded(tmp_path, patched, withdrawn, said):
    (tmp_path / "crates" / "libc").mkdir(parents=True)
    (tmp_path / "crates" / "libc" / "RUSTSEC-2000-0001.md").write_text(ADVISORY.format(patched=patched, withdrawn=withdrawn))
    checked = run("scripts/check-crates", tmp_path)
    assert checked.returncode == bool(said), checked
    assert checked.stdout.partition(": ")[2].strip() == said


@pytest.fixture(scope="module")
def archive(checkout, crates, tmp_path_factory):
    """The source archive, twice."""
    paths = []
    for name in ("first", "second"):
        made = run("scripts/make-dist", tmp_path_factory.mktemp(name))
        assert made.returncode == 0, made.stderr
        paths.append(Path(made.stdout.strip()))
    return paths


def test_archive_is_the_same_each_time(archive):
    first, second = archive
    assert first.read_bytes() == second.read_bytes()


def test_archive_has_every_crate(archive, tmp_path):
    """cargo finds all that a Cargo.lock names in it; `make check-dist` builds from it."""
    subprocess.run(["tar", "--extract", "--file", archive[0], "--directory", tmp_path], check=True)
    (tree,) = tmp_path.iterdir()
    environment = os.environ | {"CARGO_HOME": str(tmp_path / "cargo"), "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", f"{Path.home()}/.rustup")}
    for manifest in MANIFESTS:
        command = ["cargo", "metadata", "--frozen", "--format-version=1", f"--manifest-path={manifest}"]
        found = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
    assert not (tmp_path / "cargo" / "registry").exists()
    # What cargo will look at when it compiles a crate.
    for crate in (tree / "vendor").iterdir():
        checksums = json.loads((crate / ".cargo-checksum.json").read_text())["files"]
        assert {name: hashlib.sha256((crate / name).read_bytes()).hexdigest() for name in checksums} == checksums
    compiled = [path for path in (tree / "vendor").rglob("*") if path.suffix in (".a", ".dll", ".so", ".lib")]
    assert compiled == []
