"""Faults of the machine in the middle of a send, and signals: each on a project of its own."""
import collections
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from . import promise
from .site import Site, folder, kill
from .sink import Fault, Sink

SUBSCRIBERS, CONNECTIONS = 300, 4
# Three seconds of sending.
RATE = "100/s"
# What a claim is good for without a sign of life, in seconds.
LEASE = 30
FAKETIME = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


class Case:
    """A send that is disturbed. What is asked of it and not so is noted as wrong."""

    def __init__(self, binary, home, quick, **settings):
        self.binary, self.quick, self.happened, self.wrong = binary, quick, [], []
        sink = {key: settings.pop(key) for key in ("faults", "latency") if key in settings}
        self.sink = Sink(**{"latency": 0.002} | sink)
        settings = {"connections": CONNECTIONS, "rate": RATE} | settings
        self.site = Site.made(binary, home, SUBSCRIBERS, port=self.sink.port, **settings)

    def start(self, begun=100, before=None):
        """Starts the send, and waits until so many messages have begun."""
        process = self.site.start("send", "weekly", before=before)
        if not self.sink.wait_for(begun, 30):
            self.wrong.append(f"{begun} messages do not begin within 30 s: {self.site.said()}")
        return process

    def expect(self, is_so, otherwise):
        if not is_so:
            self.wrong.append(otherwise)

    def ended(self, process, within, codes, says=""):
        """Waits for the end of a process, which has its time, its exit codes and something to say."""
        began = time.monotonic()
        try:
            code = process.wait(within)
        except subprocess.TimeoutExpired:
            kill(process)
            states = collections.Counter(row["state"] for row in self.site.rows().values())
            self.wrong.append(f"it has not ended after {within:.0f} s ({dict(states)}): {self.site.said()}")
            return None
        said = self.site.said().strip()
        self.happened.append(f"exit {code} after {time.monotonic() - began:.1f} s")
        self.expect(code in codes, f"exit code {code}, not one of {codes}: {said}")
        self.expect(says in said, f"it does not say “{says}”: {said}")
        return code

    def finish(self, most_uncertain):
        """Resumes to the end, and holds ledger and server against each other."""
        last, _, wrong = promise.resume(self.site)
        faults, held = promise.broken(self.site, self.sink, SUBSCRIBERS, most_uncertain, last)
        self.wrong += wrong + faults
        arrived = sum(self.sink.accepted[address] for address in held)
        self.happened.append(f"{len(held)} uncertain" + (f" ({arrived} arrived)" if held else ""))


def full(make):
    """The disk is full in the middle of a send, and has room again later."""
    if "DRILL_MOUNTED" in os.environ:
        return full_disk(make)
    # A disk of our own, in a namespace of mounts that goes with the process: root's, or the user's where that is allowed.
    ways = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])
    for way in ways:
        if shutil.which("unshare") and subprocess.run([*way, "mount", "-t", "tmpfs", "-o", "size=1m", "drill", "/mnt"],
                                                      capture_output=True).returncode == 0:
            return mounted(make, way)
    return limited(make)


def mounted(make, way):
    """The drill again, on a small disk of its own."""
    home = make.home()
    inside = subprocess.run(
        [*way, "sh", "-c", 'mount -t tmpfs -o size=12m drill "$0" && exec "$@"', home, sys.executable, "-B", sys.argv[0],
         "--binary", make.binary, "faults", "full"],
        env={**os.environ, "DRILL_MOUNTED": str(home), "DRILL_FOLDER": str(home)},
        capture_output=True, text=True)
    case = collections.namedtuple("Inside", "happened wrong")([], [])
    line = next((line for line in inside.stdout.splitlines() if line.startswith("full")), "")
    case.happened.append(line[10:].rpartition("  ")[0].strip() or "nothing")
    if inside.returncode != 0:
        case.wrong.append(inside.stdout + inside.stderr)
    return case


