import { isDeepStrictEqual } from 'node:util';
import { type Duration, minute, second } from '../../src/model/duration.ts';
import type { Picture, ServicePicture } from '../../src/simulator/picture.ts';
import { orphans, serviceAsAsked } from '../commands/stage.ts';
import type { Story } from './play.ts';

/** What is not true of what a rollout has said, or should not have happened; nothing when all is well. */
export function judge(story: Story): readonly string[] {
  const wrong = [
    ...lies(story),
    ...hides(story),
    ...halfChanges(story),
    ...meddles(story),
    ...hurts(story),
    ...dawdles(story),
  ];
  const { is, cause } = story.run.outcome;
  return wrong.map((text) => `${is} (${cause?.because.slice(0, 160) ?? ''}): ${text}`);
}

const webIn = (picture: Picture): ServicePicture | undefined => picture.services['production/web'];

/** Actions of others that change the service. */
const changing = ['deploy', 'force', 'scale-in', 'scale-out', 'delete-service', 'take-away-target-groups', 'rollout'];
const isTheirs = ({ theirs }: Story): boolean => theirs.some(({ what }) => changing.includes(what));

/** What is running does not count while tasks come and go. */
function serviceIn(picture: Picture): string {
  const { tasks, ...service } = webIn(picture) ?? { tasks: {} };
  const running = Object.entries(tasks).filter(([key]) => key.endsWith(' RUNNING'));
  return JSON.stringify({ ...service, running });
}

/** The outcome and `service-intact` agree with the account at the moment at which they are said. */
function lies(story: Story): readonly string[] {
  const { run, before, after } = story;
  const { is, serviceIntact } = run.outcome;
  const [was, now] = [webIn(before), webIn(after)];
  const ours = run.report.facts['task-definition-arn']?.split('/').at(-1) ?? 'web:2';
  const wrong: string[] = [];
  if (serviceIntact && now?.taskDefinition === ours && was?.taskDefinition !== ours && !isTheirs(story)) {
    wrong.push('it says that the service is intact, but it runs the new revision');
  }
  // A task stopped by another user is being replaced, so the state may differ by one task.
  const moving = story.theirs.some(({ what }) => what === 'stop-task');
  if (serviceIntact && !isTheirs(story) && !moving && serviceIn(before) !== serviceIn(after)) {
    wrong.push(`it says that the service is intact, but it is ${serviceIn(after)}`);
  }
  const won = now?.taskDefinition === ours && now.deployments.length === 1;
  if (is === 'succeeded' && won && !isTheirs(story) && !isAsAsked(story, after)) {
    wrong.push(`it says that it succeeded, but the settings are ${JSON.stringify(now?.settings)}`);
  }
  if (is === 'succeeded' && !won && !isTheirs(story)) {
    wrong.push(`it says that it succeeded, but the service is ${serviceIn(after)}`);
  }
  if (is === 'superseded' && story.theirs.length === 0) wrong.push('it says superseded, but nobody else was there');
  return wrong;
}

/** What is left over is said, unless the post step of a cancelled job is still to come. */
function hides({ run, after }: Story): readonly string[] {
  const { is, leftovers } = run.outcome;
  const left = orphans(after).filter((one) => isOurs(one, run.report.facts['canary-task-arn'], after));
  if (is === 'cancelled' || leftovers.length > 0 || left.length === 0) return [];
  return [`something stray is left, and nobody says so: ${left.join()}`];
}

/** A rival rollout has its own canary. */
function isOurs(orphan: string, canary: string | undefined, { standaloneTasks }: Picture): boolean {
  const task = standaloneTasks.find(({ taskArn }) => taskArn === orphan);
  return task === undefined ? standaloneTasks.length === 0 : orphan === canary;
}

/** Long after, the service is unchanged or as requested, or the outcome reported that it is unknown. */
function halfChanges(story: Story): readonly string[] {
  const { run, before, settled, world } = story;
  const { is, leftovers } = run.outcome;
  const said = is === 'cancelled' || is === 'rollback-failed' || is === 'superseded' || leftovers.length > 0;
  if (said || isTheirs(story) || world.ending.kind === 'next-run' || world.ending.kind === 'next-attempt') return [];
  const settings = (picture: Picture) => JSON.stringify({ ...webIn(picture), tasks: {} });
  const now = settings(settled);
  if (now === settings(before) || isAsAsked(story, settled)) return [];
  return [`the service is neither as before nor as asked: ${now}`];
}

