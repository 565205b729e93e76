"""A bare QEMU: the floor that virtual machines are measured against.

It has the kernel and the modules that virt-sandbox would choose, and nothing else of it.
"""

import gzip
import lzma
import os
import select
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

FLOORS = Path(__file__).parent
MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p"]
# The bzImage's header: where the compressed kernel is, after the real-mode code, and how long.
SETUP_SECTORS, PAYLOAD = 0x1F1, 0x248
COMMANDS = {b"\x28\xb5\x2f\xfd": "zstd", b"\x02\x21\x4c\x18": "lz4", b"BZh": "bzip2"}
DRAIN = 1 << 20
ROOT = (
    "-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap",
    "-device", "virtio-9p-pci,fsdev=root,mount_tag=host",
)  # fmt: skip


def newest_kernel():
    """The newest kernel image with modules, and its release."""
    for image in sorted(Path("/boot").glob("vmlinuz-*"), key=lambda path: path.stat().st_mtime, reverse=True):
        release = image.name.removeprefix("vmlinuz-")
        if Path("/lib/modules", release, "modules.dep").exists():
            return image, release
    raise FileNotFoundError("no /boot/vmlinuz-* with modules")


def extract(image):
    """The ELF kernel in a bzImage."""
    data = image.read_bytes()
    start, length = struct.unpack_from("<II", data, PAYLOAD)
    start += (data[SETUP_SECTORS] + 1) * 512
    payload = data[start : start + length]
    if payload.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor().decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        return gzip.decompress(payload[:-4])
    for magic, command in COMMANDS.items():
        if payload.startswith(magic):
            return subprocess.run([command, "-dc"], input=payload, stdout=subprocess.PIPE, check=False).stdout
    raise ValueError(f"{image}: unknown compression {payload[:6].hex()}")


def load_order(release):
    """The files that modprobe would load, each once."""
    shown = [
        subprocess.run(
            ["modprobe", "--show-depends", "--set-version", release, name], capture_output=True, text=True, check=True
        ).stdout
        for name in MODULES
    ]
    files = [line.split()[1] for text in shown for line in text.splitlines() if line.startswith("insmod")]
    return [Path(file) for file in dict.fromkeys(files)]


def read_module(path):
    unpack = {".xz": lzma.decompress, ".gz": gzip.decompress}.get(path.suffix)
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
    return unpack(path.read_bytes()) if unpack else path.read_bytes()


class Machine:
    """Files to boot from, made once in a directory."""

    def __init__(self, directory):
        image, release = newest_kernel()
        self.kernel = directory / "vmlinux"
        self.kernel.write_bytes(extract(image))
        tree = directory / "initrd"
        for name in ("dev", "root", "modules"):
            (tree / name).mkdir(parents=True)
        for number, module in enumerate(load_order(release)):
            (tree / "modules" / f"{number:02}.ko").write_bytes(read_module(module))
        command = ["cc", "-O2", "-static", "-o", tree / "init", FLOORS / "qemu-init.c"]
        subprocess.run(command, check=True)
        names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        self.initrd = directory / "initrd.img"
        with self.initrd.open("wb") as output:
            subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=tree, input=names.encode(), stdout=output, check=True)
        shutil.rmtree(tree)
        self.port = directory / "port"

    def command(self, line, *devices):
        return [
            "qemu-system-x86_64", "-machine", "pc,accel=tcg", "-cpu", "max", "-m", "512", "-smp", "1",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "null",
            "-kernel", self.kernel, "-initrd", self.initrd,
            "-append", f"console=ttyS0 quiet panic=-1 {line}",
            *devices,
        ]  # fmt: skip

    def start(self):
        """Boots, runs /bin/true from the host's root, and powers off."""
        subprocess.run(self.command("floor=true", *ROOT), check=True)

    def move(self, way, size):
        """Writes to or reads from a virtio-serial port, and gives the seconds it took, without those of the boot."""
        return self.talk(f"floor={way} floor_bytes={size}", lambda port: exchange(port, way, size))

    def script(self, path):
        """Runs a script that writes a line before and after what it does, and gives the seconds between them."""
        return self.talk(f"floor={path}", between_lines, *ROOT)

    def talk(self, line, converse, *more):
        """Boots with a virtio-serial port, and gives what `converse` makes of the host's end of it."""
        with socket.socket(socket.AF_UNIX) as listener:
            self.port.unlink(missing_ok=True)
            listener.bind(os.fspath(self.port))
            listener.listen()
            devices = (
                "-chardev", f"socket,id=port,path={self.port}", "-device", "virtio-serial-pci",
                "-device", "virtserialport,chardev=port,nr=1", *more,
            )  # fmt: skip
            with subprocess.Popen(self.command(line, *devices)) as qemu:
                result = converse(listener.accept()[0])
                qemu.wait()
        return result


def between_lines(port):
    with port, port.makefile("rb") as lines:
        lines.readline()
        begin = time.monotonic()
        lines.readline()
        return time.monotonic() - begin


def exchange(port, way, size):
    """The host's end of the port. The time begins with the first byte that goes through."""
    buffer = bytearray(DRAIN)
    with port:
        if way == "read":
            # The port's buffers are full before the guest has booted: from the next byte on it reads.
            sent = fill(port, size)
            begin = time.monotonic()
            port.sendall(bytes(size - sent))
            port.recv(1)
            return (time.monotonic() - begin) * size / (size - sent)
        left = size - port.recv_into(buffer, 1)
        begin = time.monotonic()
        while left > 0:
            left -= port.recv_into(buffer)
        return time.monotonic() - begin


def fill(port, size):
    """Sends what is taken before the guest reads, and waits until it does."""
    sent = 0
    port.setblocking(False)
    try:
        while sent < size:
            sent += port.send(bytes(min(DRAIN, size - sent)))
    except BlockingIOError:
        port.setblocking(True)
        select.select([], [port], [])
    return sent
