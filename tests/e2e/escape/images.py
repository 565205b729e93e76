"""Disk images that refer to something else, byte by byte as QEMU reads them."""

import struct

CLUSTER = 1 << 16
SIZE = 1 << 20
END, BACKING_FORMAT, DATA_FILE_NAME = 0, 0xE2792ACA, 0x44415441
HAS_DATA_FILE, RAW_DATA_FILE = 1 << 2, 1 << 1


def qcow2(backing=b"", backing_format=b"raw", data_file=b""):
    """An empty image of 1 MiB: its header, the table of references with its block, and the first table of clusters."""
    extensions = b""
    if backing:
        extensions += extension(BACKING_FORMAT, backing_format)
    if data_file:
        extensions += extension(DATA_FILE_NAME, data_file)
    extensions += extension(END, b"")
    length = 104
    place = length + len(extensions) if backing else 0
    header = b"QFI\xfb" + struct.pack(
        ">IQIIQIIQQIIQQQQII",
        3, place, len(backing), 16, SIZE, 0, 1, 3 * CLUSTER, CLUSTER, 1, 0, 0,
        HAS_DATA_FILE if data_file else 0, 0, RAW_DATA_FILE if data_file else 0, 4, length,
    )  # fmt: skip
    assert len(header) == length
    table = struct.pack(">Q", 2 * CLUSTER)
    counts = struct.pack(">4H", 1, 1, 1, 1)
    clusters = [header + extensions + backing, table, counts, b""]
    return b"".join(cluster.ljust(CLUSTER, b"\0") for cluster in clusters)


def extension(kind, data):
    return struct.pack(">II", kind, len(data)) + data.ljust(-(-len(data) // 8) * 8, b"\0")


def vmdk(extent):
    """The description of an image whose content is another file."""
    return f"""# Disk DescriptorFile
version=1
CID=12345678
parentCID=ffffffff
createType="monolithicFlat"

RW {SIZE // 512} FLAT "{extent}" 0

ddb.adapterType = "ide"
ddb.geometry.cylinders = "2"
ddb.geometry.heads = "16"
ddb.geometry.sectors = "63"
""".encode()
