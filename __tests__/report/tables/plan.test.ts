import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import type { TimedEvent } from '../../../src/model/event.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Preview } from '../../../src/model/preview.ts';
import {
  renderChanges as renderHtmlChanges,
  renderPreview as renderHtmlPreview,
} from '../../../src/report/html/plan.ts';
import { createLog } from '../../../src/report/log/log.ts';
import { joinParts } from '../../../src/report/markdown/page.ts';
import { planParts, renderChanges } from '../../../src/report/markdown/plan.ts';

const container = { kind: 'container', name: 'web' } as const;
const file = { kind: 'file', file: 'task-definition.json' } as const;
const changes: readonly Change[] = [
  {
    kind: 'changed',
    subject: container,
    what: 'containerDefinitions[web].image',
    before: 'web:1',
    after: 'web:2',
    from: { kind: 'input', inputs: ['image', 'image-tag'] },
  },
  {
    kind: 'added',
    subject: container,
    what: 'containerDefinitions[web].environment[API_TOKEN]',
    after: '***',
    hidden: 'secret',
    from: file,
  },
  {
    kind: 'removed',
    subject: container,
    what: 'containerDefinitions[web].environment[OLD]',
    before: '***',
    hidden: 'unknown',
    from: file,
  },
  {
    kind: 'changed',
    subject: container,
    what: 'containerDefinitions[web].command',
    before: ['serve'],
    after: ['serve', '--token', '***'],
    hidden: 'secret',
    from: { ...file, variables: ['${TOKEN}'] },
  },
  {
    kind: 'changed',
    subject: { kind: 'task' },
    what: 'cpu',
    before: '256',
    after: '512',
    from: file,
    reverts: 'web:41',
  },
  {
    kind: 'changed',
    subject: { kind: 'service' },
    what: 'service: deploymentConfiguration.maximumPercent',
    before: 200,
    after: 150,
    from: { kind: 'file', file: 'service.json' },
  },
];

const preview: Preview = {
  findings: [
    {
      kind: 'image',
      about: 'image of web',
      is: 'problem',
      because: 'there is no image `web:2` | <b>',
      next: 'Push it.',
    },
    {
      kind: 'permission',
      about: 'execution role',
      is: 'cannot-tell',
      because: 'not checked: iam:GetRole is not allowed',
    },
    { kind: 'service', about: 'the service now', is: 'ok', because: '2 of 2 tasks run' },
  ],
  drift: [
    { kind: 'changed', subject: { kind: 'service' }, what: 'service: desiredCount', before: 3, after: 2 },
    {
      kind: 'changed',
      subject: { kind: 'service' },
      what: 'service: x',
      before: '***',
      after: '***',
      hidden: 'substituted',
    },
  ],
  times: [
    { likely: 2000 },
    { atMost: 900_000, likely: 38_000, because: 'as earlier tasks of the service' },
    { atMost: 1 },
  ],
  total: { atMost: 900_000, likely: 40_000, atLeast: true },
  capacity: {
    canary: { cpu: 256, memory: 512, addresses: 1 },
    deployment: { desired: 2, least: 2, most: 4, minimumHealthyPercent: 100, maximumPercent: 200 },
    more: { tasks: 3, cpu: 768, memory: 1536, addresses: 3 },
  },
};

const plan: Plan = {
  title: 'Roll out',
  notes: [],
  changes,
  preview,
  steps: [
    {
      kind: 'register-revision',
      as: 'revision',
      title: 'register',
      definition: { family: 'web', containerDefinitions: [] },
    },
    { kind: 'check', title: 'wait until it runs', gates: [{ kind: 'tasks-running', of: 'canary' }], within: 900_000 },
    {
      kind: 'check',
      title: 'and on',
      gates: [{ kind: 'tasks-running', of: 'canary' }],
      within: 900_000,
      since: 'check-before',
    },
  ],
};

/** The lines of the job log of a dry run. */
function logOf(planned: Plan): readonly string[] {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const output = { print, debug: print, startGroup: print, endGroup: () => {}, annotate: () => {} };
  const log = createLog({ about: { command: 'rollout', service: 'web' }, output: output as never });
  const outcome = { is: 'planned', serviceIntact: true, leftovers: [] } as const;
  const events: readonly TimedEvent[] = [
    { kind: 'planned', plan: planned, at: 0 },
    { kind: 'ended', outcome, at: 0 },
  ];
  for (const event of events) log(event);
  return lines;
}