def full_disk(make):
    case = make()
    process = case.start(30)
    disk = os.statvfs(case.site.folder)
    with open(case.site.folder / "ballast", "wb", buffering=0) as ballast:
        size = disk.f_bavail * disk.f_frsize
        while size:
            try:
                size = min(size, 1 << 20) and ballast.write(bytes(min(size, 1 << 20))) and size
            except OSError:
                size //= 2
    case.ended(process, 60, (1, 75), "disk is full")
    begun = sum(case.sink.begun.values())
    case.expect(begun < SUBSCRIBERS, "the disk was full too late to matter")
    again = case.site.run("send", "weekly")
    case.happened.append(f"on the full disk again exit {again.code}")
    case.expect(again.code in (1, 75) and "disk is full" in again.stderr, f"exit {again.code}: {again.stderr}")
    # Each run on the full disk may leave what it could not write.
    (case.site.folder / "ballast").unlink()
    case.finish(2 * CONNECTIONS)
    return case


def limited(make):
    """Where nothing can be mounted, a limit on the size of files stands in for a full disk."""
    case = make()
    size = case.site.database.stat().st_size + (1 << 18)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    process = case.start(10, limit)
    case.ended(process, 60, (1, 75), "the store")
    case.finish(CONNECTIONS)
    return case


