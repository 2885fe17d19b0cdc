import type { Problem } from '../../model/problem.ts';
import type { ResolvedRollout } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { batchOf } from '../dry-run/capacity.ts';
import { serviceAfter, settingsOf } from './settings.ts';

/** Settings that ECS refuses for a service with the scheduling strategy DAEMON, which runs one task on each instance. */
export function daemonProblems(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  if (snapshot.service.schedulingStrategy !== 'DAEMON') return [];
  const sent = settingsOf(request, snapshot);
  const asked = sent.deploymentConfiguration === undefined ? {} : request.settings?.update.deploymentConfiguration;
  const { maximumPercent = 0 } = asked ?? {};
  const problems: Problem[] = [];
  const daemon = ' (scheduling strategy DAEMON)';
  const say = (setting: keyof typeof inputs, what: string, next?: string) => {
    const told = next === undefined ? { what: `${what}${daemon}` } : { what, next: `${next}${daemon}` };
    problems.push({ where: nameOf(request, setting), ...told });
  };
  const count = request.settings?.update.desiredCount;
  // An input that sets a count is a mistake even if it happens to equal the number of instances.
  if (count !== undefined && (sent.desiredCount !== undefined || isInput(request, 'desiredCount'))) {
    say('desiredCount', `${count}: ECS runs one task of this service on each instance`, 'leave the count out');
  }
  if (maximumPercent > 100) say('maximumPercent', `${maximumPercent}: this service takes 100 at most`);
  if ((sent.placementStrategy ?? []).length > 0) say('placementStrategy', 'this service takes none', 'leave it out');
  if ((sent.capacityProviderStrategy ?? []).length > 0) {
    say('capacityProviderStrategy', 'this service takes none', 'leave it out');
  }
  if (sent.availabilityZoneRebalancing === 'ENABLED') {
    say('availabilityZoneRebalancing', 'ENABLED is not for this service', 'leave it out');
  }
  return problems;
}

/** "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments." */
export function percentProblems(request: ResolvedRollout, snapshot: Snapshot): readonly Problem[] {
  if (settingsOf(request, snapshot).deploymentConfiguration === undefined) return [];
  const { minimumHealthyPercent, maximumPercent } = batchOf(serviceAfter(request, snapshot));
  if (minimumHealthyPercent < 100 || maximumPercent > 100) return [];
  const what = `${minimumHealthyPercent} with maximumPercent ${maximumPercent}: ECS could neither start a task nor stop one`;
  const way =
    snapshot.service.schedulingStrategy === 'DAEMON' ? 'use less than 100' : 'lower it, or raise maximumPercent';
  return [{ where: nameOf(request, 'minimumHealthyPercent'), what, next: way }];
}

const inputs = {
  desiredCount: ['desiredCount', 'desired-count'],
  maximumPercent: ['deploymentConfiguration.maximumPercent', 'maximum-percent'],
  minimumHealthyPercent: ['deploymentConfiguration.minimumHealthyPercent', 'minimum-healthy-percent'],
  placementStrategy: ['placementStrategy', ''],
  capacityProviderStrategy: ['capacityProviderStrategy', ''],
  availabilityZoneRebalancing: ['availabilityZoneRebalancing', ''],
} as const;

/** The input that sets it, or else its place in service.json. */
function nameOf(request: ResolvedRollout, setting: keyof typeof inputs): string {
  const [path, input] = inputs[setting];
  return isInput(request, setting) ? input : `service.json: ${path}`;
}

function isInput({ origins, settings }: ResolvedRollout, setting: keyof typeof inputs): boolean {
  const counted = setting === 'desiredCount' && settings?.byInput?.includes('desiredCount');
  return counted === true || origins?.settings.at[inputs[setting][0]]?.kind === 'input';
}
