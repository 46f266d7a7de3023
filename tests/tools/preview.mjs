// Tabs of one headless Chromium, driven by tests.
//
//   node preview.mjs < commands > answers
//
// Each line of the input is a command, {"id": 1, "tab": 1, "do": "click", …}, and is answered, in whatever order they
// are done, by a line {"id": 1, "value": …} or {"id": 1, "error": "…"}. At the end of the input the browser closes.
// Only this machine can be reached, and rebound.example, which is another name of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import puppeteer from "puppeteer-core";

import { chromium } from "./chromium.mjs";
import { audit } from "./inspect.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** How long something may take to come true, in milliseconds. */
const PATIENCE = 60_000;
const tabs = new Map();

const launched = puppeteer.launch({
  executablePath: chromium(),
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP rebound.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
});

/** Whoever runs in a page can tell so; no page of ours does. */
function setTraps() {
  for (const name of ["alert", "confirm", "prompt", "print", "canary"]) {
    Object.defineProperty(window, name, { value: (...given) => console.info(`ran ${name}(${given.join()})`) });
  }
}

class Tab {
  static async open({ width, height = 900, scheme = "light", downloads, scripts = true }) {
    const browser = await launched;
    const downloadBehavior = downloads && { policy: "allow", downloadPath: downloads };
    const context = await browser.createBrowserContext({ downloadBehavior });
    const page = await context.newPage();
    const tab = Object.assign(new Tab(), { context, page, told: [] });
    page.setDefaultTimeout(PATIENCE);
    // A window in front of all others, as each tab takes itself for.
    await (await page.createCDPSession()).send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.setViewport({ width, height });
    await page.setJavaScriptEnabled(scripts);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluateOnNewDocument(setTraps);
    page.on("dialog", dialog => (tab.told.push(`ran ${dialog.message()}`), dialog.dismiss()));
    page.on("console", message => tab.told.push(`${message.type()} ${message.text()}`));
    page.on("pageerror", error => tab.told.push(`throws ${error.message}`));
    context.on("targetcreated", target => tab.told.push(`opens ${target.url()}`));
    return tab;
  }

  async go({ url }) {
    const response = await this.page.goto(url, { waitUntil: "load" });
    return response?.status() ?? 0;
  }

  /** The value of an expression in the page, once it is one that JavaScript takes for true. */
  async until({ script }) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const value = await this.page.evaluate(script).catch(error => void (this.last = error.message));
      if (value) return value;
      if (Date.now() > end) throw new Error(`never came true: ${script} ${this.last ?? ""}\n${this.told.join("\n")}`);
      await new Promise(done => setTimeout(done, 15));
    }
  }

  tell({ script }) { return this.page.evaluate(script); }

  /** Clicks an element; another one, where that was just replaced. */
  async click({ at }) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await (await this.found(at)).click();
      } catch (error) {
        if (tries > 20 || !/detached|not clickable|not an Element/.test(error.message)) throw error;
      }
    }
  }

  async type({ at, text }) { await (await this.found(at)).type(text); }
  press({ key }) { return this.page.keyboard.press(key); }
  resize({ width, height }) { return this.page.setViewport({ width, height }); }
  allow({ origin, what }) { return this.context.overridePermissions(origin, what); }
  picture({ path }) { return this.page.screenshot({ path, fullPage: true }); }
  back() { return this.page.goBack(); }
  told_so_far() { return this.told.splice(0); }

  /** What axe finds in the page, by the rules of WCAG's levels A and AA, and its own. */
  async audited() {
    await this.page.evaluate(AXE);
    return this.page.evaluate(audit, "wcag2aaa");
  }

  /** The text of each frame, whosever it is. */
  frames() {
    return Promise.all(this.page.frames().map(frame => frame.evaluate("document.body?.innerText ?? ''")));
  }

  found(at) { return this.page.waitForSelector(at, { timeout: PATIENCE }); }
  close() { return this.context.close(); }
}

async function done({ do: what, tab, ...given }) {
  if (what === "open") return void tabs.set(tab, await Tab.open(given));
  const value = await tabs.get(tab)[what](given);
  if (what === "close") tabs.delete(tab);
  return value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  done(command).then(
    value => console.log(JSON.stringify({ id: command.id, value: value ?? null })),
    error => console.log(JSON.stringify({ id: command.id, error: `${command.do}: ${error.message}` })));
}
await (await launched).close();
