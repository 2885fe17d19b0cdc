import { describe, expect, it } from 'vitest';
import { locateInFile } from '../../src/deploy-context/locate-cause.ts';
import type { ContainerEvidence } from '../../src/model/verdict.ts';

const container = {
  image: 'web:1',
  memory: 512,
  healthCheck: { command: ['CMD', 'true'] },
  logConfiguration: { logDriver: 'awslogs' as const },
  secrets: [{ name: 'DB', valueFrom: 'db' }],
};
const one = { family: 'web', containerDefinitions: [{ name: 'web', ...container }] };
const two = {
  family: 'web',
  containerDefinitions: [
    { name: 'proxy', image: 'envoy:1' },
    { name: 'web', ...container },
  ],
};

const task = (containers: readonly ContainerEvidence[], stoppedReason = '') =>
  ({ because: 'x', evidence: [{ kind: 'task', task: 't', status: 'STOPPED', stoppedReason, containers }] }) as const;

describe('the cause of a failure in the file', () => {
  it.each([
    ['image', { reason: 'CannotPullContainerError: pull image manifest has been retried 1 time(s)' }],
    ['image', { reason: 'exec format error', exitCode: 255 }],
    ['memory', { reason: 'OutOfMemoryError: Container killed due to memory usage', exitCode: 137 }],
    [
      'secrets',
      {
        reason:
          'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: not found',
      },
    ],
    ['logConfiguration', { reason: 'failed to initialize logging driver: failed to create Cloudwatch log stream' }],
    ['healthCheck', { health: 'UNHEALTHY' }],
  ])('is the %s of the failed container', (member, evidence) => {
    expect(locateInFile(task([{ name: 'web', ...evidence }]), two)).toEqual(['containerDefinitions', 1, member]);
  });

  it('is found from the reason of the task only if there is one container', () => {
    const said = task([{ name: 'web' }], 'CannotPullContainerError: not found');
    expect(locateInFile(said, one)).toEqual(['containerDefinitions', 0, 'image']);
    expect(locateInFile(said, two)).toBeUndefined();
  });

  it('is absent if it is not certain', () => {
    expect(locateInFile(task([{ name: 'web', exitCode: 1 }]), one)).toBeUndefined();
    expect(locateInFile(task([{ name: 'gone', health: 'UNHEALTHY' }]), one)).toBeUndefined();
    // What the file does not say cannot be pointed at.
    expect(locateInFile(task([{ name: 'proxy', health: 'UNHEALTHY' }]), two)).toBeUndefined();
    expect(locateInFile({ because: 'CannotPull', evidence: [] }, one)).toBeUndefined();
  });
});
