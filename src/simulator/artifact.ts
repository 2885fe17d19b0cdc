/** What a program answers when a load balancer asks for its health. */
export type HealthAnswer = { readonly status: number } | 'timeout' | 'refused';

/** How the program inside a container image behaves. */
export interface Artifact {
  /** Why the image never becomes a container. */
  readonly doesNotStart?: 'not-found' | 'no-auth' | 'no-capacity' | 'no-capacity-late' | 'never';
  /** The program ends by itself. */
  readonly exits?: { readonly code: number; readonly afterMs: number; readonly reason?: string };
  /** What it answers so long after its start, to load balancers. */
  readonly answers: (ageMs: number) => HealthAnswer;
  /** Whether the health check of its own container passes so long after its start. */
  readonly feelsWell: (ageMs: number) => boolean;
  /** It does not react to SIGTERM, and its task takes this much longer to go. */
  readonly lingersMs?: number;
  /** What it writes to its log; `{port}` is the first port of its container. */
  readonly says?: {
    readonly atStart?: readonly string[];
    /** Right before it ends by itself. */
    readonly atEnd?: readonly string[];
    /** Whenever it is asked and is not well. */
    readonly whenSick?: readonly string[];
    /** Again and again while it runs; the first time is 1. */
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

/** Lines that want to be more than text: for the runner, a terminal, a browser or a table. */
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
 * What each image tag does; a tag that is not here, or no tag, is a good program.
 *
 * | tag | behaviour |
 * |---|---|
 * | `no-pull` | the registry does not know the image |
 * | `no-auth` | the task may not log in to the registry |
 * | `no-capacity` | RunTask answers with a failure, a service cannot place it |
 * | `no-capacity-late` | accepted, then stopped because there is no capacity |
 * | `never-running` | stays PENDING |
 * | `crash`, `crash-late` | exits with 1 after 3 s, after 60 s |
 * | `exit-0`, `exit-N` | does its work for 5 s, then exits with that code |
 * | `works-N`, `works-N-exit-M` | works for N s and tells of it every 5 s, then exits with 0 or with M |
 * | `prints-N` | writes N lines at once, and exits with 0 after 5 s |
 * | `hostile-log` | writes workflow commands, terminal codes and markup, and exits with 1 after 5 s |
 * | `exec-format` | was built for another processor, and exits with 255 |
 * | `oom` | killed after 8 s because it used too much memory |
 * | `unhealthy` | tells everybody who asks that it is not well |
 * | `http-404`, `http-500` | answers health checks of load balancers with that status |
 * | `timeout`, `refused` | does not answer, does not accept connections |
 * | `wrong-port` | listens on 3000, whatever the port of its container is |
 * | `slow` | needs three minutes before it answers |
 * | `sick-later` | well for 45 s, then not any more |
 * | `fails-in-service` | good as a standalone task, crashes in a service |
 * | `unhealthy-in-service` | good as a standalone task, not well in a service |
 * | `stuck-stopping` | ignores SIGTERM, and its task takes ten minutes to go |
 *
 * The command override of a one-off task decides in the same way: the first of its words that is a tag of this table,
 * whatever image it is run in (`['sh', '-c', 'exit 3']` is `exit-3`; `printenv` writes the environment of its container
 * and exits with 0). A command of other words works for 5 s and exits with 0 in a good image, and changes nothing in
 * any other. No command helps an image that does not start.
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

/** What is started: an image, and what RunTask's overrides make of it. */
export interface Launch {
  readonly image: string;
  /** The tag that it behaves as, where that is not its own. */
  readonly playedAs?: string | undefined;
  readonly where: 'standalone' | 'service';
  /** The words of a command override. */
  readonly command?: readonly string[];
  /** `NAME=value`, of the definition and of the overrides. */
  readonly environment?: readonly string[];
}

/** What a container does that is started like this. */
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
  const lines = /^prints-(\d{1,6})$/.exec(name);
  if (lines !== null) return prints(numbered(Number(lines[1])));
  return Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1} of ${count}`);

/** A program that has an end, and tells of its work every five seconds. */
function works(seconds: number, code: number): Artifact {
  const line = (time: number): string => `${time * 5} of ${seconds} s done`;
  const says = { atStart: ['starting'], atEnd: ['finished'], every: { ms: 5_000, line } };
  return { ...good, exits: { code, afterMs: seconds * 1_000 }, says };
}

/** A program that has said everything at once. */
const prints = (lines: readonly string[]): Artifact => ({
  ...good,
  exits: { code: 0, afterMs: 5_000 },
  says: { atStart: lines },
});

/** The tag of an image reference; a digest and the port of a registry are not one. */
export function tagOf(image: string): string {
  const name = image.split('@')[0] ?? '';
  return /:([^/:]+)$/.exec(name)?.[1] ?? 'latest';
}

/** A program that does not accept connections until it has booted. */
function afterBoot(answers: (ageMs: number) => HealthAnswer): (ageMs: number) => HealthAnswer {
  return (age) => (age < bootMs ? 'refused' : answers(age));
}
