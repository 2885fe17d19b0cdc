/** The answer of a program to a load balancer's health check. */
export type HealthAnswer = { readonly status: number } | 'timeout' | 'refused';

/** The behavior of the program in a container image. */
export interface Artifact {
  /** Why the container never starts. */
  readonly doesNotStart?: 'not-found' | 'no-auth' | 'no-capacity' | 'no-capacity-late' | 'never';
  /** The program exits by itself. */
  readonly exits?: { readonly code: number; readonly afterMs: number; readonly reason?: string };
  /** Its answer to load balancers at a time after its start. */
  readonly answers: (ageMs: number) => HealthAnswer;
  /** Whether its container health check passes at a time after its start. */
  readonly feelsWell: (ageMs: number) => boolean;
  /** Its answers to users while it answers health checks: the share of errors, and the median latency. */
  readonly serves?: { readonly errors: (ageMs: number) => number; readonly latencyMs: number };
  /** It ignores SIGTERM, so its task takes this much longer to stop. */
  readonly lingersMs?: number;
  /** Its log lines; `{port}` is the first port of its container. */
  readonly says?: {
    readonly atStart?: readonly string[];
    /** Written just before it exits by itself. */
    readonly atEnd?: readonly string[];
    /** Written at each failed health check. */
    readonly whenSick?: readonly string[];
    /** Written periodically; `time` starts at 1. */
    readonly every?: { readonly ms: number; readonly line: (time: number) => string };
  };
}

const ok: HealthAnswer = { status: 200 };
const bootMs = 1_500;

const listens = ['starting', 'listening on 0.0.0.0:{port}'];

const good: Artifact = {
  answers: afterBoot(() => ok),
  feelsWell: (age) => age >= bootMs,
  says: { atStart: listens },
};

const noSetting = ['Error: DATABASE_URL is not set', '    at readSettings (/app/settings.js:12:9)'];

/** Lines with control sequences for the runner, a terminal, a browser or a table. */
const hostileLines: readonly string[] = [
  '::error file=app.js,line=1::this is no error of the workflow',
  '::add-mask::service',
  '::set-output name=outcome::succeeded',
  '::stop-commands::token',
  '##[error]and neither is this',
  '%0A::warning::percent',
  '\u001b[31mred\u001b[0m and \u001b[2J\u001b[Hgone',
  '\u001b]8;;https://example.com/\u0007a link\u001b]8;;\u0007',
  'progress 10 %\rprogress 20 %',
  'a\u0000nul, a\u0008bell\u0007, and \u202eback to front',
  '<img src=x onerror=alert(1)> </details> <!-- --> @everyone',
  '``` | a | table | `and` [a link](javascript:alert(1))',
  'x'.repeat(20_000),
];

/**
 * The behavior by image tag; any other tag, or none, is a healthy program.
 *
 * | tag | behaviour |
 * |---|---|
 * | `no-pull` | the image does not exist in the registry |
 * | `no-auth` | the task is not allowed to log in to the registry |
 * | `no-capacity` | RunTask returns a failure, a service cannot place it |
 * | `no-capacity-late` | accepted, then stopped because there is no capacity |
 * | `never-running` | stays PENDING |
 * | `crash`, `crash-late` | exits with 1 after 3 s, after 60 s |
 * | `exit-0`, `exit-N` | works for 5 s, then exits with that code |
 * | `works-N`, `works-N-exit-M` | works for N s and logs every 5 s, then exits with 0 or M |
 * | `prints-N` | writes N lines immediately, and exits with 0 after 5 s |
 * | `hostile-log` | writes workflow commands, terminal codes and markup, and exits with 1 after 5 s |
 * | `exec-format` | was built for another CPU architecture, and exits with 255 |
 * | `oom` | killed after 8 s because it used too much memory |
 * | `unhealthy` | fails all health checks |
 * | `http-404`, `http-500` | answers health checks of load balancers with that status |
 * | `timeout`, `refused` | does not answer, does not accept connections |
 * | `wrong-port` | listens on 3000, whatever its container port |
 * | `slow` | needs three minutes before it answers |
 * | `sick-later` | healthy for 45 s, then unhealthy |
 * | `fails-in-service` | healthy as a standalone task, crashes in a service |
 * | `unhealthy-in-service` | healthy as a standalone task, unhealthy in a service |
 * | `err-N`, `err-N-after-S` | passes health checks, but N % of users' requests get status 500, from S s after its start |
 * | `slow-N` | passes health checks, but users' requests take N ms; also `err-N-slow-M` |
 * | `stuck-stopping` | ignores SIGTERM, and its task takes ten minutes to stop |
 *
 * The first word of a command override that is a tag of this table has the same effect in any image
 * (`['sh', '-c', 'exit 3']` is `exit-3`; `printenv` writes the environment of its container and exits with 0). Any other
 * command works for 5 s and exits with 0 in a healthy image, and has no effect in others or in an image that does not start.
 */
