"""Servers that sandboxes find on the host: DHCP on a bridge, DNS and TCP on the loopback interface."""

import contextlib
import socket
import struct
import threading

DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
MESSAGE_TYPE, LEASE_TIME, SERVER = 53, 51, 54
MASK, ROUTER, NAME_SERVER = 1, 3, 6
FOR_EVER = 0xFFFFFFFF


class Server(contextlib.AbstractContextManager):
    """Answers from a thread of its own until it is closed."""

    def __init__(self, receiver):
        self.receiver = receiver
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        # Its end is the end of the socket.
        with contextlib.suppress(OSError, EOFError):
            while True:
                self.answer()

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.receiver.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.receiver.close()


def datagrams(port, address="", device=None):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if device:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    receiver.bind((address, port))
    return receiver


class DhcpServer(Server):
    """Gives the clients that it knows short leases, until it is told to refuse them more time; then another one, for ever."""

    def __init__(self, device, network, clients):
        self.network = network
        self.hosts = {bytes.fromhex(mac.replace(":", "")): number for mac, number in clients.items()}
        self.refused = set()
        super().__init__(datagrams(67, device=device))

    def refuse(self, mac):
        self.refused.add(bytes.fromhex(mac.replace(":", "")))

    def answer(self):
        packet = self.receiver.recv(2048)
        if not packet:
            raise EOFError
        mac = packet[28:34]
        if mac not in self.hosts:
            return
        kind = options(packet)[MESSAGE_TYPE][0]
        renewal = packet[12:16] != bytes(4)
        if kind == REQUEST and renewal and mac in self.refused:
            self.hosts[mac] += 1
            reply = NAK
        else:
            reply = {DISCOVER: OFFER, REQUEST: ACK}[kind]
        number = self.hosts[mac]
        lease = FOR_EVER if mac in self.refused else 10
        address = lambda last: socket.inet_aton(f"{self.network}.{last}")  # noqa: E731
        body = b"".join(
            bytes([code, len(data)]) + data
            for code, data in [
                (MESSAGE_TYPE, bytes([reply])),
                (SERVER, address(1)),
                (LEASE_TIME, struct.pack("!I", lease)),
                (MASK, socket.inet_aton("255.255.255.0")),
                (ROUTER, address(1)),
                (NAME_SERVER, address(number + 100)),
            ]
        )
        head = bytes([2, 1, 6, 0]) + packet[4:8] + bytes(4) + packet[12:16] + address(number) + bytes(8)
        answer = head + packet[28:44] + bytes(192) + packet[236:240] + body + b"\xff"
        self.receiver.sendto(answer, ("255.255.255.255", 68))


def options(packet):
    found, at = {}, 240
    while packet[at] != 255:
        code, length = packet[at], packet[at + 1]
        found[code] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return found


class NameServer(Server):
    """Says of every name that it has one and the same IPv4 address."""

    def __init__(self, address, told):
        self.told = socket.inet_aton(told)
        super().__init__(datagrams(53, address))

    def answer(self):
        query, client = self.receiver.recvfrom(2048)
        if not query:
            raise EOFError
        end = query.index(b"\0", 12) + 5
        is_address = query[end - 4 : end - 2] == b"\0\1"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + self.told if is_address else b""
        head = query[:2] + b"\x81\x80\0\1" + struct.pack("!HHH", is_address, 0, 0)
        self.receiver.sendto(head + query[12:end] + record, client)


class Greeter(Server):
    """Greets who connects."""

    def __init__(self, address, greeting):
        self.greeting = greeting
        super().__init__(socket.create_server((address, 0)))

    @property
    def port(self):
        return self.receiver.getsockname()[1]

    def answer(self):
        client, _ = self.receiver.accept()
        with client:
            client.sendall(self.greeting)
