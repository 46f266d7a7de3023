// Looks at a preview in a real Chromium, by the clock on the wall.
//
//   node pixels.mjs JOB     JOB is JSON: {"tidings", "folder", "config", "now", "digest", "starts", "edits", "article"}
//
// Prints one line of JSON: what each start and each edit took, in milliseconds, and what the process held, in MB.
// An edit ends with the first frame that Chromium put on the screen (Page.startScreencast tells when, and shows it) after
// the new words stood in the mail that is seen, and whose pixels are others than those before the edit.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";

import { chromium } from "../../tests/tools/chromium.mjs";

const tools = createRequire(new URL("../../tests/tools/package.json", import.meta.url));
const { default: puppeteer } = await import(tools.resolve("puppeteer-core"));
const job = JSON.parse(process.argv[2]);
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];
const browser = await puppeteer.launch({ executablePath: chromium(), pipe: true, args: ARGS });
const sleep = time => new Promise(done => setTimeout(done, time));

/** Starts the preview; its process, its address, and when it was started. */
function start() {
  const began = Date.now();
  const command = ["--config", job.config, "--now", job.now, "preview", job.digest];
  const child = spawn(job.tidings, command, { cwd: job.folder, stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((done, fail) => {
    child.stdout.once("data", line => done({ child, address: String(line).trim(), began }));
    child.once("exit", code => fail(new Error(`tidings ended: ${code}`)));
  });
}

function stop({ child }) {
  child.removeAllListeners("exit");
  const ended = new Promise(done => child.once("exit", done));
  child.kill();
  return ended;
}

/** Milliseconds from the start to the whole of the first answer, without a browser. */
async function answered() {
  const preview = await start();
  await new Promise((done, fail) => get(preview.address, answer => answer.resume().on("end", done)).on("error", fail));
  const taken = Date.now() - preview.began;
  await stop(preview);
  return taken;
}

/** In the page: when its words were painted, and when the mail in its first frame was. */
const painted = () => new Promise(done => {
  const look = () => {
    const mail = document.querySelector(".pane iframe")?.contentDocument;
    if (mail?.readyState !== "complete" || !mail.body?.innerText.trim()) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
      done({ words: performance.timeOrigin + first, mail: Date.now() });
    }));
  };
  look();
});

/** Milliseconds from the start to the first paint of the page, and of the mail in it. */
async function seen() {
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  const preview = await start();
  await page.goto(preview.address, { waitUntil: "domcontentloaded" });
  const { words, mail } = await page.evaluate(painted);
  await Promise.all([page.close(), stop(preview)]);
  return { page: words - preview.began, mail: mail - preview.began };
}

/** In the page: when new words stood in a mail that is seen, and what was fetched since. */
const arrived = ([words, since]) => new Promise(done => {
  const isSeen = iframe => !iframe.matches(".next:not(.in)") && iframe.contentDocument?.body?.textContent.includes(words);
  const look = () => {
    if (![...document.querySelectorAll(".pane iframe")].some(isSeen)) return requestAnimationFrame(look);
    const at = Date.now();
    const fetched = performance.getEntriesByType("resource")
      .map(one => ({ what: one.initiatorType, from: performance.timeOrigin + one.startTime, to: performance.timeOrigin + one.responseEnd }))
      .filter(one => one.from >= since && one.to > one.from);
    performance.clearResourceTimings();
    done({ at, fetched });
  };
  look();
});

/** The frames that come onto the screen. */
class Screen {
  static async of(page) {
    const screen = Object.assign(new Screen(), { frames: [] });
    const devtools = await page.createCDPSession();
    devtools.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
      screen.frames.push({ data, at: metadata.timestamp * 1000 });
      devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
    });
    await devtools.send("Page.startScreencast", { format: "jpeg", quality: 60, everyNthFrame: 1 });
    return screen;
  }

  /** When the first frame came since then that shows something else. */
  async changed(before, since) {
    for (;;) {
      const frame = this.frames.find(({ data, at }) => at >= since && data !== before);
      if (frame) return frame.at;
      await sleep(2);
    }
  }
}

/** What each edit of the article took, in stages. */
async function edits(page) {
  const text = readFileSync(job.article, "utf8");
  const screen = await Screen.of(page);
  const all = [];
  try {
    for (let number = 0; number < job.edits; number++) {
      const words = `Edit ${number} of what leads the week`;
      await sleep(400); // What fades in is in.
      const before = screen.frames.at(-1)?.data;
      screen.frames = [];
      const saved = Date.now();
      const arrival = page.evaluate(arrived, [words, saved]);
      writeFileSync(job.article, text.replace(/^title: .*$/m, `title: "${words}"`));
      const { at, fetched } = await arrival;
      const changed = await screen.changed(before, at);
      const [fetch] = fetched.filter(one => one.what === "fetch");
      const mails = fetched.filter(one => one.what === "iframe");
      const mail = Math.max(...mails.map(one => one.to));
      all.push({
        all: changed - saved, told: fetch.from - saved, page: fetch.to - fetch.from,
        mail: mail - fetch.to, browser: changed - mail,
      });
    }
  } finally {
    writeFileSync(job.article, text);
  }
  return all;
}

/** What a process held at most and holds now, in MB. */
function memory({ child }) {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const [most, now] = ["VmHWM", "VmRSS"].map(name => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { most, now };
}

const told = { answered: [], seen: [] };
try {
  await seen(); // What runs for the first time, in the browser too, does not count.
  for (let run = 0; run < job.starts; run++) {
    told.answered.push(await answered());
    told.seen.push(await seen());
  }
  const preview = await start();
  const page = await browser.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  await page.goto(preview.address, { waitUntil: "load" });
  await page.evaluate(painted);
  told.idle = memory(preview);
  told.edits = await edits(page);
  told.memory = memory(preview);
  await stop(preview);
} finally {
  await browser.close();
}
console.log(JSON.stringify(told));
