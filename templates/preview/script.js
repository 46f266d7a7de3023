// What the page does beyond links and forms: it keeps up with the files, fits frames into the room there is, and
// says what came of a button without leaving the page. All of it works without this, too.
"use strict";

const page = document.documentElement;
const parser = new DOMParser();

/* Regions: parts of the page that are replaced where what the server says of them differs. */

const regions = root => new Map([...root.querySelectorAll("[data-live]")].map(one => [one.dataset.live, one]));

/** What the server last said of each region: what the page makes of it, as heights, does not count. */
const said = new Map([...regions(document)].map(([name, one]) => [name, one.innerHTML]));

/** What a reader did in a region, to be done again in the one that takes its place. */
function habits(region) {
  const key = one => one.id || one.getAttribute("href") || one.name || one.textContent;
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const fields = [...region.querySelectorAll("input:not([type=hidden])")]
    .filter(one => one.value !== one.defaultValue)
    .map(one => [key(one), one.value]);
  const folded = [...region.querySelectorAll("details")].map(one => [one.id, one.open]);
  const selection = focused?.type === "email" || focused?.type === "date" ? null : [focused?.selectionStart, focused?.selectionEnd];
  const { scrollTop } = region;
  return {
    key, fields, folded, selection, scrollTop,
    focused: focused && focused !== region ? { tag: focused.tagName, key: key(focused) } : null,
  };
}

function resume(region, { key, fields, folded, focused, selection, scrollTop }) {
  const inputs = [...region.querySelectorAll("input:not([type=hidden])")];
  for (const [name, value] of fields) {
    const input = inputs.find(one => key(one) === name);
    if (input) input.value = value;
  }
  for (const [id, open] of folded) {
    const one = id && region.querySelector(`#${CSS.escape(id)}`);
    if (one) one.open = open;
  }
  if (focused) {
    const again = [...region.querySelectorAll(focused.tag)].find(one => key(one) === focused.key);
    again?.focus({ preventScroll: true });
    if (again && selection && selection[0] != null && again.setSelectionRange) again.setSelectionRange(...selection);
  }
  region.scrollTop = scrollTop;
}

function replace(region, html) {
  const kept = habits(region);
  region.innerHTML = html;
  resume(region, kept);
  enliven(region);
}

/** What of the page only the script can do. */
function enliven(root) {
  for (const one of root.querySelectorAll("[data-copy]")) one.hidden = !navigator.clipboard;
}

/* Frames. */

const frames = () => [...document.querySelectorAll(".frame[data-width]")];

/** The height that a mail has at its width. */
function tall(iframe) {
  const { documentElement: root, body } = iframe.contentDocument ?? {};
  if (!root || !body) return 0;
  // What fills the frame would never become lower; what is measured by it (vh) not lower than a small window.
  const { height } = iframe.style;
  iframe.style.height = /\dvh/.test(root.outerHTML) ? "600px" : "1px";
  const needed = Math.max(root.scrollHeight, body.scrollHeight, root.offsetHeight);
  iframe.style.height = height;
  return needed;
}

/** Gives each frame its share of the room: none is enlarged, and the narrower ones shrink less. */
function fit() {
  const all = frames();
  const row = all[0]?.parentElement;
  if (!row) return;
  const across = getComputedStyle(row).flexDirection === "row";
  const border = 2;
  const gaps = across ? (all.length - 1) * 20 : 0;
  let room = row.clientWidth - gaps - all.length * border;
  let left = all.reduce((sum, one) => sum + Math.sqrt(one.dataset.width), 0);
  for (const one of all) {
    const width = Number(one.dataset.width);
    const share = across ? room * Math.sqrt(width) / left : row.clientWidth - border;
    const scale = Math.min(1, Math.max(share, 0) / width);
    if (across) {
      room -= width * scale;
      left -= Math.sqrt(width);
    }
    lay(one, width, scale);
  }
}

