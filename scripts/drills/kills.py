"""Kills: `kill -9` at a random instant of a send, and the issue finished by a later run."""
import collections
import concurrent.futures
import random
import shutil
import time

from . import promise
from .site import Site, folder, kill
from .sink import Sink

# Where in ten runs the process is killed: the rest, four, somewhere in the middle.
AIMS = ("middle", "start", "finish", "middle", "first", "middle", "start", "finish", "middle", "after")
LATENCY = 0.002


def drill(binary, runs, subscribers, connections, seed, jobs, only):
    began = time.monotonic()
    home = folder("kills")
    model = Site.made(binary, home / "model", subscribers, connections=connections)
    times = calibrated(model, home / "calibration", subscribers)
    print(f"{runs} sends to {subscribers} over {connections} connections, seed {seed}; undisturbed, one takes "
          f"{times.end:.2f} s: its first message begins at {times.first:.2f} s, its last at {times.last:.2f} s")
    print(f"{'run':>4}  {'aimed at':9}{'when killed':38}{'resumed':>8}{'uncertain':>10}{'arrived':>8}  verdict")
    numbers = [only] if only else range(1, runs + 1)
    failed, sums = [], collections.Counter()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for run in pool.map(one, ((model, home, number, seed, subscribers, times) for number in numbers)):
            print(f"{run.number:4}  {run.aim:9}{run.found:38}{run.resumed:8}{run.uncertain:10}{run.arrived:8}  "
                  f"{'BROKEN' if run.wrong else 'kept'}", flush=True)
            failed += [run] if run.wrong else []
            sums += collections.Counter(kills=run.kills, uncertain=run.uncertain, arrived=run.arrived)
    for run in failed:
        print(f"\nrun {run.number} ({home / str(run.number)}): scripts/drill kills --seed {seed} --only {run.number}")
        print("\n".join(f"  {wrong}" for wrong in run.wrong[:20]))
    print(f"\n{len(numbers)} runs, {sums['kills']} kills, {sums['uncertain']} uncertain (at most {connections} a kill), of "
          f"which {sums['arrived']} had arrived; the promise was broken in {len(failed)} runs; "
          f"{time.monotonic() - began:.0f} s")
    if not failed:
        shutil.rmtree(home)
    return not failed


Times = collections.namedtuple("Times", "first last end")
Run = collections.namedtuple("Run", "number aim found resumed uncertain arrived kills wrong")


def calibrated(model, where, subscribers):
    """When a send that nobody disturbs begins its first and its last message, and ends."""
    with Sink(LATENCY) as sink:
        site = model.copied(where, sink.port)
        began = time.monotonic()
        process = site.start("send", "weekly")
        sink.wait_for(1)
        first = time.monotonic() - began
        sink.wait_for(subscribers)
        last = time.monotonic() - began
        if process.wait(120) != 0:
            raise SystemExit(f"a send that nobody disturbs fails: {site.said()}")
        return Times(first, last, time.monotonic() - began)


def one(task):
    model, home, number, seed, subscribers, times = task
    chance = random.Random(f"{seed} {number}")
    aim = AIMS[(number - 1) % len(AIMS)]
    with Sink(LATENCY) as sink:
        site = model.copied(home / str(number), sink.port)
        found, kills, wrong = [], 0, []
        # A third of them are killed again while they go on.
        for aimed in [aim, "start" if chance.random() < 0.3 else "middle"][: 2 if number % 3 == 0 else 1]:
            code = killed(site, sink, aimed, chance, subscribers, times)
            kills += code is None
            # One that came to its end before the kill has told what there was to tell.
            heard = site.said()
            status = site.status()
            wrong += too_many(status, model.mail["connections"])
            found.append(told(status))
        last, resumed, failed = promise.resume(site)
        heard = last._replace(code=code, stderr=heard) if code is not None and "uncertain" in heard else last
        faults, uncertain = promise.broken(site, sink, subscribers, kills * model.mail["connections"], heard)
        wrong += failed + faults
        wrong += [f"{address}: its message began {times} times" for address, times in sink.begun.items() if times > 1]
        arrived = sum(sink.accepted[address] for address in uncertain)
    if not wrong:
        shutil.rmtree(site.folder)
    return Run(number, aim, ", ".join(found), resumed, len(uncertain), arrived, kills, wrong)


def killed(site, sink, aim, chance, subscribers, times):
    """Starts a send and kills it; its exit code, if it had ended before."""
    begun = sum(sink.begun.values())
    process = site.start("send", "weekly")
    if aim == "start":
        time.sleep(chance.uniform(0, times.first))
    elif aim == "after":
        time.sleep(times.end * chance.uniform(0.95, 1.15))
    else:
        left = subscribers - begun
        count = {"first": 1, "middle": chance.randint(1, max(left, 1)), "finish": left - chance.randint(0, 4)}[aim]
        wait(sink, process, begun + count)
        time.sleep(chance.uniform(0, 1.2 * (times.end - times.last) if aim == "finish" else 0.01))
    return None if kill(process) else process.returncode


def wait(sink, process, count):
    """Until so many messages have begun, or the process has ended."""
    while not sink.wait_for(count, 0.2) and process.poll() is None:
        pass


def too_many(status, connections):
    attempting = status["counts"].get("attempting", 0) if status else 0
    return [f"{attempting} were being attempted at once over {connections} connections"] if attempting > connections else []


def told(status):
    if status is None:
        return "not started"
    counts = status["counts"]
    open_ = "" if status["stage"] == "finished" else f" +{counts.get('attempting', 0)}"
    return f"{status['stage']} {counts.get('accepted', 0)}{open_}"
