import { isObject } from '../model/json.ts';
import { readOnlyFields } from './described.ts';

/**
 * Returns a definition without meaningless parts: defaults of AWS, read-only members, empty lists, and the order of names.
 * Two definitions with the same normal form give equal tasks.
 *
 * Each rule is backed by the API reference, or by what DescribeTaskDefinition returns for an omitted member. A missing rule
 * registers a superfluous revision; a wrong rule loses a change.
 */
export function normalForm(definition: object): Readonly<Record<string, unknown>> {
  const networkMode = 'networkMode' in definition ? definition.networkMode : undefined;
  const own = Object.entries(definition).filter(([key]) => !readOnlyFields.has(key));
  const { networkMode: mode, ...others } = normalObject(Object.fromEntries(own), '', networkMode);
  return mode === undefined || (mode === 'bridge' && !runsWindows(others)) ? others : { ...others, networkMode: mode };
}

/** "If no network mode is specified, the default is bridge"; on Windows the default mode has no name. */
function runsWindows({ runtimePlatform }: Fields): boolean {
  return isObject(runtimePlatform) && String(runtimePlatform.operatingSystemFamily).startsWith('WINDOWS');
}

type Fields = Readonly<Record<string, unknown>>;

/** Defaults of AWS for omitted members, by the path without indices. */
const defaults: Readonly<Record<string, Fields>> = {
  '': { enableFaultInjection: false },
  containerDefinitions: { cpu: 0, essential: true, versionConsistency: 'enabled' },
  'containerDefinitions.healthCheck': { interval: 30, timeout: 5, retries: 3, startPeriod: 0 },
  'containerDefinitions.mountPoints': { readOnly: false },
  'containerDefinitions.portMappings': { protocol: 'tcp' },
  'containerDefinitions.restartPolicy': { restartAttemptPeriod: 300 },
  'containerDefinitions.volumesFrom': { readOnly: false },
  'volumes.efsVolumeConfiguration': { rootDirectory: '/', transitEncryption: 'DISABLED' },
  'volumes.efsVolumeConfiguration.authorizationConfig': { iam: 'DISABLED' },
};

/** Lists of named items whose order is irrelevant, and the member with the name. */
const namedBy: Readonly<Record<string, string>> = {
  containerDefinitions: 'name',
  'containerDefinitions.environment': 'name',
  'containerDefinitions.logConfiguration.secretOptions': 'name',
  'containerDefinitions.secrets': 'name',
  'containerDefinitions.ulimits': 'name',
  'proxyConfiguration.properties': 'name',
  tags: 'key',
  volumes: 'name',
};

/** Lists of strings whose order is irrelevant. */
const sets: ReadonlySet<string> = new Set([
  'containerDefinitions.linuxParameters.capabilities.add',
  'containerDefinitions.linuxParameters.capabilities.drop',
  'requiresCompatibilities',
]);

/** Lists that can override the image even when empty. */
const meaningfulWhenEmpty: ReadonlySet<string> = new Set([
  'containerDefinitions.command',
  'containerDefinitions.entryPoint',
]);

/** Objects without meaning when empty; others, such as `dockerVolumeConfiguration`, select something. */
const meaninglessWhenEmpty: ReadonlySet<string> = new Set([
  'containerDefinitions.dockerLabels',
  'containerDefinitions.linuxParameters',
  'containerDefinitions.linuxParameters.capabilities',
  'containerDefinitions.logConfiguration.options',
  'volumes.dockerVolumeConfiguration.driverOpts',
  'volumes.dockerVolumeConfiguration.labels',
  'volumes.efsVolumeConfiguration.authorizationConfig',
  'volumes.host',
]);

function normal(value: unknown, path: string, networkMode: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, path, networkMode));
    return sets.has(path) ? items.toSorted() : sorted(items, namedBy[path]);
  }
  return isObject(value) ? normalObject(value, path, networkMode) : value;
}

function normalObject(value: Fields, path: string, networkMode: unknown): Fields {
  const ports = path === 'containerDefinitions.portMappings';
  const filledIn = ports ? { ...defaults[path], ...portDefault(value, networkMode) } : defaults[path];
  const members = Object.entries(value).flatMap(([key, member]) => {
    // ECS treats 0 as "any", even if the host port must equal the container port.
    if (ports && key === 'hostPort' && member === 0) return [];
    const below = path === '' ? key : `${path}.${key}`;
    const kept = below === 'cpu' || below === 'memory' ? sizeInUnits(member) : normal(member, below, networkMode);
    return saysNothing(kept, below) || (filledIn && Object.hasOwn(filledIn, key) && filledIn[key] === kept)
      ? []
      : [[key, kept]];
  });
  return Object.fromEntries(members);
}

function saysNothing(value: unknown, path: string): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0 && !meaningfulWhenEmpty.has(path);
  return isObject(value) && Object.keys(value).length === 0 && meaninglessWhenEmpty.has(path);
}

/** In awsvpc and host mode, host port and container port are equal; otherwise 0 means a dynamic port. */
function portDefault({ containerPort }: Fields, networkMode: unknown): Fields {
  if (networkMode !== 'awsvpc' && networkMode !== 'host') return { hostPort: 0 };
  return containerPort === undefined ? {} : { hostPort: containerPort };
}

/** ECS returns sizes as strings, and converts `1 vCPU` to `1024` and `2 GB` to `2048` on registration. */
function sizeInUnits(size: unknown): unknown {
  if (typeof size === 'number') return String(size);
  const found = typeof size === 'string' ? /^\s*(\d*\.?\d+)\s*(?:vcpu|gb)\s*$/i.exec(size) : null;
  return found === null ? size : String(Number(found[1]) * 1024);
}

/** A stable sort: of two entries with the same name, the last one stays last. */
function sorted(list: readonly unknown[], by: string | undefined): readonly unknown[] {
  if (by === undefined) return list;
  const name = (item: unknown) => (isObject(item) ? String(item[by]) : '');
  return list.toSorted((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}
