import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/request/workflow-run.ts';

const job = {
  GITHUB_RUN_ID: '987654321',
  GITHUB_JOB: 'deploy',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_REPOSITORY: 'acme/shop',
};

describe('the run', () => {
  it('is identified by run and job, the same in every attempt', () => {
    expect(readRun(job, 'token')).toEqual({
      id: '987654321-deploy',
      attempt: 2,
      url: 'https://github.example.com/acme/shop/actions/runs/987654321/attempts/2',
      token: 'token',
    });
    expect(readRun({ ...job, GITHUB_RUN_ATTEMPT: '3' }, 'token').id).toBe('987654321-deploy');
  });

  it('has a name that AWS accepts everywhere', () => {
    expect(readRun({ ...job, GITHUB_JOB: 'deploy to: prod/é' }, 't').id).toBe('987654321-deploy-to--prod--');
  });

  it('is named after the user outside GitHub, without a URL', () => {
    expect(readRun({ USER: 'jo' }, 't')).toEqual({ id: 'local-jo', attempt: 1, token: 't' });
    expect(readRun({}, 't').id).toMatch(/^local-[\w-]+$/);
  });
});
