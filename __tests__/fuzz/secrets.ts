import fc from 'fast-check';

const characters = (alphabet: string, length: number): fc.Arbitrary<string> =>
  // Smaller ones of their kind would be none.
  fc.noShrink(
    fc.array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length }).map((all) => all.join('')),
  );
const [small, large, digits] = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

/** Values that nobody makes up, as programs that make secrets give them out. */
export const secretValue: fc.Arbitrary<string> = fc.oneof(
  characters(`${digits}abcdef`, 32),
  characters(`${digits}abcdef`, 40),
  characters(`${small}${large}${digits}`, 32),
  characters(`${small}${large}${digits}+/`, 40),
  characters(`${large}${digits}`, 16).map((text) => `AKIA${text}`),
  characters(`${small}${digits}`, 12).map((text) => `postgres://app:${text}@db:5432/app`),
  characters(`${small}${large}${digits}`, 36).map((text) => `ghp_${text}`),
  characters(`${small}${large}${digits}_-`, 30).map((text) => `eyJhbGciOiJIUzI1NiJ9.${text}.sig`),
  characters(`${small}${large}${digits}`, 20).map((text) => `-----BEGIN PRIVATE KEY-----\n${text}`),
);