/** Lays a mail into its frame at a scale. */
function lay(frame, width, scale) {
  const pane = frame.querySelector(".pane");
  const iframe = pane.querySelector("iframe:not(.next)");
  const height = Number(iframe.dataset.tall) || 900;
  frame.classList.add("scaled");
  frame.dataset.scale = scale;
  pane.style.width = `${width * scale}px`;
  pane.style.height = `${height * scale}px`;
  for (const one of pane.querySelectorAll("iframe")) {
    one.style.width = `${width}px`;
    one.style.height = `${Number(one.dataset.tall) || height}px`;
    one.style.transform = scale < 1 ? `scale(${scale})` : "";
  }
  frame.querySelector(".scale").textContent = scale < .995 ? `at ${Math.round(scale * 100)} % · ` : "";
}

/** Fits a mail that is loaded, and again when its pictures are. */
function settle(iframe) {
  const root = iframe.contentDocument?.documentElement;
  if (!root) return;
  const measure = () => {
    const height = tall(iframe);
    if (!height || String(height) === iframe.dataset.tall) return;
    iframe.dataset.tall = height;
    fit();
  };
  measure();
  for (const picture of iframe.contentDocument.images) {
    if (!picture.complete) picture.addEventListener("load", measure, { once: true });
  }
  iframe.contentDocument.fonts?.ready.then(measure);
}

const isLoaded = iframe => iframe.contentDocument?.readyState === "complete" && iframe.contentDocument.URL !== "about:blank";

function watchFrames(root) {
  for (const iframe of root.querySelectorAll(".pane iframe")) {
    iframe.addEventListener("load", () => settle(iframe));
    if (isLoaded(iframe)) settle(iframe);
  }
}

/** What ends the fading in of a mail. */
const finishing = new Map();

/** Loads a mail behind the one that is shown, and shows it when it is there. */
function exchange(frame, fresh, signal) {
  const pane = frame.querySelector(".pane");
  // One that is fading in takes its place at once.
  pane.querySelectorAll("iframe.next").forEach(one => finishing.get(one)?.());
  const old = pane.querySelector("iframe:not(.next)");
  return new Promise(done => {
    const next = document.importNode(fresh, true);
    next.className = "next";
    next.style.cssText = old.style.cssText;
    next.dataset.tall = old.dataset.tall ?? "";
    next.tabIndex = -1;
    let isThere = false;
    signal.addEventListener("abort", () => {
      if (!isThere) next.remove();
      done();
    }, { once: true });
    next.addEventListener("load", () => {
      if (signal.aborted) return;
      isThere = true;
      const at = old.contentWindow?.scrollX ?? 0;
      next.dataset.tall = tall(next);
      old.dataset.tall = next.dataset.tall; // The pane has the height of what comes.
      fit();
      next.contentWindow?.scrollTo(at, 0);
      next.classList.add("in");
      const swap = () => {
        if (!finishing.delete(next) || !next.isConnected) return;
        old.remove();
        next.className = "";
        next.removeAttribute("tabindex");
        settle(next);
        next.addEventListener("load", () => settle(next));
      };
      finishing.set(next, swap);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (still) swap();
      else setTimeout(swap, 140);
      done();
    }, { once: true });
    pane.append(next);
  });
}

/** Whether two light tables hold the same frames. */
function alike(region, fresh) {
  const held = root => [...root.querySelectorAll(".frame[data-width]")]
    .map(one => `${one.dataset.frame} ${one.dataset.width}`).join();
  return held(region) !== "" && held(region) === held(fresh);
}

