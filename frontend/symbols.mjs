// How do the symbols of the map for work look? Drawn once at set-up, from the codes that the definition names.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ms from "milsymbol";

const SIZE = 40; // pixels; a page draws them as large as it needs
const SIDC = /sidc: "(\d{20})"/g;

export function writeSymbols(definition, folder) {
  mkdirSync(folder);
  for (const [, sidc] of readFileSync(definition, "utf8").matchAll(SIDC)) {
    const symbol = new ms.Symbol(sidc, { size: SIZE });
    if (!symbol.isValid()) throw new Error(`${sidc} is no code of a symbol`);
    writeFileSync(join(folder, `${sidc}.svg`), symbol.asSVG());
  }
}
