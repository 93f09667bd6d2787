// PDQ where the picture is: only the fingerprint may leave the device. No dependency, no request.
//
//   import { fingerprint } from "./pdq.mjs";
//   const { code, hex, quality, upright } = await fingerprint(file);
//
// A picture is never resized first, which would move a dozen of the 256 bits. It is drawn at its
// natural size in tiles, so that neither a canvas' limit nor its memory depends on the picture.

const SIDE = 64; // PDQ looks at a blurred picture of 64 by 64
const TILE = 1 << 22; // 4 megapixels, 16 MB: below every browser's limit
const WAVES = Array.from({ length: 16 }, (_, i) =>
  Array.from({ length: SIDE }, (_, j) =>
    Math.sqrt(2 / SIDE) * Math.cos((Math.PI / 128) * (i + 1) * (2 * j + 1))));

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** Two box blurs and the picking of 64 points along one side, as 64 short sums of weights. */
function kernels(length) {
  const box = (length + 127) >> 7, after = (box + 2) >> 1;
  const low = (at) => Math.max(0, at - box + after);
  const high = (at) => Math.min(length, at + after);
  return Array.from({ length: SIDE }, (_, k) => {
    const at = Math.floor(((k + 0.5) * length) / SIDE);
    const start = low(low(at)), end = high(high(at) - 1), weights = new Float64Array(end - start);
    for (let outer = low(at); outer < high(at); outer++)
      for (let i = low(outer); i < high(outer); i++)
        weights[i - start] += 1 / (high(at) - low(at)) / (high(outer) - low(outer));
    return { start, end, weights };
  });
}

function addRow(rgba, from, wide, weight, sums, to) {
  const red = 0.299 * weight, green = 0.587 * weight, blue = 0.114 * weight;
  for (let x = 0; x < wide; x++, from += 4)
    sums[to + x] += red * rgba[from] + green * rgba[from + 1] + blue * rgba[from + 2];
}

/** Takes a picture in rectangles, in any order. Downwards first: one multiplication a pixel. */
function gatherer(width, height) {
  const down = kernels(height), sums = new Float32Array(SIDE * width);
  const add = (rgba, left, top, wide) => {
    for (let from = 0, y = top; from < rgba.length; from += wide * 4, y++)
      down.forEach(({ start, end, weights }, k) => {
        if (start <= y && y < end)
          addRow(rgba, from, wide, weights[y - start], sums, k * width + left);
      });
  };
  const end = () => {
    const across = kernels(width);
    return down.map((_, k) => across.map(({ start, weights }) =>
      Math.fround(dot(weights, sums.subarray(k * width + start)))));
  };
  return { add, end };
}

/** 0 to 100: how much the small picture changes from point to point. */
function qualityOf(small) {
  const step = (a, b) => Math.abs(Math.trunc(((a - b) * 100) / 255));
  let sum = 0;
  for (let i = 0; i < SIDE; i++)
    for (let j = 1; j < SIDE; j++)
      sum += step(small[i][j - 1], small[i][j]) + step(small[j - 1][i], small[j][i]);
  return Math.min(100, Math.trunc(sum / 90));
}

/** 256 bits, the last first: is this of the 16 by 16 lowest frequencies above their median? */
function bitsOf(small) {
  const columns = small.map((_, j) => small.map((row) => row[j]));
  const half = WAVES.map((wave) => columns.map((column) => dot(wave, column)));
  const found = Float32Array.from(half.flatMap((row) => WAVES.map((wave) => dot(wave, row))));
  const median = found.slice().sort()[127];
  let hex = "";
  for (let i = 252; i >= 0; i -= 4)
    hex += [8, 4, 2, 1].reduce((digit, bit, at) => digit + bit * (found[i + 3 - at] > median), 0)
      .toString(16);
  return hex;
}

function finish(gathered, width, height) {
  if (width < 5 || height < 5) return { hex: "0".repeat(64), quality: 0 };
  const small = gathered.end();
  return { hex: bitsOf(small), quality: qualityOf(small) };
}

/** Of RGBA pixels (alpha is not looked at): `{hex, quality}`. */
export function pdq(rgba, width, height) {
  const gathered = gatherer(width, height);
  gathered.add(rgba, 0, 0, width);
  return finish(gathered, width, height);
}

/** `see(rgba, left, top, wide)` for each tile of a picture, through one small canvas. */
function tiles(picture, see) {
  const { width, height } = picture, wide = Math.min(width, 4096);
  const high = Math.min(height, Math.floor(TILE / wide));
  const sheet = self.OffscreenCanvas ? new OffscreenCanvas(wide, high) : document.createElement("canvas");
  Object.assign(sheet, { width: wide, height: high });
  // Read often: kept in memory, not on the graphics card. What shines through lies on white.
  const pen = sheet.getContext("2d", { alpha: false, willReadFrequently: true });
  pen.fillStyle = "#fff";
  for (let top = 0; top < height; top += high)
    for (let left = 0; left < width; left += wide) {
      const across = Math.min(wide, width - left);
      pen.fillRect(0, 0, wide, high);
      pen.drawImage(picture, -left, -top);
      see(pen.getImageData(0, 0, across, Math.min(high, height - top)).data, left, top, across);
    }
  sheet.width = sheet.height = 0; // some browsers keep the memory until then
}

