/** Pseudo-random numbers, reproducible by seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` up to and including `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** So many characters out of the alphabet. */
  characters(length: number, alphabet: string): string {
    let word = '';
    while (word.length < length) word += alphabet.charAt(this.between(0, alphabet.length - 1));
    return word;
  }

  /** So many lower-case hexadecimal digits: task ids, interface ids, digests. */
  hex(length: number): string {
    return this.characters(length, '0123456789abcdef');
  }

  /** So many digits, the first of which is not 0: deployment ids. */
  digits(length: number): string {
    return this.characters(1, '123456789') + this.characters(length - 1, '0123456789');
  }

  /** An identifier as in request ids and event ids. */
  uuid(): string {
    return [8, 4, 4, 4, 12].map((length) => this.hex(length)).join('-');
  }
}
