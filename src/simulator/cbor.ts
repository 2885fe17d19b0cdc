import { isObject, type JsonObject } from './json.ts';

/**
 * The part of CBOR (RFC 8949) that Smithy RPC v2 uses; the aws CLI talks to CloudWatch in it.
 * Times are tag 1 around seconds since 1970.
 */
export function encodeCbor(value: unknown): Uint8Array {
  const bytes: number[] = [];
  write(bytes, value);
  return Uint8Array.from(bytes);
}

function write(out: number[], value: unknown): void {
  if (value === null || value === undefined) out.push(0xf6);
  else if (value === false) out.push(0xf4);
  else if (value === true) out.push(0xf5);
  else if (typeof value === 'number') writeNumber(out, value);
  else if (value instanceof Date) {
    out.push(0xc1);
    writeFloat(out, value.getTime() / 1000);
  } else if (Array.isArray(value)) {
    head(out, 4, value.length);
    for (const item of value) write(out, item);
  } else if (isObject(value)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    head(out, 5, entries.length);
    for (const [name, member] of entries) {
      writeText(out, name);
      write(out, member);
    }
  } else writeText(out, String(value));
}

function writeNumber(out: number[], value: number): void {
  if (!Number.isSafeInteger(value)) writeFloat(out, value);
  else if (value >= 0) head(out, 0, value);
  else head(out, 1, -1 - value);
}

function writeFloat(out: number[], value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  out.push(0xfb, ...new Uint8Array(view.buffer));
}

function writeText(out: number[], value: string): void {
  const bytes = new TextEncoder().encode(value);
  head(out, 3, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function head(out: number[], major: number, size: number): void {
  const kind = major << 5;
  if (size < 24) out.push(kind | size);
  else if (size < 0x100) out.push(kind | 24, size);
  else if (size < 0x10000) out.push(kind | 25, size >> 8, size & 0xff);
  else if (size < 0x100000000) out.push(kind | 26, ...bigEndian(size, 4));
  else out.push(kind | 27, ...bigEndian(size, 8));
}

function bigEndian(value: number, length: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; bytes.length < length; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

/** Reads one CBOR value; throws when the bytes end early. */
export function decodeCbor(bytes: Uint8Array): unknown {
  return new Reader(bytes).value();
}

const breakMark = Symbol('the end of an indefinite item');

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): unknown {
    const first = this.#byte();
    const major = first >> 5;
    const detail = first & 0x1f;
    if (major === 7) return this.#simple(detail);
    const size = detail === 31 ? Number.POSITIVE_INFINITY : this.#size(detail);
    if (major === 0) return size;
    if (major === 1) return -1 - size;
    if (major === 2 || major === 3) return this.#text(size);
    if (major === 4) return this.#items(size);
    if (major === 5) return this.#map(size);
    const tagged = this.value();
    return size === 1 && typeof tagged === 'number' ? new Date(tagged * 1000) : tagged;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('the CBOR ends early');
    return byte;
  }

  #size(detail: number): number {
    if (detail < 24) return detail;
    let size = 0;
    for (let left = 2 ** (detail - 24); left > 0; left--) size = size * 256 + this.#byte();
    return size;
  }

  #simple(detail: number): unknown {
    if (detail === 20 || detail === 21) return detail === 21;
    if (detail === 31) return breakMark;
    if (detail === 26 || detail === 27) {
      const at = this.#at;
      this.#at += detail === 26 ? 4 : 8;
      return detail === 26 ? this.#view.getFloat32(at) : this.#view.getFloat64(at);
    }
    return null;
  }

  #text(size: number): string {
    if (size === Number.POSITIVE_INFINITY) return this.#items(size).join('');
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new Error('the CBOR ends early');
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  #items(size: number): unknown[] {
    const items: unknown[] = [];
    while (items.length < size) {
      const item = this.value();
      if (item === breakMark) break;
      items.push(item);
    }
    return items;
  }

  #map(size: number): JsonObject {
    const map: JsonObject = {};
    for (let left = size; left > 0; left--) {
      const name = this.value();
      if (name === breakMark) break;
      map[String(name)] = this.value();
    }
    return map;
  }
}