function hashed(picture) {
  const { width, height } = picture, gathered = gatherer(width, height);
  tiles(picture, gathered.add);
  return { ...finish(gathered, width, height), width, height };
}

// Colours as stored: a profile applied here and not by our server would be a difference.
const decoded = (file) => createImageBitmap(file, { colorSpaceConversion: "none" });

async function hashedFile(file) {
  const picture = await decoded(file);
  try {
    return hashed(picture);
  } finally {
    picture.close(); // memory that the collector does not see
  }
}

// EXIF's entry of orientation when it is not "as stored", in either byte order.
const TURN = /\x12\x01\x03\0\x01\0\0\0[\x02-\x08]\0|\x01\x12\0\x03\0\0\0\x01\0[\x02-\x08]/;

/** The file with that entry set to "as stored", which no browser can be asked for; or null. */
async function unturned(file) {
  for (const from of [0, Math.max(0, file.size - (1 << 20))]) {
    const part = await file.slice(from, from + (1 << 20)).arrayBuffer();
    const found = TURN.exec(new TextDecoder("latin1").decode(part));
    const at = found && from + found.index + (found[0] < "\x12" ? 9 : 8);
    if (found) return new Blob([file.slice(0, at), "\x01", file.slice(at + 1)]);
  }
  return null;
}

// The known picture: few colours, each in many places.
const shade = (i, channel) =>
  16 + 32 * (((((i % SIDE) + 9) * ((i >> 6) + 5)) >> (5 + channel)) & 7);

/** As a BMP file, bottom row first, blue first, so that it goes the way of any picture. */
function knownFile() {
  const file = new Uint8Array(54 + SIDE * SIDE * 3), head = new DataView(file.buffer);
  [19778, file.length, 54, 40, SIDE, SIDE, 1 | (24 << 16)].forEach((value, i) =>
    head.setUint32([0, 2, 10, 14, 18, 22, 26][i], value, true));
  for (let at = 54, y = SIDE - 1; y >= 0; y--)
    for (let x = 0; x < SIDE; x++)
      for (const channel of [2, 1, 0]) file[at++] = shade(y * SIDE + x, channel);
  return new Blob([file]);
}

/**
 * Does the canvas give back what was drawn? `{code, worst, moved}`: the largest error of a value,
 * and whether the known picture's fingerprint changed. Codes:
 *   honest      each colour comes back as one colour, at most 2 of 255 away (a screen's profile)
 *   randomised  one colour comes back as several, or further away: noise against tracking
 *   blanked     one colour everywhere
 *   no-canvas   nothing can be drawn or read
 */
export async function honest() {
  const exact = [], back = new Map();
  let seen, worst = 0, several = false;
  try {
    const picture = await decoded(knownFile());
    tiles(picture, (rgba) => (seen = rgba));
  } catch {
    return { code: "no-canvas", worst: 255, moved: true };
  }
  for (let i = 0; i < seen.length; i += 4) {
    const drawn = [0, 1, 2].map((channel) => shade(i / 4, channel));
    const got = seen.slice(i, i + 3).join();
    exact.push(...drawn, 255);
    worst = Math.max(worst, ...drawn.map((value, channel) => Math.abs(value - seen[i + channel])));
    several ||= (back.get(drawn.join()) ?? got) !== got;
    back.set(drawn.join(), got);
  }
  const blank = !several && new Set(back.values()).size === 1;
  const code = blank ? "blanked" : several || worst > 2 ? "randomised" : "honest";
  return { code, worst, moved: pdq(seen, SIDE, SIDE).hex !== pdq(exact, SIDE, SIDE).hex };
}

/**
 * Of a File, Blob or ImageBitmap: `{code, hex, quality, width, height, upright, orientation}`.
 *   code         honest()'s, "not-a-picture" or "no-memory"; without hex unless the first is
 *                "honest" or "randomised"
 *   hex          of the pixels as stored, whatever EXIF says of turning them
 *   upright      `{hex, quality, width, height}` turned as the file asks, or null
 *   orientation  "stored": nothing to turn; "both": hex and upright; "unturned": this browser does
 *                not turn, so upright is not known; "given": an ImageBitmap, turned or not
 */
export async function fingerprint(source) {
  const { code } = await honest();
  const none = { code, hex: null, quality: null, width: 0, height: 0, upright: null, orientation: null };
  if (code !== "honest" && code !== "randomised") return none;
  try {
    if (!(source instanceof Blob)) return { ...none, ...hashed(source), orientation: "given" };
    const stored = await unturned(source), seen = await hashedFile(source);
    if (!stored) return { ...none, ...seen, orientation: "stored" };
    const raw = { ...none, ...(await hashedFile(stored)), orientation: "unturned" };
    return seen.hex === raw.hex && seen.width === raw.width
      ? raw
      : { ...raw, upright: seen, orientation: "both" };
  } catch (fault) {
    return { ...none, code: fault instanceof RangeError ? "no-memory" : "not-a-picture" };
  }
}
