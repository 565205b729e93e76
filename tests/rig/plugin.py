"""The rig as pytest fixtures."""

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from rig import host, leaks, namespace
from rig.sandbox import Sandbox

URIS = {
    "lxc": "lxc:///",
    "embed": "qemu:///embed",
    "session": "qemu:///session",
    "system": "qemu:///system",
    # The system's libvirt, used by an ordinary user.
    "member": "qemu:///system",
}
NEEDS_ROOT = ("lxc", "system", "member")
ORDINARY = {"session": "user", "member": "member"}


def pytest_addoption(parser):
    parser.addoption(
        "--drivers",
        type=lambda names: names.split(","),
        help="run only the tests on these drivers, separated by commas; 'none': those that use no driver",
    )
    parser.addoption("--sandboxes", type=int, default=24, metavar="N", help="start this many in one process to see that it does not grow")
    parser.addoption(
        "--full-sweep",
        action="store_true",
        help="inject faults at every point of a run that may matter, not at a sample of them: takes hours",
    )
    parser.addoption("--soak", type=float, metavar="SECONDS", help="soak for so long, not with the few cases of a short one")
    parser.addoption("--seed", default="short", help="what the cases of a soak are drawn from")
    parser.addoption("--case", type=int, metavar="N", help="run only this case of a soak")
    parser.addoption(
        "--share",
        type=lambda share: [int(number) for number in share.split("/")],
        default="1/1",
        metavar="N/M",
        help="run every M-th file of what there is to run, from the N-th on",
    )


def pytest_collection_modifyitems(config, items):
    drivers = config.getoption("drivers")
    number, shares = config.getoption("share")

    def is_of_driver(item):
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        return drivers is None or parameters.get("driver", "none") in drivers

    wanted = list(filter(is_of_driver, items))
    files = sorted({item.path for item in wanted})[number - 1 :: shares]
    wanted = [item for item in wanted if item.path in files]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def pytest_configure(config):
    """Moves the whole test run into namespaces of its own where it has to start the daemons."""
    config.addinivalue_line("markers", "drivers(*names): the drivers a test runs on (lxc, embed)")
    # Clients would take it over from a shell that runs the tests in the background.
    for number in (signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if namespace.is_inside() or not namespace.is_wanted():
        return
    config.pluginmanager.getplugin("capturemanager").stop_global_capturing()
    os.chdir(config.invocation_params.dir)
    os.execv(
        sys.executable,
        [sys.executable, namespace.__file__, sys.executable, "-m", "pytest"]
        + list(config.invocation_params.args),
    )


def pytest_generate_tests(metafunc):
    if "driver" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("drivers")
        names = marker.args if marker else ("lxc", "embed")
        metafunc.parametrize("driver", names)


@pytest.fixture(scope="session")
def base_directory():
    """Where accounts live: seen by everybody, also inside of a sandbox."""
    if namespace.is_inside():
        yield Path("/srv")
    else:
        path = Path(tempfile.mkdtemp(prefix="sandbox-rig-", dir="/var/tmp"))
        path.chmod(0o755)
        yield path
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def daemons():
    host.start_daemons()


@pytest.fixture(scope="session")
def admin(base_directory):
    """Who runs the tests: root, or a developer."""
    return host.myself(base_directory)


@pytest.fixture(scope="session")
def user(base_directory, admin):
    """An ordinary user."""
    if admin.uid != 0:
        yield admin
    else:
        account = host.add_user(base_directory)
        yield account
        host.remove_user(account.name)


@pytest.fixture(scope="session")
def member(base_directory, admin):
    """An ordinary user who may use the system's libvirt."""
    account = host.add_user(base_directory, host.MEMBER_NAME, host.LIBVIRT_GROUP)
    yield account
    host.remove_user(account.name)


@pytest.fixture(scope="session")
def leak_check(daemons, admin):
    return leaks.LeakCheck()


@pytest.fixture
def account(driver, admin, request):
    """Who runs virt-sandbox on the driver."""
    if driver in NEEDS_ROOT and admin.uid != 0:
        pytest.skip(f"{URIS[driver]} needs root")
    return request.getfixturevalue(ORDINARY[driver]) if driver in ORDINARY else admin


@pytest.fixture
def places(driver, account):
    return places_of(driver, account)


def places_of(driver, account):
    """Where something could be left on the driver: lists of domains, and directories."""

    def domains():
        return host.virsh(account, URIS[driver], "list", "--all", "--name").split()

    # Nobody but its own client can ask the embedded driver.
    domain_lists = [] if driver == "embed" else [domains]
    state = (account.runtime or Path("/run")) / "libvirt-sandbox"
    # Nobody else uses it in namespaces of our own.
    temporary = [Path("/var/tmp")] if namespace.is_inside() else []
    return domain_lists, [state, *temporary, Path(f"/var/tmp/libvirt-sandbox-{account.uid}")]


@pytest.fixture
def verify_nothing_left(places, leak_check):
    """Checks that no domain, process, mount, loop device or file is left, within a bounded time."""
    return lambda: leak_check.verify(*places)


@pytest.fixture
def nothing_left(verify_nothing_left):
    """Fails a test that leaves something behind."""
    yield
    verify_nothing_left()


@pytest.fixture
def sandbox(driver, account, nothing_left):
    """virt-sandbox on the driver."""
    try:
        host.tool()
    except FileNotFoundError as error:
        pytest.exit(str(error), returncode=1)
    return Sandbox(driver, URIS[driver], account)


@pytest.fixture
def libvirt_uri(driver):
    """The driver's URI as libvirt itself knows it: there an embedded driver has a directory of the caller's."""
    if driver != "embed":
        yield URIS[driver]
        return
    root = tempfile.mkdtemp(dir="/run", prefix="embed-")
    # QEMU runs as another user and passes through.
    os.chmod(root, 0o711)
    yield f"qemu:///embed?root={root}"
    shutil.rmtree(root)


@pytest.fixture
def scratch(account):
    """An empty directory of the account, at the same place inside of a sandbox."""
    path = Path(tempfile.mkdtemp(dir=account.scratch))
    os.chown(path, account.uid, account.gid)
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
