type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A setting as the service will have it: each member that `wanted` leaves out keeps its live value. UpdateService takes
 * objects whole, so a member that is not sent would fall back to its default. A list replaces the live list.
 */
export function mergeSetting(live: unknown, wanted: unknown, path: string): unknown {
  if (Array.isArray(wanted)) return namedLists.has(path) ? mergeByName(live, wanted, path) : wanted;
  if (!isFields(wanted) || !isFields(live)) return wanted;
  const orphanTargets = notCarried(live, wanted, path);
  const carried = Object.entries(live).filter(
    ([key, value]) => value !== undefined && wanted[key] === undefined && !orphanTargets.includes(key),
  );
  const own = Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      key,
      mergeSetting(orphanTargets.includes(key) ? undefined : live[key], value, `${path}.${key}`),
    ]);
  return Object.fromEntries([...carried, ...own]);
}

/** Lists whose items have a name: items are merged by name. */
const namedLists: ReadonlySet<string> = new Set(['volumeConfigurations']);

function mergeByName(live: unknown, wanted: readonly unknown[], path: string): unknown {
  const items: readonly unknown[] = Array.isArray(live) ? live : [];
  return wanted.map((item) => {
    const same = items.find((other) => isFields(item) && isFields(other) && other.name === item.name);
    return mergeSetting(same, item, path);
  });
}

/** Live members that lose their meaning because of another member of `wanted`. */
function notCarried(live: Fields, wanted: Fields, path: string): readonly string[] {
  const changes = (key: string): boolean => wanted[key] !== undefined && wanted[key] !== live[key];
  switch (path) {
    case 'deploymentConfiguration':
      return changes('strategy')
        ? ['bakeTimeInMinutes', 'lifecycleHooks', 'linearConfiguration', 'canaryConfiguration']
        : [];
    case 'serviceConnectConfiguration':
      return wanted.enabled === false ? Object.keys(live) : [];
    case 'serviceConnectConfiguration.logConfiguration':
      return changes('logDriver') ? Object.keys(live) : [];
    case 'volumeConfigurations.managedEBSVolume':
      return [
        ...(changes('volumeType') ? ['iops', 'throughput'] : []),
        ...(wanted.encrypted === false ? ['kmsKeyId'] : []),
      ];
    default:
      return [];
  }
}
