// What is asked of a page. Each function runs in the page and is on its own.

/** How wide and high its content is, what sticks out of the screen, and the colour behind its text. */
export function room() {
  const { scrollWidth, scrollHeight, clientWidth } = document.documentElement;
  const outside = [...document.body.querySelectorAll("*")].filter(element => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (right > clientWidth + 1 || left < -1);
  });
  const texts = [...document.body.querySelectorAll("*")].filter(element => element.innerText?.trim());
  let ground = texts.at(-1) ?? document.body;
  const colour = element => getComputedStyle(element).backgroundColor;
  while (ground.parentElement && colour(ground) === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
  return {
    content_width: scrollWidth,
    height: scrollHeight,
    ground: colour(ground),
    outside: outside.slice(0, 5).map(element => element.outerHTML.slice(0, 120)),
  };
}

/** What axe finds, by all of its rules but those of a tag: what is wrong, and what of the colours it could not tell. */
export async function audit(without = "deprecated") {
  const tags = [...new Set(axe.getRules().flatMap(rule => rule.tags))].filter(tag => tag !== "deprecated");
  const left_out = axe.getRules([without]).map(rule => [rule.ruleId, { enabled: false }]);
  const { violations, incomplete } = await axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules: Object.fromEntries(left_out),
    resultTypes: ["violations", "incomplete"],
    elementRef: false,
  });
  const untold = incomplete.filter(rule => rule.id === "color-contrast");
  return [...violations, ...untold].flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => ({ rule: id, at: html.slice(0, 160), why: any[0]?.message ?? "" })));
}

/** The colours of each text and of what is behind it, each pair once. */
export function colours() {
  const pairs = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const opaque = element => {
    const colour = getComputedStyle(element).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour;
    return element.parentElement ? opaque(element.parentElement) : "rgb(255, 255, 255)";
  };
  while (walker.nextNode()) {
    const { textContent: text, parentElement: element } = walker.currentNode;
    if (!text.trim() || !element.checkVisibility()) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && fontWeight >= 700); // WCAG 2.2: 18 points, or 14 in bold.
    const pair = { ink: color, ground: opaque(element), large, text: text.trim().slice(0, 40) };
    pairs.set([pair.ink, pair.ground, large].join(), pair);
  }
  return [...pairs.values()];
}

/** What a reader meets: the text of each block, the addresses, and each picture with its words. */
export function meet() {
  const BLOCKS = "p, li, td, th, pre, div, h1, h2, h3, h4, h5, h6, dt, dd, figure, figcaption, caption, blockquote";
  const shown = element => element.checkVisibility() && !element.closest(".preheader");
  const blocks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let last = null;
  while (walker.nextNode()) {
    const { nodeName, textContent, parentElement } = walker.currentNode;
    if (!shown(parentElement) || !["#text", "BR", "IMG"].includes(nodeName)) continue;
    const block = parentElement.closest(BLOCKS);
    const parts = blocks.get(block) ?? [];
    if (block !== last) parts.push("\n"); // Another block stands between.
    parts.push(nodeName === "#text" ? textContent : "\n");
    blocks.set(block, parts);
    last = block;
  }
  const links = [...document.links].filter(shown);
  const images = [...document.images].filter(shown);
  const says = element => [element.innerText, ...[...element.querySelectorAll("img")].map(image => image.alt)].join("").trim();
  const nameless = [...links.filter(link => !says(link)), ...images.filter(image => !image.hasAttribute("alt"))];
  return {
    texts: [...blocks.values()].map(parts => parts.join("").trim()).filter(Boolean),
    links: [...new Set(links.map(link => link.getAttribute("href")))],
    alts: images.map(image => image.alt.trim()).filter(Boolean),
    nameless: nameless.map(one => one.outerHTML.slice(0, 160)),
    pictures: images.length,
    widest_image: Math.max(0, ...images.map(image => image.naturalWidth)),
  };
}

/** What no mail may hold: what runs, loads, asks or takes the page over. */
export function harm() {
  const HARMLESS = new Set(`html head meta title style body div table tbody thead tfoot tr td th caption col colgroup p a
    img span br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code kbd samp var figure figcaption em strong b i
    u s q cite abbr dfn small sub sup mark del ins bdi bdo`.split(/\s+/));
  const harmful = [];
  for (const element of document.querySelectorAll("*")) {
    const told = element.outerHTML.slice(0, 160);
    if (!HARMLESS.has(element.localName)) harmful.push(`<${element.localName}>: ${told}`);
    if (element.localName === "meta" && element.httpEquiv) harmful.push(`meta: ${told}`);
    for (const { name, value } of element.attributes) {
      const isAddress = ["href", "src", "background", "action", "srcset", "ping"].includes(name);
      if (name.startsWith("on") || ["id", "target", "srcset", "ping"].includes(name)) harmful.push(`${name}: ${told}`);
      if (isAddress && !/^(https?:\/\/|mailto:)/.test(value)) harmful.push(`${name}: ${told}`);
      if (name === "style" && /url\(|expression|position|behavior|@import|-moz-binding/i.test(value)) harmful.push(`style: ${told}`);
    }
  }
  if (document.querySelectorAll("style").length > 1) harmful.push("more than one <style>");
  return harmful.slice(0, 10);
}
