// Contrast, as WCAG 2.2 measures it, of the colours that clients make of a light page by themselves.

const clamp = value => Math.min(1, Math.max(0, value));
const linear = value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const gamma = value => clamp(value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);

/** The three parts, from 0 to 1, of an opaque CSS colour as a browser computes it. */
function parsed(colour) {
  const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
  if (alpha !== 1) throw new Error(`${colour}: a colour that one sees through has no contrast of its own`);
  return [red / 255, green / 255, blue / 255];
}

const WHITE = [0.95047, 1, 1.08883]; // D65
const toXyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]];
const toRgb = [[3.2404542, -1.5371385, -0.4985314], [-0.969266, 1.8760108, 0.041556], [0.0556434, -0.2040259, 1.0572252]];
const times = (matrix, [x, y, z]) => matrix.map(([a, b, c]) => a * x + b * y + c * z);

/** `colour` with the lightness that `turn` makes of its lightness, both of CIELAB (0 to 100). */
function relit(colour, turn) {
  const root = value => (value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27 * value + 16) / 116);
  const cube = value => (value ** 3 > 216 / 24389 ? value ** 3 : (116 * value - 16) * 27 / 24389);
  const [x, y, z] = times(toXyz, colour.map(linear)).map((value, at) => root(value / WHITE[at]));
  const turned = (turn(116 * y - 16) + 16) / 116;
  const xyz = [turned + x - y, turned, turned + z - y].map((value, at) => cube(value) * WHITE[at]);
  return times(toRgb, xyz).map(gamma);
}

/** What clients do to a colour. */
export const TRANSFORMS = {
  // Outlook on the web: microsoft/roosterjs, getDarkColor.ts, where #333333 is the darkest.
  outlook: colour => relit(colour, light => (100 - light) * (100 - 21.247) / 100 + 21.247),
  // Lightness turned over and hues kept, as Gmail on iOS does.
  turned: colour => relit(colour, light => 100 - light),
  // A negative, as filters of the operating system make it.
  negative: colour => colour.map(value => 1 - value),
};

function ratio(one, other) {
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** The pairs whose contrast is below AA as they are, or after one of `transforms`. */
export function faintUnder(transforms, pairs) {
  const all = Object.entries({ none: colour => colour, ...transforms });
  return pairs.flatMap(({ ink, ground, large, text }) => all
    .map(([name, turn]) => ({ name, ratio: ratio(turn(parsed(ink)), turn(parsed(ground))) }))
    .filter(found => found.ratio < (large ? 3 : 4.5))
    .map(found => `${found.name}: ${ink} on ${ground} is ${found.ratio.toFixed(2)}: ${text}`));
}
