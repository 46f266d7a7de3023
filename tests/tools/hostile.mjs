// node hostile.mjs PAGE.html…
//
// Opens each page in a real Chromium as a victim would, touches everything in it, writes it once more as web mail
// does, and prints what came of it: one JSON object a page. Nothing reaches the network: each request is kept
// and answered with nothing.

import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** In the page, before any of its own: whoever calls these has run. */
function setTraps() {
  const told = window.told;
  const trap = (owner, name) => {
    const value = (...given) => void told(`${name}(${given.join(", ")})`);
    Object.defineProperty(owner, name, { value, writable: false, configurable: false });
  };
  ["alert", "confirm", "prompt", "print", "canary", "open"].forEach((name) => trap(window, name));
  ["log", "info", "warn", "error", "debug"].forEach((name) => trap(console, name));
  addEventListener("error", (event) => event.error && told(`throws ${event.error}`));
}

/** In the page: its elements, comments and attributes, but for what stands in prose; and what does. */
function examine() {
  const attributes = (element) => {
    const said = [...element.attributes].map(({ name, value }) =>
      ["href", "src", "alt", "content"].includes(name) ? name : `${name}="${value}"`);
    return said.sort().join(" ");
  };
  const outline = (node) => {
    if (node.nodeType === Node.COMMENT_NODE) return [`<!--${node.data}-->`];
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("p.picture:has(> img:only-child)")) return [];
    const inner = node.matches(".prose") || node.localName === "style" ? [] : [...node.childNodes].flatMap(outline);
    return [`<${node.localName} ${attributes(node)}>`, ...inner, `</${node.localName}>`];
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const unique = (values) => [...new Set(values)].sort();
  const inProse = all(".prose *");
  return {
    outline: outline(document.documentElement),
    prose: unique(inProse.flatMap((element) =>
      [element.localName, ...element.getAttributeNames().map((name) => `${element.localName} ${name}`)])),
    comments_in_prose: all(".prose").filter((prose) => prose.innerHTML.includes("<!--")).length,
    classes: unique(inProse.map((element) => element.getAttribute("class") ?? "")),
    styles: unique(inProse.map((element) => element.getAttribute("style") ?? "")),
    links: unique(all("[href]").map((element) => element.getAttribute("href"))),
    pictures: unique(all("img").map((image) => image.src)),
    // A form or picture with a name stands here, in the place of what scripts expect.
    own: Object.getOwnPropertyNames(document).sort(),
  };
}

/** In the page: whatever a hand, a clock or a network could set off. */
async function touchEverything() {
  const events = ["load", "error", "focus", "blur", "mouseover", "mouseenter", "pointerdown", "keydown", "input",
    "change", "submit", "toggle", "beforetoggle", "close", "animationstart", "begin", "start", "pageshow",
    "hashchange", "loadstart"];
  for (const element of document.querySelectorAll("*")) {
    events.forEach((event) => element.dispatchEvent(new Event(event, { cancelable: true })));
    element.click?.();
    // Only a script would still have to run: another click would come before it.
    if (element.href && !/^(https?|mailto):/.test(element.href)) await new Promise((done) => setTimeout(done, 5));
  }
}

/** In the page: what web mail does with a mail: parse it, write it, and parse that. */
function writeOnceMore() {
  for (let times = 0; times < 2; times += 1) {
    const html = document.body.innerHTML;
    document.body.innerHTML = html;
  }
}

const late = (ms) => new Promise((_, reject) => { setTimeout(() => reject(new Error("it does not end")), ms).unref(); });

async function open(browser, file) {
  const page = await browser.newPage();
  const [ran, requests, followed] = [[], [], []];
  let touching = false;
  await page.setBypassCSP(true);
  await page.exposeFunction("told", (what) => void ran.push(what));
  await page.evaluateOnNewDocument(setTraps);
  page.on("dialog", (dialog) => (ran.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  await page.setRequestInterception(true);
  const self = pathToFileURL(file).href;
  page.on("request", (request) => {
    const url = request.url();
    if (url === self) return request.continue();
    // A link that was clicked is followed nowhere.
    const isClick = touching && request.isNavigationRequest() && request.frame() === page.mainFrame();
    (isClick ? followed : requests).push(isClick ? url : `${request.resourceType()} ${url}`);
    return request.respond({ status: 204 });
  });
  await page.goto(self, { waitUntil: "load" });
  const seen = await page.evaluate(examine);
  await page.evaluate(writeOnceMore);
  const again = await page.evaluate(examine);
  touching = true;
  // Another page in its place takes the script away: then something ran that led there.
  const touched = Promise.race([page.evaluate(touchEverything), late(10_000)]);
  await touched.catch((error) => ran.push(`leaves the page: ${error.message}`));
  await new Promise((done) => setTimeout(done, 50));
  const frames = page.frames().length;
  await page.close().catch(() => {});
  return { ...seen, outline_again: again.outline, prose_again: again.prose, ran, requests, followed, frames };
}

// A page that gets away may take the browser with it: that is a failure, and not a wait without end.
setTimeout(() => { console.error("the browser did not come back"); process.exit(1); }, 150_000).unref();
const browser = await puppeteer.launch({
  protocolTimeout: 20_000,
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"],
});
try {
  const files = process.argv.slice(2);
  // Some at a time, for each waits more than it works.
  for (let at = 0; at < files.length; at += 6) {
    const opened = await Promise.all(files.slice(at, at + 6).map((file) => open(browser, file)));
    opened.forEach((page) => console.log(JSON.stringify(page)));
  }
} finally {
  await browser.close();
}
