"""A mail server on loopback that keeps accounts: whose messages began, whose were accepted, and how often."""
import asyncio
import collections
import dataclasses
import socket
import threading

EXTENSIONS = ("PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
# More than any message here has.
ROOM = 1 << 20


@dataclasses.dataclass(frozen=True)
class Fault:
    """What the server does instead of its reply: says `say`, after `wait` seconds, and hangs up or not. At the final
    dot it may have `kept` the message all the same."""

    name: str
    say: bytes = b""
    wait: float = 0.0
    drop: bool = False
    kept: bool = False


class Gone(Exception):
    """The client is gone, or was hung up on."""


class Sink:
    """Takes all messages, each after `latency` seconds, unless `faults(stage, recipient)` says otherwise. The stages are
    greeting, mail, rcpt, data, body (after its first octets) and dot. `watch()` is asked at each message's first octet,
    before anything else happens here, and its answer is kept."""

    def __init__(self, latency=0.0, faults=lambda stage, recipient: None, watch=lambda: None):
        self.latency, self.faults, self.watch = latency, faults, watch
        self.begun, self.accepted, self.did = (collections.Counter() for _ in range(3))
        self.marks = {}
        self._count, self._waiting = 0, []
        self._loop = asyncio.new_event_loop()
        listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listening.getsockname()[1]
        serving = asyncio.start_server(self._serve, sock=listening, limit=ROOM)
        self._server = self._loop.run_until_complete(serving)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def wait_for(self, count, timeout=60.0):
        """Waits until so many messages have begun; whether they have."""
        reached = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (self._waiting.append((count, reached)), self._tell()))
        return reached.wait(timeout)

    def _tell(self):
        for count, reached in self._waiting:
            if self._count >= count:
                reached.set()
        self._waiting = [waiting for waiting in self._waiting if not waiting[1].is_set()]

    async def _serve(self, reader, writer):
        try:
            await Talk(self, reader, writer).talk()
        except (Gone, OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


class Talk:
    """One connection."""

    def __init__(self, sink, reader, writer):
        self.sink, self.reader, self.writer = sink, reader, writer
        self.had, self.replies = b"", []

    async def more(self):
        """Waits for octets; what was to be said is said before."""
        if self.replies:
            if self.sink.latency:
                await asyncio.sleep(self.sink.latency)
            self.writer.write(b"".join(self.replies))
            self.replies = []
            await self.writer.drain()
        octets = await self.reader.read(ROOM)
        if not octets:
            raise Gone
        self.had += octets

    async def line(self):
        while b"\n" not in self.had:
            await self.more()
        line, _, self.had = self.had.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")

    def say(self, *lines):
        for number, line in enumerate(lines):
            code, text = line.split(" ", 1)
            self.replies.append(f"{code}{' ' if number == len(lines) - 1 else '-'}{text}\r\n".encode())

    async def is_hit(self, stage, recipient=None):
        """Whether a fault strikes; the reply is then given, if there is one."""
        fault = self.sink.faults(stage, recipient)
        if fault is None:
            return False
        self.sink.did[f"{stage}: {fault.name}"] += 1
        if fault.kept:
            self.sink.accepted[recipient] += 1
        if fault.wait:
            await asyncio.sleep(fault.wait)
        if fault.say:
            self.replies.append(fault.say)
        if fault.drop:
            self.writer.write(b"".join(self.replies))
            raise Gone
        return True

    async def talk(self):
        if not await self.is_hit("greeting"):
            self.say("220 sink.example ESMTP")
        recipient = None
        while True:
            verb, _, rest = (await self.line()).partition(" ")
            match verb.upper():
                case "EHLO":
                    self.say("250 sink.example", *(f"250 {extension}" for extension in EXTENSIONS))
                case "MAIL":
                    if not await self.is_hit("mail"):
                        recipient = ""
                        self.say("250 2.1.0 ok")
                case "RCPT" if recipient is None:
                    self.say("503 5.5.1 MAIL first")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0].lower()
                    if not await self.is_hit("rcpt", address):
                        recipient = address
                        self.say("250 2.1.5 ok")
                case "DATA" if not recipient:
                    self.say("503 5.5.1 RCPT first")
                case "DATA":
                    if not await self.is_hit("data", recipient):
                        await self.message(recipient)
                    recipient = None
                case "RSET":
                    recipient = None
                    self.say("250 2.0.0 ok")
                case "QUIT":
                    self.writer.write(b"".join(self.replies) + b"221 2.0.0 bye\r\n")
                    return
                case _:
                    self.say("502 5.5.1 unknown")

    async def message(self, recipient):
        self.say("354 go on")
        while not self.had:
            await self.more()
        self.sink.marks.setdefault(recipient, self.sink.watch())
        self.sink.begun[recipient] += 1
        self.sink._count += 1
        self.sink._tell()
        if await self.is_hit("body", recipient):
            raise Gone
        self.had = b"\r\n" + self.had
        while b"\r\n.\r\n" not in self.had:
            await self.more()
        _, _, self.had = self.had.partition(b"\r\n.\r\n")
        if not await self.is_hit("dot", recipient):
            # Kept before it is said, as RFC 5321 §4.2.5 wants it: a client that dies meanwhile has delivered it.
            self.sink.accepted[recipient] += 1
            self.say("250 2.0.0 kept")
