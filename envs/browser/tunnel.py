"""The browser's only way to the network: SOCKS5 servers on loopback that look at addresses.

Names are resolved here and the connection is made to the very address that was looked at, so that
a name cannot mean one machine when it is judged and another when it is used (DNS rebinding).
Everything that the browser opens comes through here: pages, workers, WebSockets, downloads.
WebSockets come to a server of their own, as nothing else tells those of workers from pictures.
Prevents: a page that reaches the router, the cloud's metadata, or a server on this machine, and a
worker that tells a host what it may not have.
"""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from handeye.actions.errors import EnvError
from handeye.envs.reach import Host, is_local_name

PRIVATE = "PRIVATE"
WEBSOCKET = "WEBSOCKET"
NOWHERE = "browser.invalid"
"""A name that there never is (RFC 6761), so that nobody need be asked for it."""
_BUFFER = 1 << 16
_CONNECT_SECONDS = 20.0
_START_SECONDS = 10.0
_TURN_SECONDS = 0.05
_ANSWERS = {PRIVATE: 2, WEBSOCKET: 2, "ERR_NAME_NOT_RESOLVED": 4, "ERR_CONNECTION_REFUSED": 5}

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Tunnel:
    """`may_be_private` says which hosts a person named, `may_have_sockets` to which WebSockets may
    be opened; `blocked` hears of the others, with PRIVATE or WEBSOCKET.

    `failures` has, for each host that was not reached, the browser's word for why.
    """

    def __init__(
        self,
        may_be_private: Callable[[Host], bool],
        may_have_sockets: Callable[[Host], bool],
        blocked: Callable[[Host, str], None],
    ) -> None:
        self._may_be_private = may_be_private
        self._may_have_sockets = may_have_sockets
        self._blocked = blocked
        self.failures: dict[Host, str] = {}
        self._private_at_first: dict[str, bool] = {}
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._ending = False
        self.port, self.socket_port = 0, 0
        self._thread = threading.Thread(target=self._work, name="handeye-tunnel", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or not self.port:
            raise EnvError("The way to the network could not be opened.", "Try again.")

    @property
    def browser_options(self) -> list[str]:
        """What Chromium is started with, so that all of it goes this way, loopback too, and what
        it would ask its maker for by itself goes nowhere."""
        pages, sockets = (f"socks5://127.0.0.1:{port}" for port in (self.port, self.socket_port))
        return [
            f"--proxy-server=http={pages};https={pages};socks={sockets}",
            "--proxy-bypass-list=<-loopback>",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            f"--gaia-url=https://{NOWHERE}",
            f"--component-updater=url-source=https://{NOWHERE}",
        ]

    def close(self) -> None:
        """End all connections. May be called twice."""
        if self._thread.is_alive():
            with suppress(RuntimeError):  # it ended between the two
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_START_SECONDS)

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            servers = [
                self._loop.run_until_complete(
                    asyncio.start_server(serve, "127.0.0.1", 0, limit=_BUFFER)
                )
                for serve in (self._serve, partial(self._serve, websocket=True))
            ]
            listening = [each for server in servers for each in server.sockets]
            self.port, self.socket_port = (each.getsockname()[1] for each in listening)
            self._ready.set()
            self._loop.run_forever()
            self._ending = True
            # A server that is closed forgets the connections that it is just about to accept.
            with suppress(NotImplementedError):  # on Windows it accepts in another way
                for each in listening:
                    self._loop.remove_reader(each.fileno())
            while pending := asyncio.all_tasks(self._loop):
                for task in self._tasks:
                    task.cancel()
                # One that has not begun cannot close its connection: it gets a turn first.
                self._loop.run_until_complete(asyncio.wait(pending, timeout=_TURN_SECONDS))
            for server in servers:
                server.close()
                self._loop.run_until_complete(server.wait_closed())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, websocket: bool = False
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._relay(reader, writer, websocket=websocket)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # one of the two sides left, or the browser is closed
        finally:
            await self._end(writer)
            self._tasks.discard(task)

    async def _end(self, writer: asyncio.StreamWriter) -> None:
        """What was written still goes out, except when the browser is closed."""
        if self._ending:
            writer.transport.abort()
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, websocket: bool
    ) -> None:
        host = await _asked_for(reader, writer)
        if host is None:
            return
        found = await self._connect(host, websocket=websocket)
        answer = 0 if not isinstance(found, str) else _ANSWERS.get(found, 1)
        writer.write(b"\x05" + bytes([answer]) + b"\x00\x01" + bytes(6))
        await writer.drain()
        if isinstance(found, str):
            self.failures[host] = found
            return
        self.failures.pop(host, None)
        far_reader, far_writer = found
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            await self._end(far_writer)

    async def _connect(
        self, host: Host, *, websocket: bool
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | str:
        """A connection to the host, or the browser's word for why there is none."""
        if websocket and not self._may_have_sockets(host):
            self._blocked(host, WEBSOCKET)
            return WEBSOCKET
        try:
            addresses = await self._addresses(host)
        except OSError:
            return "ERR_NAME_NOT_RESOLVED"
        allowed = [each for each in addresses if not self._refused(host, each)]
        if not allowed:
            self._blocked(host, PRIVATE)
            return PRIVATE
        failure = "ERR_CONNECTION_REFUSED"
        for address in allowed:
            try:
                opening = asyncio.open_connection(str(address), host.port, limit=_BUFFER)
                return await asyncio.wait_for(opening, _CONNECT_SECONDS)
            except ConnectionRefusedError:
                failure = "ERR_CONNECTION_REFUSED"
            except TimeoutError:
                failure = "ERR_CONNECTION_TIMED_OUT"
            except OSError:
                failure = "ERR_ADDRESS_UNREACHABLE"
        return failure

    async def _addresses(self, host: Host) -> list[_Address]:
        if is_local_name(host.name):
            return [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
        if host.name == NOWHERE:
            raise OSError
        with suppress(ValueError):
            return [ipaddress.ip_address(host.name)]
        rows = await self._loop.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
        texts = dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows)
        return [ipaddress.ip_address(text) for text in texts]

    def _refused(self, host: Host, address: _Address) -> bool:
        """Whether it is a private address that nobody named. A named host stays what it was when
        it was first seen: one of the internet does not become one of this house."""
        private = is_private(address)
        first = self._private_at_first.setdefault(host.name, private)
        return private and not (first and self._may_be_private(host))


def is_private(address: _Address) -> bool:
    """Whether it is no address of the internet, also where it is wrapped in one of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_private(inner)
    return not address.is_global or address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def _asked_for(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Host | None:
    """The host that the browser asks for (RFC 1928); None for what is no such question."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    if version != 5:
        return None
    writer.write(b"\x05\x00")
    await writer.drain()
    _, command, _, kind = await reader.readexactly(4)
    if kind == 3:
        name = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1")
    elif kind in (1, 4):
        packed = await reader.readexactly(4 if kind == 1 else 16)
        name = str(ipaddress.ip_address(packed))
    else:
        return None
    port = int.from_bytes(await reader.readexactly(2), "big")
    return Host(name.lower().rstrip("."), port) if command == 1 else None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_BUFFER):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
