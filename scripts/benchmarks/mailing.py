"""What the benchmarks of sending share: a project with one issue of about 30 KB and its subscribers, Debian's
smtp-sink, a path with a delay, and the peers."""
import asyncio
import atexit
import os
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / "target" / "bench"
TIDINGS = ROOT / "target" / "release" / "tidings"
NOW = "2026-01-14T12:00:00Z"
ISSUE = "weekly@2026-01-14"
SIZE = 30 * 1024
os.environ["PATH"] += ":/usr/sbin:/sbin"
os.environ["TIDINGS_NOW"] = NOW

CONFIG = """
[site]
title = "Bench"
url = "https://news.example.org/"
content = ["content"]
timezone = "UTC"

[mail]
from = "Bench <news@example.org>"
postal_address = "1 Main St, Springfield"
smtp = "smtp://127.0.0.1:{port}?tls=none"
connections = {connections}
{dkim}
[lists.main]
title = "Bench"
id = "main.news.example.org"
reason = "You asked for it."

[digests.weekly]
title = "The week"
subject = "{{{{ digest.title }}}}"
limit = 100
"""
DKIM = '\n[mail.dkim]\ndomain = "example.org"\nselector = "bench"\nkey_file = "dkim.pem"\n'


class Project:
    """A folder with a config.toml, a draft whose message has about 30 KB, and a list."""

    def __init__(self, name, words):
        self.folder = BENCH / name
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "content").mkdir(parents=True)
        self.words = words
        self.configure(25, 1)
        self.compose()

    def configure(self, port, connections, signed=False):
        text = CONFIG.format(port=port, connections=connections, dkim=DKIM if signed else "")
        (self.folder / "config.toml").write_text(text)

    def tidings(self, *arguments, **options):
        return subprocess.run([TIDINGS, *arguments], cwd=self.folder, check=True, **options)

    def compose(self):
        """As many articles as make a message of 30 KB."""
        chance = random.Random(30)
        low, high = 1, 100
        while low < high:
            count = (low + high + 1) // 2
            shutil.rmtree(self.folder / "content")
            (self.folder / "content").mkdir()
            for number in range(count):
                title = " ".join(chance.choices(self.words, k=6)).capitalize()
                summary = " ".join(chance.choices(self.words, k=30)).capitalize()
                (self.folder / "content" / f"{number:03}.md").write_text(
                    f'---\ntitle: "{title} {number}"\ndate: 2026-01-13\nsummary: "{summary}."\n---\n{summary}.\n'
                )
            if self.message_size() <= SIZE:
                low = count
            else:
                high = count - 1
        self.tidings("compose", "weekly", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.size = self.message_size()

    def message_size(self):
        self.tidings("preview", "weekly", "--eml", "message.eml", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return (self.folder / "message.eml").stat().st_size

    def subscribe(self, count):
        """Imports `count` subscribers into a new store, and returns what that took."""
        for path in self.folder.glob("tidings.db*"):
            path.unlink()
        file = self.folder / "subscribers.csv"
        with file.open("w") as out:
            out.write("email,name\n")
            for number in range(count):
                out.write(f"reader{number * 7919 % count:07}@mail{number % 40}.example.net,Reader {number}\n")
        return measure([TIDINGS, "list", "import", "main", file.name], self.folder)

    def keep(self):
        """Keeps the store, so that `back` can begin again from it."""
        shutil.copy(self.folder / "tidings.db", self.folder / "subscribed.db")

    def back(self):
        for path in [*self.folder.glob("tidings.db*"), *self.folder.glob("digests/*/*/receipt.json")]:
            path.unlink()
        shutil.copy(self.folder / "subscribed.db", self.folder / "tidings.db")
        with (self.folder / "tidings.db").open("rb+") as file:
            os.fsync(file)


class Used:
    """What a process took: seconds of the wall and of the processors, the most memory in MB, what it printed."""

    def __init__(self, wall, used, printed=b""):
        self.wall, self.cpu, self.memory = wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        self.printed = printed


def measure(command, folder):
    began = time.perf_counter()
    with (BENCH / "errors").open("w+b") as errors, (BENCH / "printed").open("w+b") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        errors.seek(0)
        printed.seek(0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"{' '.join(map(str, command))}: {errors.read().decode()}")
        return Used(wall, used, printed.read(1000))


class Sink:
    """smtp-sink, whose running counter goes into a file. Only the file's length is looked at meanwhile, which costs
    those who send next to nothing; from it follows how many messages were there when."""

    STEP = 0.005

    def __init__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        memory = pathlib.Path("/dev/shm")
        self.counter = tempfile.TemporaryFile(dir=memory if memory.is_dir() else BENCH)
        self.process = subprocess.Popen(
            ["smtp-sink", *user, "-c", f"127.0.0.1:{self.port}", "1024"], stdout=self.counter
        )
        atexit.register(self.close)
        self.seen = []  # (time, octets of the counter so far)
        threading.Thread(target=self.watch, daemon=True).start()
        wait_for(self.port)
        self.begin()

    def watch(self):
        while self.process.poll() is None:
            now, length = time.perf_counter(), os.fstat(self.counter.fileno()).st_size
            if not self.seen or self.seen[-1][1] < length:
                self.seen.append((now, length))
            time.sleep(self.STEP)

    def begin(self):
        """Forgets what came before."""
        time.sleep(4 * self.STEP)
        self.seen = self.seen[-1:]
        self.before = self.counted(self.seen[-1][1]) if self.seen else 0

    def times(self):
        """(time, messages since `begin`), where there are any."""
        time.sleep(4 * self.STEP)
        times = [(at, self.counted(length) - self.before) for at, length in self.seen]
        return [(at, count) for at, count in times if count > 0]

    def counted(self, length):
        """The counter in the last of so many octets."""
        text = os.pread(self.counter.fileno(), min(200, length), max(0, length - 200))
        found = re.findall(rb"mesg=(\d+) *\r", text)
        return int(found[-1]) if found else 0

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.process.terminate()
        self.process.wait()


class Delay:
    """A way to a port that takes `seconds` each way, however much is sent."""

    def __init__(self, to, seconds):
        self.to, self.seconds, self.port = to, seconds, free_port()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.serve, daemon=True).start()
        wait_for(self.port)

    def serve(self):
        asyncio.set_event_loop(self.loop)
        server = asyncio.start_server(self.connect, "127.0.0.1", self.port, limit=1 << 22)
        self.loop.run_until_complete(server)
        self.loop.run_forever()

    async def connect(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.to, limit=1 << 22)
        await asyncio.gather(self.carry(reader, back), self.carry(there, writer))

    async def carry(self, reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        queue = asyncio.Queue()

        async def deliver():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0, due - self.loop.time()))
                if not data:
                    return writer.close()
                writer.write(data)

        task = asyncio.create_task(deliver())
        try:
            while data := await reader.read(1 << 20):
                queue.put_nowait((self.loop.time() + self.seconds, data))
        except ConnectionError:
            pass
        queue.put_nowait((self.loop.time() + self.seconds, b""))
        await task


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    sys.exit(f"nothing listens on {port}")


def nodemailer():
    """The program that sends with nodemailer's pool, and nodemailer itself beside it."""
    folder = BENCH / "node"
    if not (folder / "node_modules" / "nodemailer").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", ".", "nodemailer@latest"]
        subprocess.run(command, cwd=folder, check=True)
    shutil.copy(pathlib.Path(__file__).parent / "pool.mjs", folder / "pool.mjs")
    return folder / "pool.mjs"


def medians(rows):
    return tuple(map(statistics.median, zip(*rows)))