def locked(make):
    """Another process locks the database for longer than tidings waits."""
    case = make()
    seconds = 5 if case.quick else 45
    process = case.start()
    other = sqlite3.connect(case.site.database, timeout=30, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    other.execute("ROLLBACK")
    other.close()
    # It waits, and gives up after 30 s; then it says so, and leaves the rest for the next run.
    code = case.ended(process, 60, (0,) if case.quick else (0, 75))
    case.expect(code != 75 or "locked by another process" in case.site.said(), "it does not say why it gave up")
    case.finish(0 if case.quick else CONNECTIONS)
    case.happened.insert(0, f"locked for {seconds} s")
    return case


def clock(make, step, deferred=()):
    """The clock is set while mail goes out. Those in `deferred` are put off at their first attempt."""
    left = set(deferred)

    def faults(stage, recipient):
        if stage == "rcpt" and recipient in left:
            left.discard(recipient)
            return Fault("later", b"451 4.3.0 later\r\n")
        return None

    case = make(faults=faults, retry_for="10 min")
    control = case.site.folder / "clock"
    control.write_text("+0\n")
    if FAKETIME is None:
        case.wrong.append("it needs Debian's faketime")
        return case
    case.site.env |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(control), "FAKETIME_NO_CACHE": "1",
                      "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    process = case.start()
    control.write_text(f"{step}\n")
    # The deferred are due again within seconds, as the sender's own clock goes.
    if case.ended(process, 60, (0,)) is not None:
        case.expect(not left, f"{left} were never tried")
        case.finish(0)
    return case


def back(make):
    """The clock is set back by an hour."""
    return clock(make, "-3600")


def forward(make):
    """The clock is set forward by an hour: further than any lease."""
    return clock(make, "+3600")


def back_deferred(make):
    """The clock is set back by an hour while deliveries are deferred, whose time was noted before."""
    return clock(make, "-3600", [f"reader{number}@example.net" for number in range(0, 90, 9)])


def stopped(make):
    """The process is stopped for longer than a lease; others want to send the same issue meanwhile."""
    case = make()
    elsewhere = case.site.folder.with_name("other")
    shutil.copytree(case.site.folder, elsewhere, ignore=shutil.ignore_patterns("tidings.db*", ".tidings"))
    other = Site(case.binary, elsewhere, case.sink.port, store=case.site.database, **case.site.mail)
    process = case.start()
    process.send_signal(signal.SIGSTOP)
    began, told = time.monotonic(), []
    same = case.site.run("send", "weekly", timeout=20)
    case.happened.append(f"same folder: exit {same.code} after {same.seconds:.1f} s")
    case.expect(same.code == 75, f"a second send from the same folder: exit code {same.code}: {same.stderr}")
    for second in (1, 3) if case.quick else (1, LEASE + 10):
        time.sleep(max(0, began + second - time.monotonic()))
        before = sum(case.sink.begun.values())
        ran = other.run("send", "weekly", timeout=90)
        told.append(ran.stderr)
        case.happened.append(f"other folder at {second} s: exit {ran.code}, {sum(case.sink.begun.values()) - before} sent")
        case.expect(ran.code is not None, ran.stderr)
    process.send_signal(signal.SIGCONT)
    case.ended(process, 60, (0, 1, 75))
    last, _, wrong = promise.resume(case.site)
    told += [case.site.said(), last.stderr]
    # Who took over tells of what is uncertain, unless the late reply to the one that was stopped has settled it.
    heard = [last._replace(code=1, stderr=text) for text in told if "uncertain: " in text]
    still = case.site.status()["counts"].get("uncertain", 0)
    faults, held = promise.broken(case.site, case.sink, SUBSCRIBERS, CONNECTIONS, heard[0] if heard and still else last)
    case.wrong += wrong + faults
    case.happened.append(f"{len(held)} uncertain")
    return case


def term(make):
    """SIGTERM: what is in flight ends, nothing else begins."""
    return drained(make, signal.SIGTERM)


def interrupt(make):
    """SIGINT, the same."""
    return drained(make, signal.SIGINT)


def drained(make, number):
    case = make(latency=0.03)
    process = case.start(50)
    process.send_signal(number)
    case.ended(process, 10, (75,), "interrupted")
    case.expect(sum(case.sink.begun.values()) < SUBSCRIBERS, "it was over before the signal")
    attempting = [address for address, row in case.site.rows().items() if row["state"] == "attempting"]
    case.expect(not attempting, f"{attempting} are left as being attempted")
    case.finish(0)
    return case


def interrupt_twice(make):
    """SIGINT twice, the server being slow to reply: the second one does not wait."""
    slow = iter(range(10**9))

    def faults(stage, recipient):
        return Fault("slow", b"250 2.0.0 kept\r\n", wait=20, kept=True) if stage == "dot" and next(slow) >= 50 else None

    case = make(faults=faults)
    process = case.start(54)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    case.expect(process.poll() is None, "the first signal did not let what is in flight end")
    process.send_signal(signal.SIGINT)
    case.ended(process, 3, (1, 75, 130, -signal.SIGINT))
    case.sink.faults = lambda stage, recipient: None
    case.finish(CONNECTIONS)
    return case


CASES = {
    "full": full, "locked": locked, "back": back, "forward": forward, "back-deferred": back_deferred, "stopped": stopped,
    "term": term, "int": interrupt, "int-twice": interrupt_twice,
}


class Make:
    """Makes the case of one drill."""

    def __init__(self, binary, home, name, quick):
        self.binary, self.name, self.quick, self._home = binary, name, quick, home

    def home(self):
        home = self._home / self.name
        home.mkdir()
        return home

    def __call__(self, **settings):
        return Case(self.binary, self.home() / "site", self.quick, **settings)


def drill(binary, names, quick):
    home, failed = folder("faults"), []
    print(f"sends to {SUBSCRIBERS} over {CONNECTIONS} connections at {RATE}")
    for name in names or CASES:
        began = time.monotonic()
        case = CASES[name](Make(binary, home, name, quick))
        verdict = "BROKEN" if case.wrong else "kept"
        print(f"{name:14}{'; '.join(case.happened)}; {time.monotonic() - began:.0f} s in all  {verdict}", flush=True)
        if case.wrong:
            failed.append(name)
            print("\n".join(f"    {wrong}" for wrong in case.wrong[:10]))
    print(f"the promise was broken in {len(failed)} of {len(names or CASES)}" + (f"; see {home}" if failed else ""))
    if not failed:
        shutil.rmtree(home)
    return not failed
