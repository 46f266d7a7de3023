// node parse.mjs MESSAGE.eml…
//
// Reads messages with postal-mime and with mailparser (Nodemailer's), and prints what each of the two sees: one JSON
// object a message and parser.

import { readFileSync } from "node:fs";
import { domainToASCII } from "node:url";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";

const unfolded = (value) => value.replace(/\r?\n(?=[ \t])/g, "").trim();

async function postal(octets) {
  const mail = await PostalMime.parse(octets);
  return {
    parser: "postal-mime",
    defects: mail.attachments.map(({ mimeType }) => `an attachment of ${mimeType}`),
    headers: mail.headers.map(({ key, value }) => [key, value.trim()]),
    subject: mail.subject,
    from: [mail.from].map(({ name, address }) => [name, address]),
    to: mail.to.map(({ name, address }) => [name, address]),
    text: mail.text,
    html: mail.html,
  };
}

/** As it was written: mailparser shows domains as people read them. */
const mailbox = ({ name, address }) => [name, address.replace(/@(.*)$/, (_, domain) => `@${domainToASCII(domain)}`)];

async function nodemailer(octets) {
  const mail = await simpleParser(octets, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return {
    parser: "mailparser",
    defects: mail.attachments.map(({ contentType }) => `an attachment of ${contentType}`),
    headers: mail.headerLines.map(({ key, line }) => [key, unfolded(line.slice(line.indexOf(":") + 1))]),
    subject: mail.subject,
    from: mail.from.value.map(mailbox),
    to: mail.to.value.map(mailbox),
    text: mail.text,
    html: mail.html,
  };
}

for (const file of process.argv.slice(2)) {
  const octets = readFileSync(file);
  for (const parse of [postal, nodemailer]) console.log(JSON.stringify(await parse(octets)));
}
