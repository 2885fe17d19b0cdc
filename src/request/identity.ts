import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { clusterIn, nameIn, parseArn, partitionOf } from '../model/arn.ts';
import type { Problem } from '../model/problem.ts';
import type { NamedAccount } from '../model/request.ts';
import type { Path } from '../task-definition/path.ts';
import { quoteValue } from './input-kinds.ts';
import type { Inputs } from './input-table.ts';
import type { InferredRegion, Origins } from './inputs.ts';

/** The location that an input or a member of a file names. */
interface Claim {
  readonly where: string;
  /** The text that contains the claim. */
  readonly text: string;
  readonly partition?: string;
  readonly region?: string;
  readonly account?: string;
  /** A cluster name. */
  readonly cluster?: string;
  /** Creates a problem with the position in the file. */
  readonly problem: (what: string) => Problem;
}

/** The parts of an ARN that are compared: a secret or an image may be in another region or account. */
type Kept = readonly ('partition' | 'region' | 'account' | 'cluster')[];

/**
 * Finds ARNs that contradict each other or the inputs. ECS uses only the name at the end of an ARN, in the cluster, region
 * and account of the call, so `cluster: production` with the ARN of `staging/web` would mean `production/web`.
 */
export function contradictions(
  inputs: Inputs,
  context: DeployContext,
  origins: Origins,
  regionKnown: boolean,
): readonly Problem[] {
  const claims = claimsOf(inputs, context, origins);
  const region = !regionKnown || inputs.region === undefined ? undefined : regionClaim(inputs.region, origins);
  return [
    ...disagreements(claims, 'cluster'),
    // If the region is known, inputs of another region were already reported.
    ...disagreements(region === undefined ? claims : [region, ...claims.filter(isOfFile)], 'region'),
    ...disagreements(partitions(claims, region), 'partition'),
    ...disagreements(claims, 'account'),
  ];
}

/** The account that inputs and files name; they agree. */
export function accountNamed(inputs: Inputs, context: DeployContext, origins: Origins): NamedAccount | undefined {
  const claims = claimsOf(inputs, context, origins);
  const first = claims.find(({ account }) => account !== undefined);
  if (first?.account === undefined) return undefined;
  // A role session is in the account of the role.
  return { id: first.account, where: first.where, text: first.text, assumed: inputs.roleToAssume !== undefined };
}

/** The cluster, if necessary from an ARN. */
export function clusterOf(inputs: Inputs, { service }: Pick<DeployContext, 'service'>): string | undefined {
  return inputs.cluster ?? service?.cluster ?? clusterIn(inputs.service ?? service?.serviceName);
}

/** Infers the region from ARNs if no input or variable sets it, or returns why that is impossible. */
export function inferRegion(
  inputs: Inputs,
  context: DeployContext,
  origins: Origins,
): { readonly inferred?: InferredRegion; readonly problems: readonly Problem[] } {
  const claim = claimsOf(inputs, context, origins).find(({ region }) => region !== undefined);
  // Differing claims are reported as contradictions.
  if (claim?.region !== undefined) return { inferred: { region: claim.region, by: claim.where }, problems: [] };
  const hints = regionHints(inputs, context);
  const [first, ...others] = [...new Map(hints.map((hint) => [hint.region, hint])).values()];
  if (first === undefined) return { problems: [] };
  if (others.length === 0) return { inferred: first, problems: [] };
  const several = [first, ...others].map(({ region, by }) => `${region} (${by})`).join(', ');
  const what = `is missing, and the files name several regions: ${several}; set the AWS region here, or in the environment variable AWS_REGION`;
  return { problems: [{ where: 'region', what }] };
}

/** A region of the partition that the files name, for a rehearsal without a known region. */
export function anyRegion(inputs: Inputs, context: DeployContext, origins: Origins): string {
  const partition = claimsOf(inputs, context, origins).find((claim) => claim.partition !== undefined)?.partition;
  return firstRegions[partition ?? 'aws'] ?? 'us-west-2';
}

