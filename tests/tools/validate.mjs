// Tells what html-validate finds in pages, by the rules of htmlvalidate.mjs.
//
//   node validate.mjs < files > faults
import { readFileSync } from "node:fs";

import { HtmlValidate, StaticConfigLoader } from "html-validate";

import config from "./htmlvalidate.mjs";

const validator = new HtmlValidate(new StaticConfigLoader(config));
for (const page of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { results } = await validator.validateString(readFileSync(page, "utf8"), page);
  for (const { ruleId, line, column, message } of results.flatMap(result => result.messages)) {
    console.log(JSON.stringify({ page, told: `${ruleId} at ${line}:${column}: ${message}` }));
  }
}
