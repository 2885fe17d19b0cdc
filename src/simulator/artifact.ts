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

/**
 * What each image tag does; a tag that is not here, or no tag, is a good program. `exit-N` exits with N.
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
};

const inService: Readonly<Record<string, string>> = {
  'fails-in-service': 'crash',
  'unhealthy-in-service': 'unhealthy',
};

/** What the image does as a standalone task or as a task of a service. */
export function artifactOf(image: string, where: 'standalone' | 'service'): Artifact {
  const tag = tagOf(image);
  const exit = /^exit-(\d{1,3})$/.exec(tag);
  if (exit !== null) return { ...good, exits: { code: Number(exit[1]), afterMs: 5_000 } };
  const name = where === 'service' ? (inService[tag] ?? tag) : tag;
  return (Object.hasOwn(artifacts, name) ? artifacts[name] : undefined) ?? good;
}

/** The tag of an image reference; a digest and the port of a registry are not one. */
export function tagOf(image: string): string {
  const name = image.split('@')[0] ?? '';
  return /:([^/:]+)$/.exec(name)?.[1] ?? 'latest';
}

/** A program that does not accept connections until it has booted. */
function afterBoot(answers: (ageMs: number) => HealthAnswer): (ageMs: number) => HealthAnswer {
  return (age) => (age < bootMs ? 'refused' : answers(age));
}
