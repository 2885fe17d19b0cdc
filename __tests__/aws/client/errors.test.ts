import { describe, expect, it } from 'vitest';
import { readError } from '../../../src/aws/client/errors.ts';
import { formatError } from '../../../src/model/failure.ts';

describe('a thrown value that is not an SDK error', () => {
  it.each([
    ['an object without a prototype', Object.create(null)],
    ['an object that cannot become text', { toString: null }],
    ['an object', {}],
    ['an empty error', Object.assign(new Error(''), { name: '' })],
    ['nothing', undefined],
  ])('is read as unknown error (no message): %s', (_, thrown) => {
    expect(readError(thrown)).toEqual({ code: 'Unknown', message: 'unknown error (no message)' });
    expect(formatError(thrown)).toBe('unknown error (no message)');
  });

  it('has a code and a message as strings, whatever they contain', () => {
    const odd = Object.assign(new Error('odd'), {
      name: Symbol('x'),
      message: Symbol('y'),
      $metadata: { requestId: 1 },
    });
    expect(readError(odd)).toEqual({ code: 'Unknown', message: 'Symbol(y)' });
  });
});
