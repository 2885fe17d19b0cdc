import { expect, it } from 'vitest';
import { linksFor } from '../../src/github/names.ts';

it('a link to the console is made even of half a character', () => {
  const links = linksFor({ region: 'us-west-2', cluster: 'production', service: '\ud800' });
  expect(links?.service).toContain('/services/%EF%BF%BD/health');
});
