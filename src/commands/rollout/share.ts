import { nameIn } from '../../model/arn.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Attachment } from '../../model/targets.ts';

/** The canary's share of the live traffic: load balancers distribute it among healthy targets. */
export function shareNotes({ service, attachments }: Snapshot): readonly string[] {
  const serving = attachments.filter(({ idle }) => !idle);
  if (serving.length === 0) return [];
  const { runningCount = 0 } = service;
  const kinds = new Set(serving.map(({ connections }) => (connections ? 'new connections' : 'requests')));
  const what = `live ${[...kinds].join(' and ')}`;
  const through = `through ${formatGroups(serving)}`;
  if (runningCount === 0) {
    return [
      `Share of the canary: no task of the service runs, so the canary gets all ${what} ${through} as soon as it is healthy there.`,
    ];
  }
  const percent = Math.round(100 / (runningCount + 1));
  const tasks = runningCount === 1 ? '1 running task' : `${runningCount} running tasks`;
  const share = `about 1 in ${runningCount + 1} ${what} (${percent} %)`;
  return [
    `Share of the canary: ${share} ${through}, next to ${tasks} of the service, from the time it is healthy there until it is deregistered.`,
  ];
}

function formatGroups(attachments: readonly Attachment[]): string {
  const names = [...new Set(attachments.map(({ targetGroup }) => groupName(targetGroup)))];
  return `target group${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

/** `arn:…:targetgroup/NAME/id` */
const groupName = (arn: string): string => arn.split('/')[1] ?? nameIn(arn);
