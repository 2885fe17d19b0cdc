import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CanaryGroup, groupName, guardName } from '../../src/model/traffic.ts';
import {
  actionsAt,
  foundActions,
  partsOf,
  sameActions,
  weightIn,
  withoutCanary,
  writtenWith,
} from '../../src/model/weights.ts';

const arn = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/1`;
const groups: readonly CanaryGroup[] = [{ stable: arn('web'), name: 'canary-web', arn: arn('canary-web') }];
const tuples = (...pairs: readonly (readonly [string, number?])[]) =>
  pairs.map(([name, Weight]) => ({ TargetGroupArn: arn(name), ...(Weight === undefined ? {} : { Weight }) }));
const forward = (...pairs: readonly (readonly [string, number?])[]): Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: tuples(...pairs) },
});
const single: Action = { Type: 'forward', TargetGroupArn: arn('web') };
const sharesOf = (actions: readonly Action[]) =>
  Object.fromEntries(actions.flatMap(partsOf).map(({ arn, weight }) => [arn.split('/')[1], weight]));
const at = (action: Action, weight: number) => actionsAt({ actions: [action] }, groups, weight);

describe('the actions of a route at a weight', () => {
  it.each([
    [0, { web: 1, 'canary-web': 0 }],
    [1, { web: 999, 'canary-web': 1 }],
    [50, { web: 950, 'canary-web': 50 }],
    [999, { web: 1, 'canary-web': 999 }],
    [1000, { web: 0, 'canary-web': 1 }],
  ])('divide a single target group at %d permille', (weight, shares) => {
    expect(sharesOf(at(single, weight))).toEqual(shares);
    expect(at(single, weight)[0]).not.toHaveProperty('TargetGroupArn');
  });

  it('divide a group whose only weight is 0: it gets all requests', () => {
    expect(sharesOf(at(forward(['web', 0]), 250))).toEqual({ web: 750, 'canary-web': 250 });
  });

  it('keep a group that gets nothing', () => {
    expect(sharesOf(at(forward(['web', 100], ['green', 0]), 250))).toEqual({ web: 750, 'canary-web': 250, green: 0 });
  });

  it('keep the share of a group that gets requests', () => {
    const shares = sharesOf(at(forward(['web', 3], ['beta', 1]), 500));
    expect(shares.beta).toBe(333);
    expect((shares.web ?? 0) + (shares['canary-web'] ?? 0)).toBe(999);
    expect(Math.abs((shares.web ?? 0) - (shares['canary-web'] ?? 0))).toBeLessThanOrEqual(1);
  });

  it('leave a route alone in which the service gets nothing', () => {
    expect(at(forward(['web', 0], ['green', 1]), 250)).toEqual([forward(['web', 0], ['green', 1])]);
  });

  it('keep the order, the stickiness and the actions before', () => {
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 60 };
    const actions: readonly Action[] = [
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          Issuer: 'https://id',
          AuthorizationEndpoint: 'https://id/a',
          TokenEndpoint: 'https://id/t',
          UserInfoEndpoint: 'https://id/u',
          ClientId: 'web',
          ClientSecret: 'never sent',
        },
      },
      { Type: 'authenticate-cognito', Order: 2 },
      { Type: 'forward', Order: 3, ForwardConfig: { TargetGroups: tuples(['web']), TargetGroupStickinessConfig } },
    ];
    const [oidc, cognito, last] = actionsAt({ actions }, groups, 100);
    expect(oidc?.AuthenticateOidcConfig).toEqual({
      Issuer: 'https://id',
      AuthorizationEndpoint: 'https://id/a',
      TokenEndpoint: 'https://id/t',
      UserInfoEndpoint: 'https://id/u',
      ClientId: 'web',
      UseExistingClientSecret: true,
    });
    expect(oidc?.Order).toBe(1);
    expect(cognito).toEqual(actions[1]);
    expect(last).toMatchObject({ Order: 3, ForwardConfig: { TargetGroupStickinessConfig } });
    expect(foundActions({ actions })[0]).toEqual(oidc);
    expect(foundActions({ actions }).slice(1)).toEqual(actions.slice(1));
  });

  it('divide every forward action, and every group of the service', () => {
    const two: readonly CanaryGroup[] = [
      ...groups,
      { stable: arn('api'), name: 'canary-api', given: arn('canary-api') },
    ];
    const shares = sharesOf(actionsAt({ actions: [forward(['web', 1], ['api', 1])] }, two, 200));
    expect(shares).toEqual({ web: 799, 'canary-web': 200, api: 799, 'canary-api': 200 });
  });

  it('have weights that ELB accepts, a sum above 0, and the share that was asked for', () => {
    const weight = fc.integer({ min: 0, max: 1000 });
    const others = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 });
    fc.assert(
      fc.property(weight, fc.integer({ min: 1, max: 20 }), others, (weight, stable, others) => {
        const found = forward(['web', stable], ...others.map((one, i) => [`other-${i}`, one] as const));
        const actions = at(found, weight);
        const weights = actions.flatMap(partsOf).map((part) => part.weight);
        expect(weights.every((one) => Number.isInteger(one) && one >= 0 && one <= 999)).toBe(true);
        expect(weights.some((one) => one > 0)).toBe(true);
        expect(Math.abs((weightIn(actions, groups) ?? -1) - weight)).toBeLessThanOrEqual(weight % 1000 === 0 ? 0 : 25);
        expect((weightIn(actions, groups) ?? 0) === 0).toBe(weight === 0);
        // Written over what an earlier weight has left, it is the same.
        expect(sharesOf(actionsAt({ actions: [found] }, groups, weight))).toEqual(sharesOf(actions));
        const rest = withoutCanary(actions, groups);
        expect(rest === undefined || weightIn(rest, groups) === undefined).toBe(true);
      }),
    );
  });
});

describe('actions that are compared', () => {
  it('are the same in both forms of a single group', () => {
    const shown: Action = {
      Type: 'forward',
      Order: 1,
      TargetGroupArn: arn('web'),
      ForwardConfig: { TargetGroups: tuples(['web', 1]), TargetGroupStickinessConfig: { Enabled: false } },
    };
    expect(sameActions([single], [shown])).toBe(true);
  });

  it.each([
    ['another weight', forward(['web', 1], ['canary-web', 1])],
    ['another group', forward(['web', 1], ['green', 0])],
    ['fewer groups', single],
    [
      'stickiness',
      {
        ...forward(['web', 1], ['canary-web', 0]),
        ForwardConfig: {
          TargetGroups: tuples(['web', 1], ['canary-web', 0]),
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 9 },
        },
      },
    ],
  ] satisfies [string, Action][])('differ in %s', (_, other) => {
    expect(sameActions(at(single, 0), [other])).toBe(false);
  });

  it('do not differ in the secret of an OIDC action, and do in its client', () => {
    const oidc = (ClientId: string, more: object = {}): Action => ({
      Type: 'authenticate-oidc',
      AuthenticateOidcConfig: {
        Issuer: 'i',
        AuthorizationEndpoint: 'a',
        TokenEndpoint: 't',
        UserInfoEndpoint: 'u',
        ClientId,
        ...more,
      },
    });
    expect(sameActions([oidc('web')], [oidc('web', { UseExistingClientSecret: true })])).toBe(true);
    expect(sameActions([oidc('web')], [oidc('other')])).toBe(false);
  });

  it('tell with which weight a run has written them', () => {
    const route = { actions: [single] };
    expect(writtenWith(route, groups, [0, 50, 250], at(single, 250))).toBe(250);
    expect(writtenWith(route, groups, [0, 50], at(single, 250))).toBeUndefined();
    expect(writtenWith(route, groups, [0, 50], [single])).toBe('found');
  });
});

describe('what another writer has left of a canary', () => {
  it('is found as the weight of the canary next to the group of the service', () => {
    expect(weightIn([forward(['web', 60], ['canary-web', 40])], groups)).toBe(400);
    expect(weightIn([forward(['web', 999], ['green', 1], ['canary-web', 0])], groups)).toBe(0);
    expect(weightIn([forward(['green', 1], ['canary-web', 1])], groups)).toBe(1000);
    expect(weightIn([single], groups)).toBeUndefined();
  });

  it('is removed without a change to the rest', () => {
    expect(withoutCanary([forward(['web', 3], ['green', 2], ['canary-web', 0])], groups)).toEqual([
      forward(['web', 3], ['green', 2]),
    ]);
    expect(withoutCanary([forward(['canary-web', 1])], groups)).toBeUndefined();
    expect(withoutCanary([forward(['web', 0], ['canary-web', 1])], groups)).toBeUndefined();
  });
});

describe('names', () => {
  const place = { region: 'eu-west-1', cluster: 'production', service: 'checkout_service--of-the-shop' };

  it('are names that ELB and EventBridge Scheduler accept', () => {
    const services = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(services, (service) => {
        const owner = { run: '123-deploy', attempt: 1 };
        expect(groupName({ ...place, service }, owner, arn('web'))).toMatch(
          /^(?=.{1,32}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
        );
        expect(guardName({ ...place, service }, '1', { arn: 'x' })).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
      }),
    );
  });

  it('differ by run, attempt, group and service', () => {
    const names = [
      groupName(place, { run: '1', attempt: 1 }, arn('web')),
      groupName(place, { run: '2', attempt: 1 }, arn('web')),
      groupName(place, { run: '1', attempt: 2 }, arn('web')),
      groupName(place, { run: '1', attempt: 1 }, arn('api')),
      groupName({ ...place, cluster: 'staging' }, { run: '1', attempt: 1 }, arn('web')),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
