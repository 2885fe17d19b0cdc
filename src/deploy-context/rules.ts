import { capacityRules } from './rules/capacity.ts';
import { containerRules, namesCanBe } from './rules/containers.ts';
import { dependencyRules } from './rules/dependencies.ts';
import { fargateRules } from './rules/fargate.ts';
import { healthCheckRules } from './rules/health-checks.ts';
import { imageRules } from './rules/images.ts';
import { loadBalancerRules } from './rules/load-balancers.ts';
import { loggingRules } from './rules/logging.ts';
import { type Conflict, flattenConflicts, type Pair, type Rule } from './rules/pair.ts';
import { portRules } from './rules/ports.ts';
import { roleRules } from './rules/roles.ts';
import { secretRules } from './rules/secrets.ts';
import { serviceRules } from './rules/service.ts';
import { sizeRules } from './rules/sizes.ts';
import { volumeRules } from './rules/volumes.ts';

export { type FileKind, type FileNames, fileNames, type Pair } from './rules/pair.ts';

/** Rules of the API reference about one file or both. AWS would report each violation later. */
const rules: readonly Rule[] = [
  ...imageRules,
  ...containerRules,
  ...sizeRules,
  ...dependencyRules,
  ...volumeRules,
  ...portRules,
  ...healthCheckRules,
  ...roleRules,
  ...secretRules,
  ...loggingRules,
  ...fargateRules,
  ...loadBalancerRules,
  ...capacityRules,
  ...serviceRules,
];

/**
 * Checks every rule that needs no AWS call. For files that only identify the service (rollback, undeploy) only names are
 * checked, because nothing else is sent.
 */
export function conflicts(pair: Pair, which: 'all' | 'names' = 'all'): readonly Conflict[] {
  return [namesCanBe, ...(which === 'all' ? rules : [])].flatMap((rule) => flattenConflicts(rule(pair)));
}