describe('a plan for a reviewer', () => {
  it('is a calm list in the job log', () => {
    expect(logOf(plan).join('\n')).toMatchInlineSnapshot(`
      "Roll out
        container web
          image: web:1 -> web:2 [inputs image, image-tag]
          environment API_TOKEN: added, not shown: it looks like a secret [task-definition.json]
          environment OLD: removed, not shown: it may have come from an environment [task-definition.json]
          command: ["serve"] -> ["serve","--token","***"] [\${TOKEN} in task-definition.json]
        task
          cpu: 256 -> 512 [task-definition.json; reverts what web:41 changed]
        service
          deploymentConfiguration.maximumPercent: 200 -> 150 [service.json]
      Steps: likely 40s or more, at most 15m without a rollback
         1  register (likely 2s)
         2  wait until it runs (at most 15m, likely 38s: as earlier tasks of the service)
         3  and on (within the same, likely not known)
      Needs
        One more task, the canary: 0.25 vCPU, 512 MiB, 1 network interface with an address.
        While ECS replaces the tasks there are 2 to 4 (100 to 200 % of 2).
        At the same time, at most 3 tasks more than now: 0.75 vCPU, 1536 MiB, 3 network interfaces with an address.
      Differs from service.json, which is not applied (update-service is false)
        desiredCount: 3 live, 2 in the file
        x: changed, not shown: it comes from the environment or an input
      Preflight: 1 problem, 1 unknown, 1 passed
        PROBLEM      image of web: there is no image \`web:2\` | <b>
                     next: Push it.
        cannot tell  execution role: not checked: iam:GetRole is not allowed
        ok           the service now: 2 of 2 tasks run
      Planned, with 1 problem: image of web: there is no image \`web:2\` | <b>. Nothing was changed."
    `);
  });

  it('is a page with the findings before the steps, and what is good folded away', () => {
    expect(joinParts(planParts(plan), 100_000)).toMatchInlineSnapshot(`
      "**Preflight: 1 problem, 1 unknown, 1 passed.**

      ### Findings

      |  | Checked | Because | What to do |
      | --- | --- | --- | --- |
      | PROBLEM | image of web | there is no image &#96;web:2&#96; &#124; &#60;b&#62; | Push it. |
      | cannot tell | execution role | not checked: iam:GetRole is not allowed |  |

      ### What changes

      **Container <code>web</code>**

      |  | Now | New | From |
      | --- | --- | --- | --- |
      | <code>image</code> | <code>web:1</code> | <code>web:2</code> | inputs image, image-tag |
      | <code>environment API&#95;TOKEN</code> |  | added, not shown: it looks like a secret | task-definition.json |
      | <code>environment OLD</code> |  | removed, not shown: it may have come from an environment | task-definition.json |
      | <code>command</code> | <code>&#91;&#34;serve&#34;&#93;</code> | <code>&#91;&#34;serve&#34;,&#34;--token&#34;,&#34;&#42;&#42;&#42;&#34;&#93;</code> | <span>$</span>{TOKEN} in task-definition.json |

      **Task**

      |  | Now | New | From |
      | --- | --- | --- | --- |
      | <code>cpu</code> | <code>256</code> | <code>512</code> | task-definition.json; reverts what web:41 changed |

      **Service**

      |  | Now | New | From |
      | --- | --- | --- | --- |
      | <code>deploymentConfiguration.maximumPercent</code> | <code>200</code> | <code>150</code> | service.json |

      <details><summary>Passed (1)</summary>

      | Checked | Because |
      | --- | --- |
      | the service now | 2 of 2 tasks run |

      </details>

      ### Differs from service.json

      The live service differs. Nothing of it is applied: update-service is false.

      |  | Live | service.json |
      | --- | --- | --- |
      | <code>desiredCount</code> | <code>3</code> | <code>2</code> |
      | <code>x</code> |  | changed, not shown: it comes from the environment or an input |

      ### 3 steps

      |  | Step | At most | Likely | Because |
      | --- | --- | --- | --- | --- |
      | 1 | register |  | 2s |  |
      | 2 | wait until it runs | 15m | 38s | as earlier tasks of the service |
      | 3 | and on | within the same | not known |  |
      |  | Together | 15m | 40s or more | without a rollback |

      ### Extra capacity

      - One more task, the canary: 0.25 vCPU, 512 MiB, 1 network interface with an address.
      - While ECS replaces the tasks there are 2 to 4 (100 to 200 % of 2).
      - At the same time, at most 3 tasks more than now: 0.75 vCPU, 1536 MiB, 3 network interfaces with an address."
    `);
  });

  it('folds what changes in one subject when it is long, and says what it leaves out', () => {
    const many = Array.from(
      { length: 70 },
      (_, index): Change => ({ kind: 'added', subject: { kind: 'task' }, what: `tags[t${index}]`, after: 'x' }),
    );
    const page = renderChanges({ ...plan, changes: [...changes, ...many] });
    expect(page).toMatch(/<details><summary><b>Task<\/b> \(71 changes\)<\/summary>/);
    expect(page).toContain('and 11 other changes');
    expect(page).toContain('**Container <code>web</code>**');
    expect(logOf({ ...plan, changes: [...changes, ...many] }).join('\n')).toContain(
      'and 46 other changes: see the summary',
    );
  });

  it('is in the HTML report as well', () => {
    const html = renderHtmlChanges(plan) + renderHtmlPreview(plan, preview);
    expect(html).toContain('added, not shown: it looks like a secret');
    expect(html).toContain('reverts what web:41 changed');
    expect(html).toContain('<td>38s</td>');
    expect(html).toContain('Differs from service.json');
  });
});
