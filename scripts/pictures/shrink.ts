/** Makes a PNG of text a third as large: with a palette of its 256 most frequent colors (PNG specification, section 11.2.2). */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUECOLOR = 2;
const INDEXED = 3;
const MAX_COLORS = 256;
const CHANNELS = 3;

/**
 * @param png as Chromium writes it: eight bits a channel, without transparency, not interlaced
 * @throws {Error} when it is of another kind
 */
export function shrink(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (header?.[8] !== 8 || header[9] !== TRUECOLOR || header[12] !== 0) {
    throw new Error('This PNG is not of the kind that can be shrunk.');
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  const pixels = unfilter(inflateSync(data), width, height);
  const { palette, indexOf } = makePalette(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width);
    rows[place] = indexOf.get(pixels.readUIntBE(pixel * CHANNELS, CHANNELS)) ?? 0;
  }
  const indexed = Buffer.from(header);
  indexed[9] = INDEXED;
  const parts = [
    chunk('IHDR', indexed),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function readChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** Takes the filter of each row back (section 9.2). */
function unfilter(raw: Buffer, width: number, height: number): Buffer {
  const stride = width * CHANNELS;
  const out = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)] ?? 0;
    for (let column = 0; column < stride; column++) {
      const place = row * stride + column;
      const left = column < CHANNELS ? 0 : (out[place - CHANNELS] ?? 0);
      const above = row === 0 ? 0 : (out[place - stride] ?? 0);
      const corner = row === 0 || column < CHANNELS ? 0 : (out[place - stride - CHANNELS] ?? 0);
      const value = raw[row * (stride + 1) + 1 + column] ?? 0;
      out[place] = value + predicted(filter, left, above, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** The most frequent colors, and for every color the index of the nearest of them. */
function makePalette(pixels: Buffer): { palette: Buffer; indexOf: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += CHANNELS) {
    const color = pixels.readUIntBE(at, CHANNELS);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const colors = [...counts].sort(([, one], [, other]) => other - one).map(([color]) => color);
  const kept = colors.slice(0, MAX_COLORS);
  const palette = Buffer.alloc(kept.length * CHANNELS);
  for (const [index, color] of kept.entries()) palette.writeUIntBE(color, index * CHANNELS, CHANNELS);
  return { palette, indexOf: new Map(colors.map((color) => [color, nearest(color, kept)])) };
}

function nearest(color: number, kept: readonly number[]): number {
  let best = 0;
  for (const [index, candidate] of kept.entries()) {
    if (distance(color, candidate) < distance(color, kept[best] ?? 0)) best = index;
  }
  return best;
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
}
