// Looks at pages in one headless Chromium, as mail clients would show them.
//
//   node browser.mjs < jobs > looks
//
// Each line of the input is a page and the views to take of it, each line of the output one view:
//
//   {"page": FILE, "scale": 1, "views": [{"width": 600, "scheme": "light", "images": true, "style": true,
//                                         "audit": false, "read": false, "picture": FILE}]}
//
// `scheme` is light, dark or forced: the dark that a client makes of the light page by itself. Without `style`, no
// <style> is left, as in clients that keep none; without `images` none arrives. `audit` asks axe, `read` tells what a
// reader meets. No request leaves this process: each picture is 1200 pixels wide and made here, all else is refused
// and told.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import puppeteer from "puppeteer-core";

import { chromium } from "./chromium.mjs";
import { faintUnder, TRANSFORMS } from "./contrast.mjs";
import { audit, colours, harm, meet, room } from "./inspect.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOME = "http://mail.invalid/";
/** Chromium paints no picture that is higher, in pixels of the device. */
const HIGHEST = 16000;
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">
  <rect width="1200" height="800" fill="#b9c4c9"/><circle cx="860" cy="250" r="90" fill="#f3e3b3"/>
  <path d="M0 800V520l260-190 210 170 250-240 480 330v210z" fill="#6d7f86"/>
  <path d="M0 800V660l380-130 330 120 490-160v310z" fill="#46545a"/></svg>`;

/** The page as the client of a view gets it. */
function dressed(html, view) {
  const styles = /<style[^>]*>[^]*?<\/style>/gi;
  if (!view.style) return html.replace(styles, "");
  if (view.scheme !== "forced") return html;
  // A client that makes its own dark knows nothing of ours.
  const undarkened = html.replace(styles, style => style.replace(/@media \(prefers-color-scheme: ?dark\) ?\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, ""));
  return undarkened.replace(/<meta name="(?:supported-)?color-schemes?"[^>]*>/g, "").replace(/color-scheme: ?light dark;?/g, "");
}

class Reader {
  static async open() {
    const browser = await puppeteer.launch({
      executablePath: chromium(),
      pipe: true,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"],
    });
    const page = await browser.newPage();
    const reader = Object.assign(new Reader(), { browser, page, asked: [] });
    await page.setRequestInterception(true);
    page.on("request", request => reader.answer(request));
    page.on("dialog", dialog => {
      reader.asked.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    reader.devtools = await page.createCDPSession();
    return reader;
  }

  answer(request) {
    if (request.url() === HOME && request.isNavigationRequest()) {
      return request.respond({ contentType: "text/html; charset=utf-8", body: this.html });
    }
    if (request.url() === `${HOME}favicon.ico`) return request.abort(); // Chromium asks for it by itself.
    const isImage = request.resourceType() === "image";
    this.asked.push(`${request.resourceType()}: ${request.url()}`);
    if (isImage && this.images) return request.respond({ contentType: "image/svg+xml", body: PICTURE });
    return request.abort();
  }

  /** Loads the page, unless it stands there as this view needs it. */
  async load(file, view) {
    const html = dressed(readFileSync(file, "utf8"), view);
    if (this.html === html && this.images === view.images) return;
    Object.assign(this, { html, images: view.images, asked: [] });
    await this.page.goto(HOME, { waitUntil: "load" });
  }

  async look(file, view, scale) {
    const { page } = this;
    await page.setViewport({ width: view.width, height: 800, deviceScaleFactor: scale, isMobile: true });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: view.scheme === "dark" ? "dark" : "light" },
    ]);
    await this.devtools.send("Emulation.setAutoDarkModeOverride", { enabled: false });
    await this.load(file, view);
    const look = { page: file, ...view, ...await page.evaluate(room), harm: await page.evaluate(harm) };
    if (view.audit) look.findings = await this.audited();
    if (view.scheme === "forced") look.faint = faintUnder(TRANSFORMS, await page.evaluate(colours));
    if (view.read) Object.assign(look, await page.evaluate(meet));
    if (view.picture) await this.paint(view, scale, look.height);
    return { ...look, asked: [...new Set(this.asked)] };
  }

  async audited() {
    await this.page.evaluate(AXE);
    return this.page.evaluate(audit);
  }

  async paint(view, scale, height) {
    if (view.scheme === "forced") {
      await this.devtools.send("Emulation.setAutoDarkModeOverride", { enabled: true });
    }
    const clip = { x: 0, y: 0, width: view.width, height: Math.min(height, HIGHEST / scale) };
    await this.page.screenshot({ path: view.picture, clip, captureBeyondViewport: true, optimizeForSpeed: true });
  }
}

const reader = await Reader.open();
try {
  // All of the input first: who writes it reads no answer before the end of it.
  for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const { page, scale = 1, views } = JSON.parse(line);
    for (const view of views) console.log(JSON.stringify(await reader.look(page, view, scale)));
  }
} finally {
  await reader.browser.close();
}
