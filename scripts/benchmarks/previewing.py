"""What the preview takes: from a saved file to changed pixels in a real Chromium, from the start to the first paint, and
memory. What is timed in the browser is in pixels.mjs."""
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIDINGS = ROOT / "target" / "release" / "tidings"
TOOLS = ROOT / "tests" / "tools"
NOW = "2026-01-14T12:00:00Z"
# Milliseconds and MB.
AIMS = {"edit": 300, "start": 400, "memory": 150}
# Wide enough for twelve stories of the fifteenth part of the articles, which are of 900 days.
DIGEST = """limit = 12
window = "{days} days"
"""


def preview(arguments, library, config):
    if not (TOOLS / "node_modules").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=TOOLS, check=True)
    for count in arguments.articles:
        tell(count, measure(arguments, library(count), config, count), arguments)


def measure(arguments, folder, config, count):
    days = max(7, 900 * 15 * 12 // count)
    file = folder / "preview.toml"
    file.write_text(config + DIGEST.format(days=days))
    select = [TIDINGS, "--config", file, "--now", NOW, "select", "weekly", "--format", "json"]
    lead = subprocess.run(select, cwd=folder, check=True, capture_output=True, text=True).stdout.splitlines()[0]
    job = {
        "tidings": str(TIDINGS), "folder": str(folder), "config": str(file), "now": NOW, "digest": "weekly",
        "starts": arguments.starts, "edits": arguments.edits,
        "article": str(folder / "content" / json.loads(lead)["path"]),
    }
    node = ["node", pathlib.Path(__file__).with_name("pixels.mjs"), json.dumps(job)]
    return json.loads(subprocess.run(node, check=True, stdout=subprocess.PIPE, text=True).stdout)


def tell(count, told, arguments):
    print(f"{count} articles, {arguments.edits} edits, {arguments.starts} starts")
    print(f"{'':44}{'median':>9}{'p95':>9}  against the aim")
    edits, seen = told["edits"], told["seen"]
    row("ms from a saved file to changed pixels", [edit["all"] for edit in edits], AIMS["edit"], 0.95)
    stages = {
        "told": "  until the page is told", "page": "  the page's answer", "mail": "  the mail's answer",
        "browser": "  until it is painted",
    }
    for stage, name in stages.items():
        row(name, [edit[stage] for edit in edits])
    # Reading very many articles for the first time takes what `select` takes, and has no aim of its own.
    start = AIMS["start"] if count <= 1000 else None
    row("ms from the start to the first paint", [one["page"] for one in seen], start)
    row("  with the mail", [one["mail"] for one in seen], start)
    row("  to the first answer, without a browser", told["answered"])
    most, now, idle = told["memory"]["most"], told["memory"]["now"], told["idle"]["now"]
    print(f"{'MB at most':44}{most:9.0f}{'':9}  {most / AIMS['memory']:.2f}")
    print(f"{'  before and after the edits':44}{idle:9.0f}{now:9.0f}\n", flush=True)


def row(name, numbers, aim=None, part=0.5):
    numbers = sorted(numbers)
    at = lambda part: numbers[min(len(numbers) - 1, int(len(numbers) * part))]  # noqa: E731
    print(f"{name:44}{at(0.5):9.0f}{at(0.95):9.0f}" + (f"  {at(part) / aim:.2f}" if aim else ""))


def add_verb(verbs):
    verb = verbs.add_parser("preview")
    verb.add_argument("--articles", type=lambda text: [int(one) for one in text.split(",")], default=[1000, 100_000])
    verb.add_argument("--edits", type=int, default=50)
    verb.add_argument("--starts", type=int, default=11)
    verb.set_defaults(do=preview)
