import type { DeployContext } from '../deploy-context/deploy-context.ts';
import type { Environment } from '../model/environment.ts';
import type { Place } from '../model/place.ts';
import { refuseIfAny } from '../model/problem.ts';
import type { Request, RolloutRequest } from '../model/request.ts';
import { editContext, readContext } from './context.ts';
import { findCommandProblems, findFileProblems } from './file-problems.ts';
import { anyRegion, contradictions, inferRegion } from './identity.ts';
import { readEdits } from './input-edits.ts';
import type { Inputs } from './input-table.ts';
import { noRegion, readInputs } from './inputs.ts';
import { visibilityOf } from './secrets.ts';
import { findStrategyProblems, strategyRemarks } from './strategy.ts';
import { commonOf, placeOf, readLaunch, requestOf } from './translate.ts';

/** Everything that was asked, ready to be carried out. */
export interface Asked {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly request: Request;
  /** Values from the environment that must be hidden. */
  readonly secrets: readonly string[];
  /** What a person should know of what was asked. */
  readonly hints: readonly string[];
  /** What names a place, in which no part is hidden. */
  readonly names: readonly string[];
  /** Whether something names the region; a rehearsal does without. */
  readonly regionKnown: boolean;
}

/** What a rehearsal is asked: the rollout that it tries out. */
export type AskedRollout = Asked & { readonly request: RolloutRequest };

/** Whether it is tried out in a pretend account only. */
export const isRehearsal = (asked: Asked): asked is AskedRollout => asked.inputs.command === 'rehearse';

/** Reads inputs and deploy context; throws one Refusal that names every problem of both. Makes no AWS call. */
export async function readRequest(environment: Environment, token: string): Promise<Asked> {
  const read = await readInputsAndFiles(environment);
  const { inputs, origins, edits, filed, regionKnown, hints } = read;
  const common = commonOf(inputs, filed, environment, token, origins);
  const { context, problems: unfit, remarks, origins: valueOrigins } = editContext(inputs, filed, edits, common.run);
  const { launch, problems: launchProblems } = await readLaunch(inputs);
  refuseIfAny([
    ...read.problems,
    ...contradictions(inputs, filed, origins, regionKnown),
    ...findFileProblems(inputs, context, origins),
    ...findStrategyProblems(inputs, context, origins, read.problems),
    ...unfit,
    ...findCommandProblems(inputs, context, edits, common.place, launchProblems),
  ]);
  const { secrets, hidden, names } = visibilityOf({ inputs, context, place: common.place, environment });
  const details = {
    remarks: [...read.remarks, ...remarks, ...strategyRemarks(inputs, context)],
    origins: valueOrigins,
    hidden,
  };
  const request = await requestOf(inputs, context, edits, { ...common, ...details }, launch);
  return { inputs, context, request, secrets, hints, names, regionKnown };
}

/** Inputs and files, which need each other: the files name the region where nothing else does. */
async function readInputsAndFiles(environment: Environment) {
  const first = readInputs(environment);
  const { edits, problems: editProblems } = readEdits(first.inputs, environment);
  const { context: filed, problems: contextProblems } = await readContext(first.inputs, edits, environment);
  const { inferred, problems: regionProblems } =
    first.regionFrom?.is === 'unknown' ? inferRegion(first.inputs, filed, first.origins) : { problems: [] };
  const { inputs, origins, problems, regionFrom, hints } =
    inferred === undefined ? first : readInputs(environment, inferred);
  const regionKnown = regionFrom?.is !== 'unknown';
  const invented = regionKnown || inputs.region === undefined ? {} : { region: anyRegion(inputs, filed, {}) };
  return {
    inputs: { ...inputs, ...invented },
    origins: { ...origins, ...(regionFrom?.is === 'named' ? { region: regionFrom.by } : {}) },
    edits,
    filed,
    regionKnown,
    hints,
    problems: [
      ...problems.filter(({ what }) => regionProblems.length === 0 || what !== noRegion.what),
      ...regionProblems,
      ...editProblems,
      ...contextProblems,
    ],
    remarks:
      inferred === undefined
        ? []
        : [`No input and no variable names the region: it is ${inferred.region}, from ${inferred.by}.`],
  };
}

/** Where it was meant to go, as far as that can be read of what was refused; what cannot be is empty. */
export async function readPlace(inputs: Inputs, environment: Environment): Promise<Place> {
  const { edits } = readEdits(inputs, environment);
  const { context } = await readContext(inputs, edits, environment);
  const { inferred } = inferRegion(inputs, context, {});
  return { ...placeOf(inputs, context), region: inputs.region ?? inferred?.region ?? '' };
}
