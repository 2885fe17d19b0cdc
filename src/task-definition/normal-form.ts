import { isObject } from '../model/json.ts';
import { readOnlyFields } from './described.ts';

/**
 * A definition without what says nothing: what AWS fills in when it is left out, what only AWS can set, empty lists, and
 * the order of names. Two definitions with the same normal form make the same task.
 *
 * A rule is here only when the API reference (or what DescribeTaskDefinition returns for a left out member) says that
 * both spellings mean the same: a rule too few registers a revision too many, a rule too many loses a change.
 */
export function normalForm(definition: object): Readonly<Record<string, unknown>> {
  const networkMode = 'networkMode' in definition ? definition.networkMode : undefined;
  const own = Object.entries(definition).filter(([key]) => !readOnlyFields.has(key));
  const { networkMode: mode, ...others } = normalObject(Object.fromEntries(own), '', networkMode);
  return mode === undefined || (mode === 'bridge' && !runsWindows(others)) ? others : { ...others, networkMode: mode };
}

/** "If no network mode is specified, the default is bridge"; on Windows it is a mode that has no name. */
function runsWindows({ runtimePlatform }: Fields): boolean {
  return isObject(runtimePlatform) && String(runtimePlatform.operatingSystemFamily).startsWith('WINDOWS');
}

type Fields = Readonly<Record<string, unknown>>;

/** By the path without indices: what AWS takes a left out member for. */
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

/** Lists of named things, whose order means nothing, and the member that names them. */
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

/** Lists of words, whose order means nothing. */
const sets: ReadonlySet<string> = new Set([
  'containerDefinitions.linuxParameters.capabilities.add',
  'containerDefinitions.linuxParameters.capabilities.drop',
  'requiresCompatibilities',
]);

/** Lists that may replace something of the image when they are there and empty. */
const meaningfulWhenEmpty: ReadonlySet<string> = new Set([
  'containerDefinitions.command',
  'containerDefinitions.entryPoint',
]);

/** Objects that mean nothing when they are empty; others (`dockerVolumeConfiguration`) choose something by being there. */
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
    // ECS takes 0 for "any" also where it cannot be another than the container's.
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

/** Where tasks have addresses of their own, or share the host's, ports cannot differ; else 0 lets the host choose one. */
function portDefault({ containerPort }: Fields, networkMode: unknown): Fields {
  if (networkMode !== 'awsvpc' && networkMode !== 'host') return { hostPort: 0 };
  return containerPort === undefined ? {} : { hostPort: containerPort };
}

/** ECS describes a size as text, whatever it was given as. AWS turns `1 vCPU` into `1024` and `2 GB` into `2048` when it registers a definition. */
function sizeInUnits(size: unknown): unknown {
  if (typeof size === 'number') return String(size);
  const found = typeof size === 'string' ? /^\s*(\d*\.?\d+)\s*(?:vcpu|gb)\s*$/i.exec(size) : null;
  return found === null ? size : String(Number(found[1]) * 1024);
}

/** Stable, so that of two entries with one name the last one stays the last one. */
function sorted(list: readonly unknown[], by: string | undefined): readonly unknown[] {
  if (by === undefined) return list;
  const name = (item: unknown) => (isObject(item) ? String(item[by]) : '');
  return list.toSorted((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}
