import { describe, expect, it } from 'vitest';
import { findQuote, recognise, sortEvidence } from '../../../src/aws/diagnosis/diagnosis.ts';
import { tellingOf } from '../../../src/aws/diagnosis/telling-line.ts';
import type { Evidence } from '../../../src/model/verdict.ts';

/** The ends of logs, as runtimes write them, and the line that tells why. */
const logs: readonly (readonly [name: string, log: string, telling: string])[] = [
  [
    'Node.js',
    `starting
node:internal/process/promises:394
      triggerUncaughtException(err, true /* fromPromise */);
      ^

Error: DATABASE_URL is not set
    at readSettings (/app/settings.js:12:9)
    at file:///app/index.js:3:1

Node.js v24.1.0`,
    'Error: DATABASE_URL is not set',
  ],
  [
    'Node.js with properties of the error',
    `/app/node_modules/pg-pool/index.js:45
    Error.captureStackTrace(err)
    ^

AggregateError [ECONNREFUSED]:
    at internalConnectMultiple (node:net:1122:18) {
  code: 'ECONNREFUSED',
}
npm error Lifecycle script \`start\` failed with error:
npm error code 1`,
    'AggregateError [ECONNREFUSED]:',
  ],
  [
    'Python',
    `INFO:root:starting
Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    url = os.environ["DATABASE_URL"]
KeyError: 'DATABASE_URL'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 5, in <module>
    raise RuntimeError("no database configured")
RuntimeError: no database configured`,
    'RuntimeError: no database configured',
  ],
  [
    'Java',
    `2026-11-28 12:00:00.123 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed
org.springframework.beans.factory.BeanCreationException: Error creating bean
	at org.springframework.Foo.bar(Foo.java:12)
	... 24 more
Caused by: java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.connect(Net.java:1)
	... 30 common frames omitted`,
    'Caused by: java.net.ConnectException: Connection refused',
  ],
  [
    'Go',
    `panic: DATABASE_URL must be set

goroutine 1 [running]:
main.main()
	/src/main.go:12 +0x1d
exit status 2`,
    'panic: DATABASE_URL must be set',
  ],
  [
    'Rust',
    `thread 'main' panicked at src/main.rs:4:5:
DATABASE_URL must be set
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    'DATABASE_URL must be set',
  ],
  [
    'Ruby',
    `/app/boot.rb:3:in 'fetch': key not found: "DATABASE_URL" (KeyError)
	from /app/boot.rb:3:in '<main>'`,
    `/app/boot.rb:3:in 'fetch': key not found: "DATABASE_URL" (KeyError)`,
  ],
  [
    '.NET',
    `Unhandled exception. System.InvalidOperationException: No connection string
   at App.Program.Main(String[] args) in /src/Program.cs:line 9`,
    'Unhandled exception. System.InvalidOperationException: No connection string',
  ],
  [
    'PHP',
    `PHP Fatal error:  Uncaught Exception: no license in /app/index.php:3
Stack trace:
#0 {main}
  thrown in /app/index.php on line 3`,
    'PHP Fatal error:  Uncaught Exception: no license in /app/index.php:3',
  ],
  [
    'JSON',
    `{"level":30,"msg":"starting"}
{"level":60,"msg":"DATABASE_URL is not set"}
{"level":30,"msg":"shutting down"}`,
    'DATABASE_URL is not set',
  ],
  ['words in the end', 'starting\nlicense expired on 2026-01-01\nexiting', 'license expired on 2026-01-01'],
  [
    'a connection that came back',
    'Error: connect ECONNREFUSED 10.0.0.1:6379\nconnected to redis\nno work to do',
    'no work to do',
  ],
  [
    'a warning before an error',
    'WARN connection refused to statsd, continuing without metrics\nError: license expired\nbye',
    'Error: license expired',
  ],
  ['colours', '\u001b[31mERROR\u001b[0m license expired', 'ERROR license expired'],
];

const exited = (log: string): readonly Evidence[] => [
  {
    kind: 'task',
    task: 't',
    status: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'proxy', exitCode: 143 },
      { name: 'web', exitCode: 1 },
    ],
  },
  { kind: 'log', task: 't', container: 'proxy', lines: ['upstream connect error: connection refused'] },
  { kind: 'log', task: 't', container: 'web', lines: log.split('\n') },
];
const causeOf = (log: string) => recognise(sortEvidence('', exited(log).toSpliced(1, 1), []))?.name;

describe('the telling line of a log', () => {
  it.each(logs)('is found: %s', (_, log, telling) => {
    expect(tellingOf(log.split('\n'))?.line).toBe(telling);
    // A log driver may keep a message of several lines together.
    expect(tellingOf([log])?.line).toBe(telling);
    expect(findQuote(exited(log))).toEqual({ container: 'web', line: telling });
  });

  it('is absent if nothing was written', () => {
    expect(tellingOf([])).toBeUndefined();
    expect(tellingOf(['', ' \n '])).toBeUndefined();
  });

  it('is not the last line of a healthy program', () => {
    const lines = ['listening on 8080', 'GET /health 200'];
    expect(findQuote([{ kind: 'log', task: 't', container: 'web', lines }])).toBeUndefined();
  });
});

describe('a cause that a log suggests', () => {
  it.each([
    'Error: connect ECONNREFUSED 10.0.0.1:6379\nconnected to redis\nfeature flag FOO is off\nno work to do',
    'WARN connection refused to statsd, continuing without metrics\nloading rules\nError: license expired',
    'getaddrinfo ENOTFOUND metrics.local, retrying\nretrying\nconnected\nAssertionError: 1 == 2',
    'AccessDenied for optional bucket, ignored\nError: rules.yml: line 3: bad indentation',
    'Error: NEW_RELIC_KEY is not set, ignoring\nready\nsegment checksum mismatch',
  ])('is not named if the log ends with something else: %j', (log) => {
    expect(causeOf(log)).toBe('ended with an error');
  });

  it.each([
    ['setting missing', logs[0]?.[1]],
    ['something it needs cannot be reached', logs[1]?.[1]],
    ['something it needs cannot be reached', logs[3]?.[1]],
    ['setting missing', logs[4]?.[1]],
    ['setting missing', logs[9]?.[1]],
  ])('is named if the log ends with it: %s', (name, log) => {
    expect(causeOf(log ?? '')).toBe(name);
  });
});