const firstRegions: Readonly<Record<string, string>> = {
  aws: 'us-west-2',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** Resources that are usually, but not necessarily, in the region of the service. */
function regionHints({ image, command }: Inputs, context: DeployContext): readonly InferredRegion[] {
  const containers = usesTaskDefinition(command) ? (context.taskDefinition?.containerDefinitions ?? []) : [];
  const inFiles = containers.flatMap(({ image: there, logConfiguration, secrets = [] }, index) => {
    const at = (path: Path) =>
      context.problemOf?.('taskDefinition', ['containerDefinitions', index, ...path], '').where;
    const hint = (region: string | undefined, path: Path) =>
      region ? [{ region, by: at(path) ?? context.definitionFile ?? 'task-definition.json' }] : [];
    return [
      ...hint(ecrRegion(there), ['image']),
      ...hint(logConfiguration?.options?.['awslogs-region'], ['logConfiguration', 'options', 'awslogs-region']),
      ...secrets.flatMap(({ valueFrom }, n) => hint(parseArn(valueFrom)?.region, ['secrets', n, 'valueFrom'])),
    ];
  });
  const inInputs = image.flatMap((one) => {
    const region = ecrRegion(one.image);
    return region === undefined ? [] : [{ region, by: 'image' }];
  });
  return [...inInputs, ...inFiles];
}

const ecrRegion = (image: string | undefined): string | undefined =>
  /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(image ?? '')?.[1];

/** In order of precedence: later claims are compared with earlier ones. */
function claimsOf(inputs: Inputs, context: DeployContext, origins: Origins): readonly Claim[] {
  const { roleToAssume, taskDefinitionArn, baseRevision, toRevision, canaryInstanceArn, guardRole } = inputs;
  const { service } = context;
  const input = (name: string, text: string | undefined, kept: Kept) =>
    claimOf(text, kept, (what) => ({ where: origins[name] ?? name, what }));
  const place: Kept = ['partition', 'region', 'account', 'cluster'];
  const clusterFirst = (name: string | undefined, claims: readonly Claim[], problem: Claim['problem']) =>
    name === undefined || claims.length > 0
      ? claims
      : [{ where: problem('').where, text: name, cluster: nameIn(name), problem }];
  const filed = (key: 'cluster' | 'serviceName', kept: Kept) =>
    claimOf(service?.[key], kept, problemsIn(context, 'service', [key]));
  const cluster = [
    ...clusterFirst(inputs.cluster, input('cluster', inputs.cluster, place), (what) => ({
      where: origins.cluster ?? 'cluster',
      what,
    })),
    ...(isOverridden(inputs.cluster, service?.cluster)
      ? []
      : clusterFirst(service?.cluster, filed('cluster', place), problemsIn(context, 'service', ['cluster']))),
  ];
  return [
    ...cluster,
    ...input('service', inputs.service, place),
    ...(isOverridden(inputs.service, service?.serviceName) ? [] : filed('serviceName', place)),
    ...input('role-to-assume', roleToAssume, ['partition', 'account']),
    ...input('task-definition-arn', taskDefinitionArn, ['partition', 'region', 'account']),
    ...input('base-revision', baseRevision, ['partition', 'region', 'account']),
    ...input('to-revision', toRevision, ['partition', 'region', 'account']),
    ...input('canary-instance-arn', canaryInstanceArn, place),
    ...filedClaims(inputs, context),
    ...rolloutClaims(context),
    ...input('guard-role', guardRole, ['partition', 'account']),
  ];
}

/** A load balancer and its target groups are where the service is. */
function rolloutClaims({ rollout }: DeployContext): readonly Claim[] {
  if (rollout === undefined) return [];
  const { rules = [], targetGroup } = rollout.weighted;
  const arns: readonly (readonly [Path, string | undefined])[] = [
    ...rules.map((rule, index) => [['traffic', 'rules', index], rule] as const),
    [['canary', 'target-group'], targetGroup],
  ];
  return arns.flatMap(([path, arn]) =>
    claimOf(arn, ['partition', 'region', 'account'], (what) => ({ ...rollout.place(path), what })),
  );
}

/** Inputs take precedence, so a file's claim about another resource does not count. */
const isOverridden = (given: string | undefined, filed: string | undefined): boolean =>
  given !== undefined && filed !== undefined && nameIn(given) !== nameIn(filed);

function claimOf(text: string | undefined, kept: Kept, problem: Claim['problem']): readonly Claim[] {
  const arn = parseArn(text);
  if (arn === undefined || text === undefined) return [];
  const { partition, region, account } = arn;
  const parts = Object.entries({ partition, region, account, cluster: clusterIn(text) }).filter(
    ([name, value]) => value && kept.includes(name as Kept[number]),
  );
  return [{ where: problem('').where, text, problem, ...Object.fromEntries(parts) }];
}

/** Whether a command registers task-definition.json. */
const usesTaskDefinition = (command: Inputs['command']): boolean =>
  ['rollout', 'up', 'run', 'register', 'rehearse'].includes(command);

function filedClaims(inputs: Inputs, context: DeployContext): readonly Claim[] {
  const { taskDefinitionArn, baseRevision, command } = inputs;
  const elsewhere = taskDefinitionArn !== undefined || (baseRevision !== undefined && baseRevision !== 'file');
  const uses = usesTaskDefinition(command) && !elsewhere;
  return [
    ...membersIn('service', context.service, context),
    ...(uses ? membersIn('taskDefinition', context.taskDefinition, context) : []),
  ];
}

type FileKind = 'service' | 'taskDefinition';

/** By member name: references that ECS accepts only from the account or region of the call. */
const members: Readonly<Record<string, Readonly<Record<string, Kept>>>> = {
  role: { iam: ['partition', 'account'] },
  roleArn: { iam: ['partition', 'account'] },
  taskRoleArn: { iam: ['partition', 'account'] },
  executionRoleArn: { iam: ['partition', 'account'] },
  taskDefinition: { ecs: ['partition', 'region', 'account'] },
  targetGroupArn: {
    elasticloadbalancing: ['partition', 'region', 'account'],
    // VPC Lattice target groups can be shared with other accounts.
    'vpc-lattice': ['partition', 'region'],
  },
  alternateTargetGroupArn: { elasticloadbalancing: ['partition', 'region', 'account'] },
  productionListenerRule: { elasticloadbalancing: ['partition', 'region', 'account'] },
  testListenerRule: { elasticloadbalancing: ['partition', 'region', 'account'] },
  registryArn: { servicediscovery: ['partition', 'region'] },
};

/** Maps with keys chosen by the user. */
const free: ReadonlySet<string> = new Set(['options', 'dockerLabels', 'labels', 'driverOpts']);

function membersIn(file: FileKind, value: unknown, context: DeployContext, path: Path = []): readonly Claim[] {
  if (Array.isArray(value)) return value.flatMap((item, n) => membersIn(file, item, context, [...path, n]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (free.has(key)) return [];
    const below = [...path, key];
    if (typeof member !== 'string') return membersIn(file, member, context, below);
    const kept = Object.hasOwn(members, key) ? members[key]?.[parseArn(member)?.service ?? ''] : undefined;
    return kept === undefined ? [] : claimOf(member, kept, problemsIn(context, file, below));
  });
}

const names = { service: 'service.json', taskDefinition: 'task-definition.json' } as const;

const problemsIn =
  ({ problemOf }: DeployContext, file: FileKind, path: Path): Claim['problem'] =>
  (what) =>
    problemOf?.(file, path, what) ?? { where: names[file], what };

const isOfFile = ({ problem }: Claim): boolean => problem('').at !== undefined;

const regionClaim = (region: string, origins: Origins): Claim => ({
  where: origins.region ?? '`region`',
  text: region,
  region,
  problem: (what) => ({ where: origins.region ?? 'region', what }),
});

/** Roles have no region, so only their partition is compared. */
function partitions(claims: readonly Claim[], region: Claim | undefined): readonly Claim[] {
  if (region?.region === undefined) return claims;
  const known = { ...region, partition: partitionOf(region.region) };
  return [
    known,
    ...claims.filter((one) => one.where !== 'role-to-assume' && (one.region ?? region.region) === region.region),
  ];
}

function disagreements(
  claims: readonly Claim[],
  of: 'partition' | 'region' | 'account' | 'cluster',
): readonly Problem[] {
  const [first, ...others] = claims.filter((claim) => claim[of] !== undefined);
  if (first === undefined) return [];
  return others
    .filter((other) => other[of] !== first[of])
    .map((other) => other.problem(disagreement(other, first, of)));
}

function disagreement(one: Claim, first: Claim, of: 'partition' | 'region' | 'account' | 'cluster'): string {
  const format = (claim: Claim): string => {
    const by = claim.where.startsWith('`') || claim.where.includes(' ') ? claim.where : `\`${claim.where}\``;
    return claim.text === claim[of]
      ? `${by} is ${claim.text}`
      : `${by} is in ${of} ${claim[of]} (${quoteValue(claim.text)})`;
  };
  const advice = {
    cluster: 'use one cluster, or only the name of the service',
    account: 'a service and these resources must be in one account',
    region: 'a service and these resources must be in one region',
    partition: 'a service and these resources must be in one partition',
  };
  return `${quoteValue(one.text)} is in ${of} ${one[of]}, but ${format(first)}; ${advice[of]}`;
}