/** Brings the light table up to date; what it shows is exchanged, not torn away. */
async function lightTable(region, fresh, signal) {
  if (!alike(region, fresh)) {
    replace(region, fresh.innerHTML);
    watchFrames(region);
    fit();
    const iframes = [...region.querySelectorAll(".pane iframe")].filter(one => !isLoaded(one));
    await Promise.all(iframes.map(one => new Promise(done => {
      one.addEventListener("load", done, { once: true });
      signal.addEventListener("abort", done, { once: true });
    })));
    return;
  }
  region.querySelectorAll(":scope > .simulated").forEach(one => one.remove());
  region.prepend(...[...fresh.querySelectorAll(":scope > .simulated")].map(one => document.importNode(one, true)));
  const loads = frames().map((frame, at) => {
    const other = fresh.querySelectorAll(".frame[data-width]")[at];
    frame.className = `${other.className} scaled`;
    const [old, next] = [frame, other].map(one => one.querySelector("iframe:not(.next)"));
    const coming = frame.querySelector("iframe.next") ?? old;
    return coming.getAttribute("src") === next.getAttribute("src") ? null : exchange(frame, next, signal);
  });
  await Promise.all(loads);
}

/* Keeping up. */

let going = new AbortController();

/** Shows another page, or a later version of this one, in place of this. Without `to`, this one. */
async function show(to = location.href, { push = false } = {}) {
  going.abort();
  going = new AbortController();
  const { signal } = going;
  try {
    const response = await fetch(to, { signal, headers: { Accept: "text/html" } });
    if (!response.ok && !push) return lost(await response.text());
    if (!response.ok) return location.assign(to);
    const fresh = parser.parseFromString(await response.text(), "text/html");
    if (signal.aborted) return;
    lost(null);
    if (push) {
      history.pushState(null, "", to);
      answer("");
    }
    await apply(fresh, signal);
    if (push) aim();
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    // Whoever asks for another page of a server that is gone keeps this one.
    document.getElementById("gone").hidden = false;
  }
}

/** Says that what the page shows is not there any more, and why; or takes that back. */
function lost(html) {
  const line = document.getElementById("lost");
  line.hidden = html === null;
  if (html !== null) line.textContent = parser.parseFromString(html, "text/html").querySelector(".told")?.textContent ?? "";
}

async function apply(fresh, signal) {
  const [now, then] = [regions(document), regions(fresh)];
  const same = now.size === then.size && [...then.keys()].every(name => now.has(name));
  document.title = fresh.title;
  if (!same) {
    // Another kind of page: from a mail to none, or back.
    for (const part of ["main", "aside"]) {
      const [old, next] = [document, fresh].map(root => root.querySelector(part));
      old.replaceWith(document.importNode(next, true));
    }
    said.clear();
    for (const [name, one] of then) said.set(name, one.innerHTML);
    const rail = now.get("rail");
    if (rail.innerHTML !== said.get("rail")) replace(rail, said.get("rail"));
    watchFrames(document);
    enliven(document);
    fit();
  }
  const changed = same ? [...then].filter(([name, one]) => said.get(name) !== one.innerHTML) : [];
  let loading = null;
  const isOtherTab = document.body.className !== fresh.body.className;
  document.body.className = fresh.body.className;
  for (const [name, one] of changed) {
    said.set(name, one.innerHTML);
    const region = now.get(name);
    if (region.className !== one.className) region.className = one.className;
    if (name === "frames") {
      loading = lightTable(region, one, signal);
      continue;
    }
    replace(region, one.innerHTML);
    if (name === "panel") {
      region.setAttribute("aria-label", one.getAttribute("aria-label"));
      if (isOtherTab) region.scrollTop = 0;
    }
  }
  fit();
  await loading;
  if (signal.aborted) return;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (!signal.aborted) page.dataset.version = fresh.documentElement.dataset.version;
  }));
}

/** Shows the line that the address names. */
function aim() {
  document.querySelectorAll(".aimed").forEach(one => one.classList.remove("aimed"));
  const line = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!line) return;
  line.classList.add("aimed");
  line.scrollIntoView({ block: "center" });
  line.tabIndex = -1;
  line.focus({ preventScroll: true });
}

