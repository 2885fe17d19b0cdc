import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSecret, isSecretName } from '../../src/model/secret-patterns.ts';
import { secretValue } from '../fuzz/secrets.ts';

describe('a name', () => {
  it.each([
    'PASSWORD',
    'DB_PASSWORD',
    'dbPassword',
    'PGPASSWORD',
    'API_KEY',
    'apiKey',
    'APIKEY',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'accessToken',
    'SENTRY_DSN',
    'splunk-token',
    'PRIVATE_KEY',
    'CREDENTIALS',
    'BASIC_AUTH',
    'authHeader',
    'OAUTH_CLIENT',
    'signing-key',
  ])('indicates a secret value: %s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'LOG_LEVEL',
    'PATH',
    'AUTHOR',
    'KEYBOARD',
    'MONKEY',
    'PORT',
    'DATABASE_URL',
    'awslogs-group',
    'SSPASS',
    'com.example.team',
  ])('does not indicate a secret value: %s', (name) => expect(isSecretName(name)).toBe(false));
});

describe('a value', () => {
  it.each([
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'AKIAIOSFODNN7EXAMPLE',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'postgres://app:hunter2@db.internal:5432/app',
    'https://token@github.com/o/r',
    'ghp_0123456789abcdefghij',
    'host=db password=hunter2',
    '{"apiKey": "x"}',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '6fa459ea-ee8a-4ca4-894e-db77e160355e',
  ])('looks like a secret: %s', (value) => expect(hasSecret(value)).toBe(true));

  it.each([
    'info',
    '8080',
    'https://example.com/a/b?page=2',
    'my-bucket-us-west-2-123456789012',
    '/var/lib/app/configuration/production.yaml',
    'arn:aws:secretsmanager:us-west-2:123456789012:secret:web/db-a1B2c3',
    'registry.example/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'com.example.service.OrderHandlerFactory',
    'curl --fail --silent http://localhost:8080/healthz || exit 1',
    '2026-11-20T09:00:00Z',
  ])('does not look like a secret: %s', (value) => expect(hasSecret(value)).toBe(false));

  it('looks like a secret if it is random', () => {
    fc.assert(
      fc.property(secretValue, (value) => hasSecret(value)),
      { seed: 1, numRuns: 500 },
    );
  });
});
