import { describe, expect, it } from 'vitest';
import { Cancelled, Failure, formatError } from '../../src/model/failure.ts';

describe('Failure', () => {
  it('has no evidence, advice or conflict by default', () => {
    const failure = new Failure('targets-healthy', { kind: 'verdict', because: 'no listener' });
    expect(failure).toMatchObject({
      name: 'Failure',
      message: 'targets-healthy',
      kind: 'verdict',
      because: 'no listener',
      evidence: [],
      next: '',
      conflict: false,
    });
    expect(failure.cause).toBeUndefined();
  });

  it('keeps what it is given, and the error that it was made of', () => {
    const evidence = [{ kind: 'alarm', alarm: 'errors', state: 'ALARM' }] as const;
    const cause = new Error('socket hang up');
    const details = {
      kind: 'unanswered-call',
      because: 'b',
      evidence,
      next: 'add one',
      conflict: true,
      cause,
    } as const;
    expect(new Failure('x', details)).toMatchObject({ evidence, next: 'add one', conflict: true });
    expect(new Failure('x', details).cause).toBe(cause);
  });
});

describe('sayError', () => {
  it.each([
    [new Failure('ecs:RunTask', { kind: 'refused-call', because: 'AccessDenied' }), 'ecs:RunTask: AccessDenied'],
    [new Failure('ecs:RunTask', { kind: 'refused-call', because: '' }), 'ecs:RunTask'],
    [new Cancelled('SIGTERM'), 'the job was cancelled (SIGTERM)'],
    [new TypeError('x is undefined'), 'x is undefined'],
    [new RangeError(''), 'RangeError'],
    [{ message: 'said by something else' }, 'said by something else'],
    [{ message: new Error('said within') }, 'said within'],
    ['a string', 'a string'],
    [404, '404'],
    [null, 'unknown error (no message)'],
    [undefined, 'unknown error (no message)'],
    [{ code: 1 }, 'unknown error (no message)'],
    [Object.assign(() => 1, { message: 'x' }), 'unknown error (no message)'],
  ])('formats %s', (error, said) => {
    expect(formatError(error)).toBe(said);
  });

  it('tells a cancelled job from other errors by its name', () => {
    expect(new Cancelled('SIGINT').name).toBe('Cancelled');
  });
});