function listen() {
  const events = new EventSource("/-/events");
  const gone = () => document.getElementById("gone");
  let wasGone = false;
  events.addEventListener("change", event => {
    if (wasGone || event.data !== page.dataset.version) show();
    wasGone = false;
    gone().hidden = true;
  });
  events.addEventListener("error", () => {
    wasGone = true;
    gone().hidden = false;
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, 1000);
  });
}

/* Links and forms of the page lead on within it. */

const isOurs = url =>
  url.origin === location.origin && (!url.pathname.startsWith("/-/") || url.pathname === "/-/file");

document.addEventListener("click", event => {
  const copy = event.target.closest?.("[data-copy]");
  if (copy) return copyText(copy.dataset.copy);
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (link.target || link.hasAttribute("download") || !isOurs(url)) return;
  if (url.hash && url.pathname + url.search === location.pathname + location.search) return;
  event.preventDefault();
  show(url.href, { push: true });
});

document.addEventListener("submit", event => {
  const form = event.target;
  if (form.hasAttribute("data-send")) {
    event.preventDefault();
    send(form);
  } else if (form.method === "get") {
    event.preventDefault();
    show(`${form.action}?${new URLSearchParams(new FormData(form))}`, { push: true });
  }
});

addEventListener("popstate", () => show().then(aim));
addEventListener("resize", fit);

/* Buttons. */

function answer(text, failed = false) {
  const output = document.getElementById("answer");
  output.classList.toggle("failed", failed);
  output.textContent = text.trim();
}

async function send(form) {
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  answer("…");
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/plain" } });
    const text = await response.text();
    // What refuses in a page of its own says the same in its text.
    const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
    answer(isPage ? parser.parseFromString(text, "text/html").querySelector(".told")?.textContent ?? "" : text, !response.ok);
    if (response.ok) show(); // What a button wrote, the rail lists.
  } catch {
    answer("tidings does not answer: is it still running?", true);
  }
  button.removeAttribute("aria-disabled");
}

async function copyText(address) {
  try {
    const text = fetch(address).then(response => response.text());
    await navigator.clipboard.writeText(await text);
    answer("The message is copied.");
  } catch {
    answer("The browser did not let it be copied: download it instead.", true);
  }
}

/* Keys. They may be switched off, for those who speak to their machine (WCAG 2.1.4). */

const KEYS = [
  ["1 – 6", "the tabs of the inspector"],
  ["j, k", "the next and the last finding, story or link"],
  ["t", "to the address for a test"],
  ["?", "these keys"],
];
const STORED = "tidings.keys";

function help() {
  let dialog = document.querySelector("dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "keys");
    dialog.innerHTML = '<h2 id="keys">Keys</h2><dl></dl><label><input type="checkbox"> Use them</label><form method="dialog"><button>Close</button></form>';
    const list = dialog.querySelector("dl");
    for (const [key, words] of KEYS) {
      const [term, text] = [document.createElement("dt"), document.createElement("dd")];
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      text.textContent = words;
      list.append(term, text);
    }
    const box = dialog.querySelector("input");
    box.checked = localStorage.getItem(STORED) !== "off";
    box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
    document.body.append(dialog);
  }
  dialog.showModal();
}

function step(by) {
  const stops = [...document.querySelectorAll(".panel .place, .panel .stories .title a, .panel .links .href a")];
  const at = stops.indexOf(document.activeElement);
  const next = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, dialog")) return;
  if (event.key === "?") return help();
  if (localStorage.getItem(STORED) === "off") return;
  const tab = /^[1-6]$/.test(event.key) && document.querySelectorAll(".tabs a")[event.key - 1];
  if (tab) tab.click();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "t") {
    event.preventDefault();
    document.getElementById("address")?.focus();
  }
});

/* The beginning. */

if (matchMedia("(max-width: 760px)").matches) document.getElementById("issues")?.removeAttribute("open");
enliven(document);
watchFrames(document);
fit();
aim();
listen();
