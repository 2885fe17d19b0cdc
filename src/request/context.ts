import { type DeployContext, readDeployContext } from '../deploy-context/deploy-context.ts';
import { type Origin, writtenInFiles } from '../model/change.ts';
import { type Edits, isUnedited } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import type { Problem } from '../model/problem.ts';
import type { Common, RolloutRequest } from '../model/request.ts';
import { edit } from '../task-definition/edit.ts';
import { clusterSaid } from './contradictions.ts';
import type { Command, Inputs } from './input-table.ts';

/** Which files a command cannot do without; service.json also says which service is meant. */
const needs: Readonly<Record<Command, { readonly service: boolean; readonly taskDefinition: boolean }>> = {
  rollout: { service: false, taskDefinition: true },
  up: { service: true, taskDefinition: true },
  run: { service: false, taskDefinition: true },
  rollback: { service: false, taskDefinition: false },
  undeploy: { service: false, taskDefinition: false },
  rehearse: { service: true, taskDefinition: true },
  sweep: { service: false, taskDefinition: false },
};

/** Reads the files that the command uses; every problem of them comes back, none is thrown. */
export async function readContext(inputs: Inputs, edits: Edits, environment: Environment) {
  const { deployContext, service, updateService, taskDefinitionArn, command, baseRevision } = inputs;
  // What is edited is the file where there is one, and what the service runs where there is none.
  const needsBase = baseRevision === undefined ? isUnedited(edits) || command !== 'rollout' : baseRevision === 'file';
  const usesFile = needs[command].taskDefinition && taskDefinitionArn === undefined && !isElsewhere(inputs);
  const nothing: DeployContext = { substituted: [], files: [] };
  if (deployContext === undefined) return { context: nothing, problems: [] };
  return readDeployContext({
    directory: deployContext,
    workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
    environment,
    needs: {
      service:
        needs[command].service ||
        updateService ||
        clusterSaid(inputs) === undefined ||
        // A one-off task need not belong to a service.
        (service === undefined && command !== 'run'),
      taskDefinition: usesFile && needsBase,
      rollout: command === 'rollout' || command === 'rehearse',
    },
    // The others make something new, or rehearse with a service that is made of the file.
    live: command === 'rollout',
    unused: usesFile ? [] : ['taskDefinition'],
    rules: needs[command].taskDefinition ? 'all' : 'names',
    edits: command === 'run' ? definingEdits(edits) : edits,
  });
}

/** What is edited is in AWS. */
const isElsewhere = ({ baseRevision }: Inputs): boolean => baseRevision === 'service' || baseRevision === 'latest';

/** Puts the edits into the definition of the file, where that is what is edited. */
export function editContext(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  { run }: Common,
): { readonly context: DeployContext; readonly problems: readonly Problem[] } & Told {
  const { taskDefinition } = context;
  const origins = originsOf(inputs, context);
  const { forceNewDeployment, command } = inputs;
  const ignored = context.remarks ?? [];
  const mine = command === 'run' ? definingEdits(edits) : edits;
  if (taskDefinition === undefined || isElsewhere(inputs) || isUnedited(mine)) {
    return { context, problems: [], remarks: ignored, origins };
  }
  // A one-off task can well be run with the image that is there.
  const again = forceNewDeployment || command === 'run';
  const asked = { forceNewDeployment: again, run };
  const { definition, problems, remarks, origins: edited } = edit(taskDefinition, mine, asked);
  const { usual, at } = origins.definition;
  return {
    context: { ...context, taskDefinition: definition },
    problems,
    remarks: [...ignored, ...remarks],
    origins: { ...origins, definition: { usual, at: { ...at, ...edited } } },
  };
}

/** What is told of how a request was understood. */
type Told = Required<Pick<RolloutRequest, 'remarks' | 'origins'>>;

/** Before any edit all comes from the files, and what inputs say of the service from those. */
function originsOf(inputs: Inputs, { filledIn }: DeployContext): NonNullable<RolloutRequest['origins']> {
  const given = Object.entries(settingInputs).filter(([, input]) => inputs[input.key] !== undefined);
  const byInput = given.map(([path, { input }]): readonly [string, Origin] => [
    path,
    { kind: 'input', inputs: [input] },
  ]);
  return {
    definition: { ...writtenInFiles.definition, at: filledIn?.taskDefinition ?? {} },
    settings: {
      ...writtenInFiles.settings,
      at: { ...filledIn?.service, ...Object.fromEntries(byInput) },
    },
  };
}

const settingInputs = {
  desiredCount: { key: 'desiredCount', input: 'desired-count' },
  'deploymentConfiguration.minimumHealthyPercent': { key: 'minimumHealthyPercent', input: 'minimum-healthy-percent' },
  'deploymentConfiguration.maximumPercent': { key: 'maximumPercent', input: 'maximum-percent' },
} as const;

/** The variables of a one-off task are given to the task, not to its definition. */
export const definingEdits = (edits: Edits): Edits => ({ ...edits, environment: [] });
