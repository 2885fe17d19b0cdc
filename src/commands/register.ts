import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { readInAccount } from '../aws/snapshots/caller.ts';
import { takeRegisterSnapshot } from '../aws/snapshots/register.ts';
import { nameIn } from '../model/arn.ts';
import { writtenInFiles } from '../model/change.ts';
import { defined } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { RegisterRequest } from '../model/request.ts';
import type { RegisterSnapshot } from '../model/snapshot.ts';
import { theRevision } from '../model/subject.ts';
import { definitionChanges } from '../task-definition/changes.ts';
import { sameDefinition } from '../task-definition/compare.ts';
import { toRequest } from '../task-definition/described.ts';
import type { Runtime } from './command-runtime.ts';
import { type Decision, planAndExecute, reportFacts } from './plan-and-execute.ts';
import { known } from './rollout/resolve-revision.ts';

/** Registers a task definition, and deploys nothing. */
export async function register(request: RegisterRequest, runtime: Runtime): Promise<Outcome> {
  return planAndExecute(request, runtime, () => decide(request, runtime));
}

async function decide(asked: RegisterRequest, runtime: Runtime): Promise<Decision> {
  const snapshot = await readInAccount(asked, runtime, takeRegisterSnapshot, ({ base, newest }) => [
    base?.definition.taskDefinitionArn,
    newest?.definition.taskDefinitionArn,
  ]);
  const request = resolveRegister(asked, snapshot);
  reportFacts({ 'task-definition-arn': request.known }, runtime);
  return { plan: planRegister(request, snapshot) };
}

/** A `register` of which the definition is known. */
export type ResolvedRegister = Omit<RegisterRequest, 'revision'> & {
  /** What is to be registered. */
  readonly definition: RegisterTaskDefinitionRequest;
  /** ARN of a revision that is the same: the newest of its family. */
  readonly known?: string;
};

/** Applies the edits; throws a Refusal if they do not fit the revision that they are for. */
function resolveRegister(asked: RegisterRequest, { base, newest }: RegisterSnapshot): ResolvedRegister {
  const { revision: wanted, run } = asked;
  // The edits do not depend on how the base was found.
  const revision = wanted.kind === 'new' ? wanted : ({ ...wanted, base: 'service' } as const);
  const { revision: found, remarks, origins } = known({ revision, run }, defined({ base }), true);
  const definition = found.kind === 'new' ? found.definition : toRequest(base?.definition ?? {}, base?.tags ?? []);
  const same = newest !== undefined && sameDefinition(definition, newest.definition, newest.tags);
  return {
    ...asked,
    definition,
    remarks: [...asked.remarks, ...remarks],
    ...(origins === undefined ? {} : { origins: { ...writtenInFiles, ...asked.origins, definition: origins } }),
    ...defined({ known: same ? newest.definition.taskDefinitionArn : undefined }),
  };
}

/** Plans to register a revision, unless the newest one of the family is the same. */
function planRegister(request: ResolvedRegister, { newest }: RegisterSnapshot): Plan {
  const { definition, known, remarks } = request;
  const { family = 'the task definition' } = definition;
  if (known !== undefined) {
    const same = `${nameIn(known)} is the newest revision of ${family} and is identical; nothing is registered.`;
    return { title: `Nothing to register for ${family}`, notes: [...remarks, same], changes: [], steps: [] };
  }
  const title = `register a new revision of ${family}`;
  const before =
    newest === undefined
      ? `${family} has no ACTIVE revision yet.`
      : `The changes are relative to ${nameIn(newest.definition.taskDefinitionArn ?? '')}, the newest revision of ${family}.`;
  return {
    title: `Register a new revision of ${family}`,
    notes: [...remarks, before],
    changes: newest === undefined ? [] : definitionChanges(definition, newest, request),
    steps: [{ kind: 'register-revision', as: theRevision, title, definition }],
  };
}
