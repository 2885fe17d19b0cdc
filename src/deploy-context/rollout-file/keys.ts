import { strategyNames } from '../../model/strategy.ts';
import { mostSteps } from '../../model/weights.ts';
import {
  choice,
  commandLine,
  duration,
  type JsonSchema,
  type Key,
  type Keys,
  type Kind,
  key,
  latency,
  list,
  map,
  mapOf,
  number,
  pattern,
  schemaOf,
  string,
  text,
} from './kinds.ts';

const oneOffTask: Keys = {
  container: key(string, 'Name of the container. Default: the only essential one.'),
  'run-command': key(
    commandLine,
    'The command: a list, or one argument per line. Default: the command in the task definition.',
  ),
  'environment-variables': key(mapOf(text), 'Environment variables: `NAME`, or `container.NAME` for one container.'),
};
const beforePromote = map('OneOffTask', {
  name: key(string, 'Name of the task, 1 to 50 characters. Default: the name of its container.'),
  ...oneOffTask,
  timeout: key(duration, 'Time limit of the task. Default: 15m.'),
});

const metric = map(
  'Metric',
  {
    namespace: key(string, 'Namespace of the metric, such as `AWS/ApplicationELB`.'),
    name: key(string, 'Name of the metric.'),
    dimensions: key(
      mapOf(text, { maxProperties: 30 }),
      "Dimensions. In a value, `${revision}` is the canary's revision, as `family:number`; `${canary-target-group}` and `${canary-load-balancer}` are the dimensions TargetGroup and LoadBalancer of a weighted canary.",
    ),
    statistic: key(string, '`Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or a percentile such as `p95`.'),
    period: key(duration, 'Length of a data point, a multiple of 60 seconds. Default: 60.'),
  },
  ['namespace', 'name', 'statistic'],
);

const bounds: Keys = {
  min: key(number(), 'The gate fails if the value is less.'),
  max: key(number(), 'The gate fails if the value is more.'),
  'on-no-data': key(
    choice('wait', 'pass', 'fail'),
    'The verdict without a data point. `wait` is inconclusive at the end of the step, which fails it. Default: wait.',
  ),
};

/** What a gate can be: the keys of each kind, of which the first names it. */
const gateKeys = {
  metric: { metric: key(metric, 'A CloudWatch metric. Needs `min` or `max`.'), ...bounds },
  expression: {
    expression: key(string, 'CloudWatch metric math over the ids in `metrics`, such as `100*m1/m2`.'),
    metrics: key(
      mapOf(metric, { propertyNames: { pattern: '^[a-z][a-zA-Z0-9_]*$' }, minProperties: 1 }),
      'The metrics of the expression, by id.',
    ),
    ...bounds,
  },
  http: {
    http: key(pattern('^https?://'), 'URL to request.'),
    method: key(choice('GET', 'HEAD', 'POST', 'OPTIONS'), 'Method of the request. Default: GET.'),
    host: key(string, 'Value of the Host header. Default: the host of the URL.'),
    status: key(number({ minimum: 100, maximum: 599 }, 'integer'), 'Expected status code. Default: 200.'),
    contains: key(text, 'Text that the body must contain.'),
    'max-latency': key(latency, 'The longest time that a response may take, such as `800ms`.'),
    timeout: key(duration, 'Time limit of a request. Default: 5s.'),
    every: key(duration, 'Interval of the requests. Default: 10s.'),
    failures: key(
      number({ minimum: 1, maximum: 100 }, 'integer'),
      'Number of failures in a row that fail the gate. Default: 3.',
    ),
  },
  task: {
    task: key(map('GateTask', oneOffTask), 'A one-off task of the new revision, which must exit with 0.'),
    timeout: key(duration, 'Time limit of the task. Default: 15m.'),
  },
  webhook: {
    webhook: key(pattern('^https://'), 'URL that receives a signed POST request and responds with a verdict.'),
    'secret-env': key(string, 'Name of the environment variable with the secret that signs the request.'),
    every: key(duration, 'Interval of the requests. Default: 30s.'),
    timeout: key(duration, 'Time limit of the gate: without a verdict it fails. Default: 10m.'),
  },
} as const satisfies Readonly<Record<string, Keys>>;

