"""Power: what a power failure leaves of a send. The write-ahead log is cut at every frame, and inside it.

Mid-send the process is stopped, and its store copied with the log. The server has noted for each message how many frames
the log held when its first octet came (the `mxFrame` of the log's index, which counts what is durable; the file's
size would not do, for SQLite writes a log anew from its start). So for each cut it is known whose message had left by
then, and these must never be sent again.
"""
import random
import shutil
import signal
import struct
import time

from . import promise
from .site import Site, folder, kill
from .sink import Sink

# The formats are SQLite's: https://www.sqlite.org/walformat.html and https://www.sqlite.org/fileformat2.html#walformat
HEADER, FRAME_HEADER = 32, 24


def drill(binary, subscribers, connections, every, seed):
    home, began = folder("power"), time.monotonic()
    site, marks, kept = snapshot(binary, home, subscribers, connections)
    log = (site.database.with_name("tidings.db-wal")).read_bytes()
    frame, frames, salts = layout(log)
    written, backfilled = index(site.database)[1:]
    frames = min(frames, written)
    # A mark under other salts is one of an earlier log, wholly in the database by now.
    left_at = {address: mark[1] if mark[0] == salts else 0 for address, mark in marks.items()}
    chance = random.Random(seed)
    cuts = [(number, 0) for number in range(backfilled, frames + 1, every)]
    cuts += [(number, chance.randrange(1, frame)) for number in range(backfilled, frames, every)]
    print(f"stopped amid {subscribers} deliveries over {connections} connections: {len(marks)} messages had begun, "
          f"{len(kept)} were accepted; the log has {frames} frames of {frame} octets, seed {seed}")
    shown = {round(part * (len(cuts) - 1) / 20) for part in range(21)}
    broken = []
    print(f"{'cut':>12}{'left by then':>14}{'accepted':>10}{'attempting':>12}{'queued':>8}{'sent again':>12}{'uncertain':>11}  verdict")
    for turn, (number, torn) in enumerate(sorted(cuts)):
        line, wrong = cut(site, home, number, torn, frame, left_at, kept, subscribers)
        name = f"{number}" + (f" +{torn} B" if torn else "")
        if wrong:
            broken.append((name, wrong))
            (home / "sending").rename(home / f"cut {name}")
        if turn in shown or wrong:
            print(f"{name:>12}{line}  {'BROKEN' if wrong else 'kept'}", flush=True)
    for where, wrong in broken[:5]:
        print(f"\n{home}/cut {where}:\n" + "\n".join(f"  {one}" for one in wrong[:10]))
    print(f"\n{len(cuts)} cuts, {sum(1 for _, torn in cuts if torn)} of them inside a frame: the promise was broken at {len(broken)}; "
          f"{time.monotonic() - began:.0f} s")
    if not broken:
        shutil.rmtree(home)
    return not broken


def snapshot(binary, home, subscribers, connections):
    """A send stopped when two thirds have begun, as it stands on disk, and the server's account of it."""
    # On a busy machine the send may be over before it is stopped.
    for _ in range(5):
        stopped = snapshot_once(binary, home, subscribers, connections)
        if stopped[0].database.with_name("tidings.db-wal").exists():
            break
        for name in ("sending", "stopped"):
            shutil.rmtree(home / name)
    return stopped


def snapshot_once(binary, home, subscribers, connections):
    database = home / "sending" / "tidings.db"
    with Sink(0.002, watch=lambda: index(database)[:2]) as sink:
        site = Site.made(binary, home / "sending", subscribers, port=sink.port, connections=connections)
        process = site.start("send", "weekly")
        sink.wait_for(subscribers * 2 // 3)
        process.send_signal(signal.SIGSTOP)
        # What is on its way still arrives.
        time.sleep(0.5)
        shutil.copytree(site.folder, home / "stopped")
        marks, kept = dict(sink.marks), dict(sink.accepted)
        kill(process)
    return Site(binary, home / "stopped", connections=connections), marks, kept


def index(database):
    """Of the log's index: the salts, how many frames are committed, and how many of them are in the database."""
    with open(f"{database}-shm", "rb") as file:
        head = file.read(100)
    (committed,), salts = struct.unpack_from("=I", head, 16), head[32:40]
    return salts, committed, struct.unpack_from("=I", head, 96)[0]


def layout(log):
    """Of the log: the length of a frame, how many there are of its salts, and these."""
    frame = FRAME_HEADER + struct.unpack_from(">I", log, 8)[0]
    salts, count = log[16:24], 0
    while log[HEADER + count * frame + 8 : HEADER + count * frame + 16] == salts:
        count += 1
    # The index has them in the order of the file.
    return frame, count, salts


def cut(site, home, number, torn, frame, left_at, kept, people):
    """What the power failure leaves, and what a resumed send makes of it, in the folder where it was."""
    shutil.rmtree(home / "sending", ignore_errors=True)
    left = {address for address, at in left_at.items() if at <= number}
    with Sink() as sink:
        ruin = site.copied(home / "sending", sink.port)
        ruin.database.with_name("tidings.db-shm").unlink()
        with open(f"{ruin.database}-wal", "r+b") as log:
            log.truncate(HEADER + number * frame + torn)
        wrong, rows = [], ruin.rows()
        if not rows:
            # It is written when the start is durable, so that it was not there yet.
            for receipt in ruin.folder.glob("digests/*/*/receipt.json"):
                receipt.unlink()
        states = {address: row["state"] for address, row in rows.items()}
        for address in sorted(left):
            if states.get(address) not in ("attempting", "accepted"):
                wrong.append(f"the message to {address} had left, and the ledger has it {states.get(address)}")
        wrong += ruin.faults()
        last, _, failed = promise.resume(ruin)
        again = dict(sink.accepted)
        for address in sorted(left & again.keys()):
            wrong.append(f"the message to {address} had left, and was sent again")
        # The rest had not left at this moment, whatever the server got later.
        sink.accepted.update(address for address in left if address in kept)
        faults, uncertain = promise.broken(ruin, sink, people, site.mail["connections"], last)
        wrong += failed + faults
    count = list(states.values()).count
    line = (f"{len(left):14}{count('accepted'):10}{count('attempting'):12}{count('queued'):8}{len(again):12}{len(uncertain):11}")
    return line, wrong
