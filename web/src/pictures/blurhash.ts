// BlurHash strings as tiny pictures, shown while the real one is on its way.
// Source: https://github.com/woltapp/blurhash, Algorithm.md.

const kDigits =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

function number83(text: string): number {
  let value = 0;
  for (const letter of text) {
    const digit = kDigits.indexOf(letter);
    if (digit < 0) return NaN;
    value = value * 83 + digit;
  }
  return value;
}

function linear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function byteOf(share: number): number {
  const value = Math.min(1, Math.max(0, share));
  return Math.round(
    255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055),
  );
}

const squared = (value: number): number => Math.sign(value) * value * value;

function split(value: number): readonly number[] {
  return [value >> 16, (value >> 8) & 255, value & 255].map(linear);
}

function difference(value: number, max: number): readonly number[] {
  return [Math.floor(value / 361), Math.floor(value / 19) % 19, value % 19].map(
    (part) => squared((part - 9) / 9) * max,
  );
}

/** RGB bytes, row by row from the top; null when it is not a BlurHash. */
export function decodeBlurhash(hash: string, width: number, height: number): Uint8Array | null {
  const size = number83(hash.slice(0, 1));
  const columns = (size % 9) + 1;
  const rows = Math.floor(size / 9) + 1;
  if (!Number.isFinite(size) || hash.length !== 4 + 2 * columns * rows) return null;
  const max = (number83(hash.slice(1, 2)) + 1) / 166;
  const parts = [split(number83(hash.slice(2, 6)))];
  for (let at = 6; at < hash.length; at += 2)
    parts.push(difference(number83(hash.slice(at, at + 2)), max));
  if (parts.flat().some(Number.isNaN)) return null;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = [0, 0, 0];
      parts.forEach((part, index) => {
        const wave =
          Math.cos((Math.PI * x * (index % columns)) / width) *
          Math.cos((Math.PI * y * Math.floor(index / columns)) / height);
        for (let channel = 0; channel < 3; channel++)
          colour[channel] = (colour[channel] ?? 0) + (part[channel] ?? 0) * wave;
      });
      pixels.set(colour.map(byteOf), (y * width + x) * 3);
    }
  }
  return pixels;
}

/** A 24-bit BMP, as a data: address. `width` is a multiple of 4, so that rows need no padding. */
function bitmapAddress(pixels: Uint8Array, width: number, height: number): string {
  const kHead = 54;
  const bytes = new Uint8Array(kHead + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, kHead, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, -height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let at = 0; at < pixels.length; at += 3)
    bytes.set([pixels[at + 2] ?? 0, pixels[at + 1] ?? 0, pixels[at] ?? 0], kHead + at);
  return `data:image/bmp;base64,${btoa(String.fromCharCode(...bytes))}`;
}

const kWidth = 16;
const kKeptMax = 500;
const kept = new Map<string, string | null>();

/** The placeholder of a BlurHash as an image address; null when it is not one. The last 500 are kept. */
export function blurhashAddress(hash: string, ratio: number): string | null {
  const known = kept.get(hash);
  if (known !== undefined) return known;
  const height = Math.min(32, Math.max(4, Math.round(kWidth / (ratio > 0 ? ratio : 1))));
  const pixels = decodeBlurhash(hash, kWidth, height);
  const address = pixels ? bitmapAddress(pixels, kWidth, height) : null;
  if (kept.size >= kKeptMax) kept.clear();
  kept.set(hash, address);
  return address;
}

/** The average colour as `rgb(...)`; null when it is not a BlurHash. */
export function averageColour(hash: string): string | null {
  const value = number83(hash.slice(2, 6));
  if (hash.length < 6 || !Number.isFinite(value)) return null;
  return `rgb(${value >> 16} ${(value >> 8) & 255} ${value & 255})`;
}
