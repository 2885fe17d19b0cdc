// The bundle is made from copies of some packages, changed so that less is loaded before the first request.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * @actions/core loads @actions/http-client, and with it undici, as soon as it is imported, although only getIDToken calls
 * it: that took a third of the time to the first request. The bundle gets a client that loads the real one when it is used.
 */
export function loadHttpClientLate(): void {
  const core = 'build/node_modules/@actions/core';
  cpSync('node_modules/@actions/core', core, { recursive: true });
  changePackage(core, () => ({ sideEffects: false }));
  const late = 'build/node_modules/@actions/http-client';
  mkdirSync(late, { recursive: true });
  const real = '../../../../node_modules/@actions/http-client/lib';
  const exports = { '.': './index.js', './lib/auth': './auth.js' };
  writeFileSync(`${late}/package.json`, JSON.stringify({ name: '@actions/http-client', type: 'module', exports }));
  writeFileSync(`${late}/auth.js`, `export * from '${real}/auth.js';\n`);
  writeFileSync(
    `${late}/index.js`,
    `export class HttpClient {
      constructor(...given) { this.given = given; }
      async getJson(...asked) {
        const { HttpClient: Real } = await import('${real}/index.js');
        return new Real(...this.given).getJson(...asked);
      }
    }\n`,
  );
}

/**
 * The SDK's packages have ES modules, which the bundler can take apart, beside CommonJS modules, which it would choose and
 * could only take as a whole: with HTTP/2, CBOR and all ways to get credentials, loaded before the first request.
 */
export function bundleEsModule(name: string): void {
  const copy = `build/node_modules/${name}`;
  const filter = (path: string): boolean => !/\/dist-(cjs|types)(\/|$)/.test(path);
  cpSync(`node_modules/${name}`, copy, { recursive: true, filter });
  changePackage(copy, ({ module, exports }) => ({
    ...(module === undefined ? {} : { main: module }),
    ...(exports === undefined ? {} : { exports: Object.fromEntries(Object.entries(exports).map(toModule)) }),
  }));
}

type Target = string | Readonly<Record<string, unknown>>;

interface PackageJson {
  readonly module?: string;
  readonly exports?: Readonly<Record<string, Target>>;
}

function toModule([path, to]: [string, Target]): readonly [string, unknown] {
  return typeof to === 'string' || to.module === undefined ? [path, to] : [path, to.module];
}

function changePackage(folder: string, change: (old: PackageJson) => object): void {
  const path = `${folder}/package.json`;
  const old = JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
  writeFileSync(path, JSON.stringify({ ...old, ...change(old) }));
}