/** How long an answer can be older than another deployment, or an UpdateService in progress. */
const overlap = (story: Story): Duration =>
  story.world.faults.some(({ fault }) => fault === 'stale') ? 12 * second : second;

/** The service runs the new revision, with all settings that were asked for and no other ones changed. */
function isAsAsked({ world, before }: Story, picture: Picture): boolean {
  const withoutTasks = (service: object): object => ({ ...service, tasks: {} });
  const asked = withoutTasks(serviceAsAsked(before, world.request));
  const now = JSON.stringify(withoutTasks(webIn(picture) ?? {})).replaceAll('web:3', 'web:2');
  return isDeepStrictEqual(JSON.parse(now), asked);
}

/** Deployments and scaling by others are not undone. */
function meddles(story: Story): readonly string[] {
  const { theirs, calls, run, settled } = story;
  const wrong: string[] = [];
  // Calls of another rollout of ours cannot be distinguished.
  if (theirs.some(({ what }) => what === 'rollout')) return wrong;
  for (const { what, at } of theirs) {
    if (what !== 'deploy' && what !== 'delete-service') continue;
    // A plan that was made afterwards includes it: on-conflict was wait or take-over.
    const planned = (moment: number): number =>
      run.report.events.findLast((event) => event.kind === 'planned' && event.at <= moment)?.at ?? 0;
    const after = calls.find(
      (call) =>
        call.operation === 'UpdateService' &&
        call.outcome === 'ok' &&
        call.at > at + overlap(story) &&
        planned(call.at) < at,
    );
    if (after !== undefined) {
      wrong.push(`it updates the service ${Math.round((after.at - at) / second)} s after somebody's ${what}`);
    }
  }
  const sent = calls.filter(({ operation }) => operation === 'UpdateService').map(({ input }) => input);
  const counts = story.world.request.settings?.update.desiredCount !== undefined;
  if (!counts && sent.some((input) => 'desiredCount' in input))
    wrong.push('it sends a desired count that nobody has requested');
  const deployed = theirs.some(({ what }) => what === 'deploy') && !theirs.some(({ what }) => what !== 'deploy');
  const late = run.outcome.is === 'superseded' && deployed && webIn(settled)?.taskDefinition !== 'theirs:1';
  if (late && story.world.ending.kind === 'by-itself') wrong.push('superseded, but the service does not run theirs');
  return wrong;
}

/** Images whose containers are well at first, and not for long: that is not the rollout's doing. */
const fading = ['sick-later', 'crash', 'crash-late', 'exit-0', 'oom', 'fails-in-service'];
const harmless = ['ring', 'register-revision', 'deregister-stable-revision'];

/** While the process lives there is never less of the service than its own settings allow. */
function hurts({ world, theirs, fewest, hadBefore, run }: Story): readonly string[] {
  if (theirs.some(({ what }) => !harmless.includes(what)) || fading.includes(world.tag)) return [];
  const { desiredCount: before = 0, deploymentConfiguration } = world.service;
  // The request can include fewer tasks or a lower percentage, in both directions.
  const asked = world.request.settings?.update;
  const desiredCount = Math.min(before, asked?.desiredCount ?? before);
  const was = deploymentConfiguration?.minimumHealthyPercent ?? 100;
  const percent = Math.min(was, asked?.deploymentConfiguration?.minimumHealthyPercent ?? was);
  const touched = run.report.calls['ecs:UpdateService'] !== undefined;
  const least = touched ? Math.ceil((desiredCount * percent) / 100) : hadBefore;
  if (fewest >= Math.min(least, hadBefore)) return [];
  return [`the service had only ${fewest} healthy, ${hadBefore} before`];
}

/** A job takes no longer than its phases may, and the calls between them in bad weather. */
function dawdles({ world, run, took }: Story): readonly string[] {
  const { timeouts, bake = 0, idle = 0, onConflict } = world.request;
  if (timeouts === undefined) return [];
  const { taskRunning, taskHealthCheck, targetHealthy, taskStopped, serviceStable } = timeouts;
  const phases = taskRunning + taskHealthCheck + targetHealthy + taskStopped + 2 * serviceStable + bake + idle;
  const draining = world.deregistrationDelaySeconds * second + minute;
  const waiting = onConflict === 'wait' ? 3 * (serviceStable + phases) : 0;
  const weather = 5 * minute + (world.faults.length > 0 ? 25 * minute : 0);
  const most = phases + 2 * draining + waiting + weather;
  if (took <= most) return [];
  return [`it took ${Math.round(took / minute)} of at most ${Math.round(most / minute)} minutes (${run.outcome.is})`];
}
