"""Soak: a steady send through a server that fails at random, and what it takes of memory and file handles."""
import os
import pathlib
import random
import shutil
import statistics
import time

from . import promise
from .site import Ended, Site, folder, kill
from .sink import Fault, Sink

# Per stage, how often in a thousand what happens. What a reply of a whole server would be (a refusal of the sender
# for good) stands not here: that is to stop the run.
FAULTS = {
    "greeting": [(20, Fault("421", b"421 4.3.2 busy\r\n", drop=True)), (10, Fault("garbage", b"\xff\xfe\x00\r\n", drop=True)),
                 (10, Fault("hangs up", drop=True))],
    "mail": [(3, Fault("451", b"451 4.3.0 later\r\n")), (2, Fault("421", b"421 4.3.2 closing\r\n", drop=True))],
    "rcpt": [(8, Fault("450", b"450 4.2.1 later\r\n")), (5, Fault("550", b"550 5.1.1 unknown\r\n")),
             (2, Fault("hangs up", drop=True)), (1, Fault("garbage", b"\xc3\x28 what\r\n")), (1, Fault("stalls", wait=8, drop=True))],
    "data": [(4, Fault("451", b"451 4.3.0 later\r\n")), (2, Fault("554", b"554 5.6.0 no\r\n")), (2, Fault("hangs up", drop=True))],
    "body": [(3, Fault("hangs up", drop=True)), (1, Fault("stalls", wait=8, drop=True))],
    "dot": [(8, Fault("451", b"451 4.3.0 later\r\n")), (3, Fault("552", b"552 5.2.2 full\r\n")),
            (2, Fault("421", b"421 4.3.2 closing\r\n", drop=True)), (3, Fault("hangs up", drop=True)),
            (3, Fault("keeps it and hangs up", drop=True, kept=True)), (1, Fault("keeps it and stalls", wait=8, drop=True, kept=True)),
            (1, Fault("keeps it and says garbage", b"\x80\x81\r\n", drop=True, kept=True))],
}
SECOND = 1.0
# What may come and go: connections that are being replaced, a page or two of the allocator.
SLACK_MB, SLACK_HANDLES = 2.0, 2


def drill(binary, minutes, rate, connections, seed):
    home, began = folder("soak"), time.monotonic()
    people = int(minutes * 60 * rate)
    chance = random.Random(seed)

    def faults(stage, recipient):
        drawn = chance.uniform(0, 1000)
        for weight, fault in FAULTS.get(stage, ()):
            drawn -= weight
            if drawn < 0:
                return fault
        return None

    with Sink(0.002, faults) as sink:
        site = Site.made(binary, home / "site", people, port=sink.port, connections=connections, rate=f"{rate}/s",
                         retry_for="4 min", reply_timeout="4 s")
        print(f"{people} deliveries at {rate}/s over {connections} connections, {binary}, seed {seed}")
        print(f"{'minute':>7}{'begun':>9}{'accepted':>10}{'faults':>8}{'MB':>8}{'handles':>9}{'threads':>9}", flush=True)
        process = site.start("send", "weekly", "--quiet")
        samples = watched(process, sink, minutes * 60 + 15 * 60)
        if kill(process):
            print("it had to be ended")
        last = Ended(process.returncode, "", site.said(), 0)
        # Uncertain is what had no reply, or none that can be read, once the message was on its way.
        silent = sum(count for name, count in sink.did.items() if name.startswith(("body", "dot")) and not name[-3:].isdigit())
        wrong, uncertain = promise.broken(site, sink, people, silent, last)
        states = [row["state"] for row in site.rows().values()]
    wrong += grown(samples)
    if process.returncode not in (0, 1):
        wrong.append(f"exit code {process.returncode}: {last.stderr.strip()}")
    print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(sink.did.items())))
    print("ledger: " + ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states))) +
          f"; {sum(sink.accepted[address] for address in uncertain)} of the uncertain arrived")
    print("\n".join(f"  {one}" for one in wrong[:20]))
    print(f"{'BROKEN' if wrong else 'kept, and flat'}; {time.monotonic() - began:.0f} s" + (f"; see {home}" if wrong else ""))
    if not wrong:
        shutil.rmtree(home)
    return not wrong


def watched(process, sink, most):
    """A sample a second, and a line a minute, until the process ends."""
    samples, minute = [], []
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < most:
        try:
            minute.append(sample(process.pid))
        except (OSError, KeyError):
            break
        if len(minute) == 60:
            samples += minute
            line(len(samples) // 60, minute, sink)
            minute = []
        time.sleep(max(0.0, began + (len(samples) + len(minute)) * SECOND - time.monotonic()))
    process.poll()
    return samples + minute


def sample(process):
    """MB of memory resident, open file handles, and threads."""
    told = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines())
    return int(told["VmRSS"].split()[0]) / 1024, len(os.listdir(f"/proc/{process}/fd")), int(told["Threads"])


def line(number, minute, sink):
    memory, handles, threads = map(statistics.median, zip(*minute))
    print(f"{number:7}{sum(sink.begun.values()):9}{sum(sink.accepted.values()):10}{sum(sink.did.values()):8}{memory:8.1f}"
          f"{handles:9.0f}{threads:9.0f}", flush=True)


def grown(samples):
    """Whether the last third takes more than the first, a tenth of the whole being left for it to warm up."""
    warm = samples[len(samples) // 10 :]
    third = len(warm) // 3
    if third < 5:
        return ["it was too short to tell anything of its memory"]
    first, last = (list(map(statistics.median, zip(*part))) for part in (warm[:third], warm[-third:]))
    print(f"from the first third to the last: {first[0]:.1f} to {last[0]:.1f} MB, {first[1]:.0f} to {last[1]:.0f} handles")
    wrong = []
    if last[0] > first[0] + SLACK_MB:
        wrong.append(f"the memory grew from {first[0]:.1f} to {last[0]:.1f} MB")
    if last[1] > first[1] + SLACK_HANDLES:
        wrong.append(f"the file handles grew from {first[1]:.0f} to {last[1]:.0f}")
    return wrong
