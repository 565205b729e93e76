"""A bare QEMU: the floor that virtual machines are measured against.

It has the kernel and the modules that virt-sandbox would choose, and nothing else of it.
"""

import gzip
import lzma
import os
import shutil
import socket
import struct
import subprocess
from pathlib import Path

FLOORS = Path(__file__).parent
MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p"]
# The bzImage's header: where the compressed kernel is, after the real-mode code, and how long.
SETUP_SECTORS, PAYLOAD = 0x1F1, 0x248
COMMANDS = {b"\x28\xb5\x2f\xfd": "zstd", b"\x02\x21\x4c\x18": "lz4", b"BZh": "bzip2"}
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

    def run(self, script, converse):
        """Boots, runs a script whose input and output is a virtio-serial port, and gives what `converse` makes of its other end,
        a file to read from and a function that writes."""
        with socket.socket(socket.AF_UNIX) as listener:
            self.port.unlink(missing_ok=True)
            listener.bind(os.fspath(self.port))
            listener.listen()
            devices = (
                "-chardev", f"socket,id=port,path={self.port}", "-device", "virtio-serial-pci",
                "-device", "virtserialport,chardev=port,nr=1", *ROOT,
            )  # fmt: skip
            with subprocess.Popen(self.command(f"floor={script}", *devices)) as qemu:
                with listener.accept()[0] as port:
                    with port.makefile("rb", 0) as output:
                        result = converse(output, port.sendall)
                qemu.wait()
        return result
