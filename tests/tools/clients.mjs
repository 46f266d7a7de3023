// node clients.mjs CLIENTS PAGE.html…
//
// What the pages use that a mail client lacks, by the data of caniemail.com: one JSON object a feature and client. CLIENTS
// are its globs with commas between them. What stands in @media is left out, and a <style> that holds nothing else:
// who does not know it loses nothing that the page needs.

import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const [clients, ...pages] = process.argv.slice(2);

function withoutMedia(html) {
  const media = /@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g;
  return html.replace(/<style[^>]*>([^]*?)<\/style>/g, (element, css) => {
    const rest = css.replace(media, "").trim();
    return rest ? `<style>${rest}</style>` : "";
  });
}

const found = new Map();
for (const page of pages) {
  const { issues } = caniemail({ clients: clients.split(","), html: withoutMedia(readFileSync(page, "utf8")) });
  for (const [lacks, byClient] of [["all", issues.errors], ["part", issues.warnings]]) {
    for (const [client, list] of byClient) {
      for (const { title, notes } of list) found.set(`${title} ${client}`, { feature: title, client, lacks, notes });
    }
  }
}
for (const [, lack] of [...found].sort()) console.log(JSON.stringify(lack));
