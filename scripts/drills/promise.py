"""The promise: no subscriber lost, none mailed twice."""
import re


def broken(site, sink, subscribers, most_uncertain, last):
    """What of it was broken once `last`, the run that finished the issue, has ended; and the uncertain rows."""
    wrong = []
    rows, status = site.rows(), site.status()
    if status is None:
        return ["the issue was never started"], []
    uncertain = sorted(address for address, row in rows.items() if row["state"] == "uncertain")
    if len(rows) != subscribers:
        wrong.append(f"the ledger has {len(rows)} rows of {subscribers}")
    if status["stage"] != "finished":
        wrong.append(f"the issue is {status['stage']} after the end")
    for address, row in sorted(rows.items()):
        times = sink.accepted[address]
        if row["state"] == "accepted" and times != 1:
            wrong.append(f"{address} is accepted in the ledger, and got it {times} times")
        elif row["state"] == "uncertain" and times > 1:
            wrong.append(f"{address} is uncertain, and got it {times} times")
        elif row["state"] in ("queued", "attempting", "deferred"):
            wrong.append(f"{address} is stuck as {row['state']}, and got it {times} times")
        elif row["state"] in ("rejected", "withdrawn", "expired") and times:
            wrong.append(f"{address} is {row['state']}, and got it {times} times")
    for address in sink.accepted.keys() - rows.keys():
        wrong.append(f"{address} got it, and the ledger does not know it")
    if len(uncertain) > most_uncertain:
        wrong.append(f"{len(uncertain)} are uncertain, more than {most_uncertain}")
    wrong += unreported(status, uncertain, last)
    return wrong + site.faults(), uncertain


def unreported(status, uncertain, last):
    """Whether the run's standard error and exit code, and `status`, tell of each uncertain row."""
    wrong = []
    if status["counts"].get("uncertain", 0) != len(uncertain):
        wrong.append(f"status counts {status['counts']}, and {len(uncertain)} rows are uncertain")
    if last is None:
        return wrong
    told = re.search(r"^(\d+) uncertain", last.stderr, re.MULTILINE)
    if int(told[1] if told else 0) != len(uncertain):
        wrong.append(f"{len(uncertain)} are uncertain, and standard error says: {last.stderr.strip()}")
    if uncertain and last.code == 0:
        wrong.append(f"{len(uncertain)} are uncertain, and the exit code is 0")
    return wrong


def resume(site, most=4):
    """Sends until the issue has ended; the last run, what it took, and what was wrong with that."""
    wrong = []
    for number in range(1, most + 1):
        last = site.run("send", "weekly")
        if last.code in (0, 1) and "interrupted" not in last.stderr:
            return last, number, wrong
        if last.code is None:
            return last, number, [last.stderr]
        wrong.append(f"exit code {last.code} of a resumed send: {last.stderr.strip()}")
    return last, most, wrong