/** The kinds of gates. */
export type GateKind = keyof typeof gateKeys;
export const gateKinds = Object.keys(gateKeys) as readonly GateKind[];

/** The keys of a kind of gate. */
export const keysOf = (kind: GateKind): readonly string[] => Object.keys(gateKeys[kind]);

const alsoRequired: Readonly<Record<GateKind, readonly string[]>> = {
  metric: [],
  expression: ['metrics'],
  http: [],
  task: [],
  webhook: ['secret-env'],
};

/** Keys that a kind of gate cannot do without. */
export const requiredOf = (kind: GateKind): readonly string[] => [kind, ...alsoRequired[kind]];

/** The reader says which keys of a gate do not go together; a schema can only list the kinds. */
function gate(): Kind {
  const all: Keys = Object.assign({}, ...Object.values(gateKeys)) as Keys;
  const oneOf = gateKinds.map((kind): JsonSchema => ({ title: kind, ...schemaOf(gateKeys[kind], requiredOf(kind)) }));
  const bounded = { anyOf: [{ required: ['min'] }, { required: ['max'] }] };
  const kinds = oneOf.map((schema, index) =>
    gateKinds[index] === 'metric' || gateKinds[index] === 'expression' ? { ...schema, ...bounded } : schema,
  );
  return { shape: map('Gate', all).shape, schema: { oneOf: kinds } };
}

const step = map(
  'Step',
  {
    weight: key(
      number({ minimum: 0.1, maximum: 100 }),
      "The canary's share of the requests in percent, 0.1 to 100 with at most one decimal.",
    ),
    wait: key(duration, 'How long the canary must pass all checks and gates at this weight.'),
    gates: key(
      list(string, 'names of gates', { uniqueItems: true }),
      'Names of gates. Default: all. `[]`: only tasks, targets and alarms.',
    ),
  },
  ['weight', 'wait'],
);

const traffic = map('Traffic', {
  rules: key(
    list(pattern('^arn:'), 'ARNs', { minItems: 1, uniqueItems: true }),
    "ARNs of listener rules, or of listeners for their default action. Default: all that forward to the service's target groups.",
  ),
  settle: key(duration, 'How long to wait after each change of the weights, at least 5s. Default: 30s.'),
});

const canary = map('Canary', {
  tasks: key(
    { shape: { is: 'text' }, schema: { anyOf: [{ const: 'auto' }, number({ minimum: 1 }, 'integer').schema] } },
    'Number of canary tasks. `auto`: the weight times the running tasks of the service, rounded up. Default: auto.',
  ),
  'target-group': key(
    pattern('^arn:'),
    "ARN of an existing target group for the canary. Default: a copy of the service's target group.",
  ),
});

const keys: Readonly<Record<string, Key>> = {
  strategy: key(choice(...strategyNames), 'How the new version is rolled out. The input `strategy` overrides it.'),
  steps: key(
    list(step, 'steps', { minItems: 1, maxItems: mostSteps }),
    'The weights of `strategy: weighted`, which never decrease. The input `steps` overrides them. Default: 10 % and 50 %, 5m each.',
  ),
  'warm-up': key(duration, 'How long metrics are not judged after each change of the weights. Default: 0.'),
  traffic: key(traffic, 'Which traffic `strategy: weighted` moves.'),
  canary: key(canary, 'The canary of `strategy: weighted`.'),
  'before-promote': key(
    list(beforePromote, 'one-off tasks', { minItems: 1 }),
    'One-off tasks of the new revision that must succeed before the service is updated, in this order.',
  ),
  'after-promote': key(
    list(string, 'names of gates', { minItems: 1, uniqueItems: true }),
    'Names of gates that must pass once the service runs the new revision, in this order. If one fails, the service is rolled back.',
  ),
  gates: key(mapOf(gate(), { minProperties: 1 }), 'Conditions for `steps` and `after-promote`, by name.'),
};

/** All of rollout.yml. */
export const rolloutFile = map('RolloutFile', keys);

/** The JSON Schema of rollout.yml, for editors: it allows everything that the reader does, and finds most mistakes. */
export const rolloutSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'rollout.yml of ECS Canary Rollout',
  ...rolloutFile.schema,
};
