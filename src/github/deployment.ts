import type { Clock } from '../model/clock.ts';
import { second } from '../model/duration.ts';
import type { DeploymentRequest } from '../model/github-status.ts';
import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Place } from '../model/place.ts';
import { clip, logLine } from '../report/escape.ts';
import { headline } from '../report/messages.ts';
import { shortName } from '../report/texts.ts';
import { ApiFailure } from './api-failure.ts';
import { type Octokit, ownerAndRepo, repeatable } from './octokit.ts';

/** The states of a GitHub deployment that we set. */
export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** A status with its description and the address of the log. */
export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly logUrl?: string | undefined;
}

/** The last state of a deployment by outcome; a dry run has no deployment. */
const endState: Readonly<Record<Exclude<Outcome['is'], 'planned'>, DeploymentState>> = {
  succeeded: 'success',
  rejected: 'failure',
  'rolled-back': 'failure',
  'rollback-failed': 'failure',
  cancelled: 'failure',
  // A newer deployment is the active one.
  superseded: 'inactive',
  // The command could not start.
  failed: 'error',
};

/** GitHub takes 140 characters. */
export const describe = (text: string): string => clip(logLine(text), 140);

/** The last status of a deployment. */
export function endStatus(
  outcome: Outcome,
  about: { readonly command: string; readonly place: Place },
): DeploymentStatus {
  const service = shortName(about.place.service);
  const text = headline(outcome, { command: about.command, ...(service === '' ? {} : { service }) });
  return { state: outcome.is === 'planned' ? 'inactive' : endState[outcome.is], description: describe(text) };
}

/** What to create, and the key by which the deployment is found if the answer was lost. */
export interface DeploymentOrder extends DeploymentRequest {
  readonly command: string;
  readonly place: Place;
  readonly key: string;
}

/** How often a creation without an answer is tried. */
const tries = 3;

/**
 * Creates a deployment and returns its id. If an earlier call may have created it, it is looked up first: GitHub would
 * create a second one.
 */
export async function openDeployment(
  octokit: Octokit,
  order: DeploymentOrder,
  { clock, signal, maybe = false }: { readonly clock: Clock; readonly signal: AbortSignal; readonly maybe?: boolean },
): Promise<number> {
  let unsure = maybe;
  for (let left = tries; ; left--) {
    try {
      const there = unsure ? await findDeployment(octokit, order) : undefined;
      return there ?? (await createDeployment(octokit, order));
    } catch (error) {
      const again = error instanceof ApiFailure && error.kind === 'unanswered' && left > 1;
      if (!again) throw error;
      unsure = true;
      await clock.sleep(2 ** (tries - left) * second, signal);
    }
  }
}

async function createDeployment(octokit: Octokit, order: DeploymentOrder): Promise<number> {
  const { repository, ref, environment, transient, command, place, key } = order;
  const { region, cluster, service } = place;
  const { data } = await octokit.rest.repos.createDeployment({
    ...ownerAndRepo(repository),
    ref,
    environment,
    auto_merge: false,
    required_contexts: [],
    description: describe(`ECS ${command} of ${shortName(service)} in ${shortName(cluster)} (${region})`),
    payload: { service, cluster, region, key },
    ...(transient ? { transient_environment: true } : {}),
  });
  const id = idOf(data);
  // Answers without an id are about merges, which `auto_merge: false` rules out.
  if (id === undefined) throw new ApiFailure('GitHub gave the deployment no id', 'refused');
  return id;
}

async function findDeployment(
  octokit: Octokit,
  { repository, environment, key }: DeploymentOrder,
): Promise<number | undefined> {
  // The newest come first; ours is a few seconds old.
  const { data } = await octokit.rest.repos.listDeployments({
    ...ownerAndRepo(repository),
    environment,
    per_page: 100,
  });
  return data.find((one) => keyOf(one) === key)?.id;
}

/** GitHub returns the payload as an object or as JSON text. */
function keyOf(deployment: unknown): unknown {
  const { payload } = (deployment ?? {}) as { readonly payload?: unknown };
  try {
    const fields: unknown = typeof payload === 'string' ? JSON.parse(payload) : payload;
    return (fields as { readonly key?: unknown } | null | undefined)?.key;
  } catch {
    return undefined;
  }
}

/** Sets a status; only a success makes earlier deployments inactive. */
export async function setStatus(
  octokit: Octokit,
  { repository, id, url }: { readonly repository: string; readonly id: number; readonly url?: string | undefined },
  { state, description, logUrl }: DeploymentStatus,
): Promise<void> {
  await octokit.rest.repos.createDeploymentStatus({
    ...ownerAndRepo(repository),
    deployment_id: id,
    state,
    description,
    auto_inactive: state === 'success',
    ...defined({ log_url: logUrl, environment_url: url }),
    request: repeatable,
  });
}

function idOf(item: unknown): number | undefined {
  const { id } = (item ?? {}) as { readonly id?: unknown };
  return typeof id === 'number' ? id : undefined;
}