const artifacts: Readonly<Record<string, Artifact>> = {
  good,
  'no-pull': { ...good, doesNotStart: 'not-found' },
  'no-auth': { ...good, doesNotStart: 'no-auth' },
  'no-capacity': { ...good, doesNotStart: 'no-capacity' },
  'no-capacity-late': { ...good, doesNotStart: 'no-capacity-late' },
  'never-running': { ...good, doesNotStart: 'never' },
  crash: { ...good, exits: { code: 1, afterMs: 3_000 }, says: { atStart: ['starting'], atEnd: noSetting } },
  'crash-late': { ...good, exits: { code: 1, afterMs: 60_000 }, says: { atStart: listens, atEnd: noSetting } },
  'exec-format': {
    ...good,
    exits: { code: 255, afterMs: 500 },
    says: { atEnd: ['exec /usr/local/bin/server: exec format error'] },
  },
  oom: {
    ...good,
    exits: { code: 137, afterMs: 8_000, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    says: { atStart: [...listens, 'loading the whole catalogue into memory'] },
  },
  unhealthy: {
    answers: afterBoot(() => ({ status: 503 })),
    feelsWell: () => false,
    says: { atStart: listens, whenSick: ['not ready: migrations are pending'] },
  },
  'http-404': { ...good, answers: afterBoot(() => ({ status: 404 })) },
  'http-500': {
    ...good,
    answers: afterBoot(() => ({ status: 500 })),
    says: { atStart: listens, whenSick: ['Error: relation "users" does not exist'] },
  },
  timeout: { ...good, answers: () => 'timeout' },
  refused: { ...good, answers: () => 'refused', says: { atStart: ['starting'] } },
  'wrong-port': { ...good, answers: () => 'refused', says: { atStart: ['starting', 'listening on 0.0.0.0:3000'] } },
  slow: { answers: (age) => (age < 180_000 ? 'refused' : ok), feelsWell: (age) => age >= 180_000 },
  'sick-later': {
    answers: afterBoot((age) => (age < 45_000 ? ok : { status: 500 })),
    feelsWell: (age) => age >= bootMs && age < 45_000,
  },
  'stuck-stopping': { ...good, lingersMs: 600_000 },
  'hostile-log': { ...good, exits: { code: 1, afterMs: 5_000 }, says: { atStart: hostileLines } },
};

const inService: Readonly<Record<string, string>> = {
  'fails-in-service': 'crash',
  'unhealthy-in-service': 'unhealthy',
};

/** A container to start: an image with RunTask's overrides. */
export interface Launch {
  readonly image: string;
  /** The tag whose behavior it has, if not its own. */
  readonly playedAs?: string | undefined;
  readonly where: 'standalone' | 'service';
  /** The words of a command override. */
  readonly command?: readonly string[];
  /** `NAME=value`, of the definition and of the overrides. */
  readonly environment?: readonly string[];
}

/** Returns the behavior of a container. */
export function artifactOf({ image, playedAs, where, command = [], environment = [] }: Launch): Artifact {
  const tag = playedAs ?? tagOf(image);
  const built = named(where === 'service' ? (inService[tag] ?? tag) : tag) ?? good;
  if (command.length === 0 || built.doesNotStart !== undefined) return built;
  const words = wordsOf(command);
  if (words.includes('printenv')) return prints(environment);
  for (const word of words) {
    const program = named(word);
    if (program !== undefined) return program;
  }
  return built === good ? works(5, 0) : built;
}

/** The words of a command and of the scripts in it; `exit 3` is one word. */
const wordsOf = (command: readonly string[]): readonly string[] =>
  command
    .join(' ')
    .replace(/\bexit +(\d{1,3})\b/g, 'exit-$1')
    .split(/[\s;&|"'()]+/)
    .filter((word) => word !== '');

function named(name: string): Artifact | undefined {
  const exit = /^exit-(\d{1,3})$/.exec(name);
  if (exit !== null) return { ...good, exits: { code: Number(exit[1]), afterMs: 5_000 } };
  const work = /^works-(\d{1,5})(?:-exit-(\d{1,3}))?$/.exec(name);
  if (work !== null) return works(Number(work[1]), Number(work[2] ?? 0));
  const users = /^(?:err-(\d{1,3})(?:-after-(\d{1,5}))?)?(?:(?:^|-)slow-(\d{1,5}))?$/.exec(name);
  if (users !== null && name !== '') return answersUsers(users.slice(1));
  const lines = /^prints-(\d{1,6})$/.exec(name);
  if (lines !== null) return prints(numbered(Number(lines[1])));
  return Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1} of ${count}`);

/** A program with errors and a latency that only users notice. */
function answersUsers([errors, after, latency]: readonly (string | undefined)[]): Artifact {
  const [share, from] = [Number(errors ?? 0) / 100, Number(after ?? 0) * 1_000];
  return { ...good, serves: { errors: (age) => (age >= from ? share : 0), latencyMs: Number(latency ?? 50) } };
}

/** A program that exits, and logs its progress every five seconds. */
function works(seconds: number, code: number): Artifact {
  const line = (time: number): string => `${time * 5} of ${seconds} s done`;
  const says = { atStart: ['starting'], atEnd: ['finished'], every: { ms: 5_000, line } };
  return { ...good, exits: { code, afterMs: seconds * 1_000 }, says };
}

/** A program that writes all lines immediately. */
const prints = (lines: readonly string[]): Artifact => ({
  ...good,
  exits: { code: 0, afterMs: 5_000 },
  says: { atStart: lines },
});

/** Returns the tag of an image reference, not confused with a digest or the port of a registry. */
export function tagOf(image: string): string {
  const name = image.split('@')[0] ?? '';
  return /:([^/:]+)$/.exec(name)?.[1] ?? 'latest';
}

/** A program that does not accept connections until it has booted. */
function afterBoot(answers: (ageMs: number) => HealthAnswer): (ageMs: number) => HealthAnswer {
  return (age) => (age < bootMs ? 'refused' : answers(age));
}
