// Takes pictures of a page, as README shows them.
//
//   node portray.mjs ADDRESS FILE WIDTH HEIGHT SCHEME [MORE …]    each five more are another picture
//
// Each pixel is one of the page, and what moves stands still.
import puppeteer from "puppeteer-core";

import { chromium } from "./chromium.mjs";

const browser = await puppeteer.launch({
  executablePath: chromium(),
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
});
const words = process.argv.slice(2);
try {
  while (words.length) {
    const [address, path, width, height, scheme] = words.splice(0, 5);
    const page = await browser.newPage();
    await page.setViewport({ width: Number(width), height: Number(height) });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    // The page keeps a connection for what changes, so that the network is never idle.
    await page.goto(address, { waitUntil: "load" });
    // What fades in is there, and what is measured is laid out. In a mail no script could tell.
    await new Promise(done => setTimeout(done, 500));
    await page.screenshot({ path });
    await page.close();
  }
} finally {
  await browser.close();
}
