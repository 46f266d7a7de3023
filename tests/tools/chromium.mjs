// Where Chromium is.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export function chromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const place of process.env.PATH.split(delimiter)) {
      try {
        accessSync(join(place, name), constants.X_OK);
        return join(place, name);
      } catch { /* Not here. */ }
    }
  }
  throw new Error("Chromium is installed by scripts/test");
}
