import { type DeployContext, readDeployContext } from '../deploy-context/deploy-context.ts';
import { type Origin, writtenInFiles } from '../model/change.ts';
import { type Edits, isUnedited } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import type { RolloutRequest, Run } from '../model/request.ts';
import { edit } from '../task-definition/edit.ts';
import { clusterInInputs } from './contradictions.ts';
import type { Command, Inputs } from './input-table.ts';

/** Which files a command cannot do without; service.json also says which service is meant. */
const needs: Readonly<Record<Command, { readonly service: boolean; readonly taskDefinition: boolean }>> = {
  rollout: { service: false, taskDefinition: true },
  up: { service: true, taskDefinition: true },
  run: { service: false, taskDefinition: true },
  register: { service: false, taskDefinition: true },
  rollback: { service: false, taskDefinition: false },
  undeploy: { service: false, taskDefinition: false },
  rehearse: { service: true, taskDefinition: true },
  sweep: { service: false, taskDefinition: false },
  status: { service: false, taskDefinition: false },
  follow: { service: false, taskDefinition: false },
  continue: { service: false, taskDefinition: false },
  abort: { service: false, taskDefinition: false },
};

/** Reads the files that the command uses; every problem of them comes back, none is thrown. */
export async function readContext(inputs: Inputs, edits: Edits, environment: Environment) {
  const { deployContext, service, updateService, taskDefinitionArn, command, baseRevision } = inputs;
  // What is edited is the file where there is one, and what the service runs where there is none.
  const editsLive = command === 'rollout' || command === 'register';
  const needsBase = baseRevision === undefined ? isUnedited(edits) || !editsLive : baseRevision === 'file';
  const usesFile = needs[command].taskDefinition && taskDefinitionArn === undefined && !isElsewhere(inputs);
  const definitionFile = usesFile ? inputs.taskDefinition : undefined;
  const nothing: DeployContext = { substituted: [], files: [] };
  if (deployContext === undefined && definitionFile === undefined) return { context: nothing, problems: [] };
  return readDeployContext({
    ...defined({ directory: deployContext, definitionFile }),
    workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
    environment,
    needs: {
      service:
        needs[command].service ||
        updateService ||
        (clusterInInputs(inputs) === undefined && command !== 'register') ||
        // A one-off task and a revision need not belong to a service.
        (service === undefined && command !== 'run' && command !== 'register'),
      taskDefinition: usesFile && needsBase,
      rollout: command === 'rollout' || command === 'rehearse',
    },
    // The others make something new, or rehearse with a service that is made of the file.
    live: command === 'rollout',
    unused: [...(usesFile ? [] : ['taskDefinition' as const]), ...(command === 'register' ? ['service' as const] : [])],
    rules: needs[command].taskDefinition ? 'all' : 'names',
    edits,
  });
}

/** What is edited is in AWS. */
const isElsewhere = ({ baseRevision }: Pick<Inputs, 'baseRevision'>): boolean =>
  baseRevision !== undefined && baseRevision !== 'file';

/** Puts the edits into the definition of the file, where that is what is edited. */
export function editContext(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  run: Run,
): { readonly context: DeployContext; readonly problems: readonly Problem[] } & RemarksAndOrigins {
  const { taskDefinition } = context;
  const origins = originsOf(inputs, context);
  const { forceNewDeployment, command } = inputs;
  const ignored = context.remarks ?? [];
  if (taskDefinition === undefined || isElsewhere(inputs) || isUnedited(edits)) {
    return { context, problems: [], remarks: ignored, origins };
  }
  // A one-off task can well be run with the image that is there, and a revision that is there is not registered again.
  const again = forceNewDeployment || command === 'run' || command === 'register';
  const asked = { forceNewDeployment: again, run };
  const { definition, problems, remarks, origins: edited } = edit(taskDefinition, edits, asked);
  const { usual, at } = origins.definition;
  return {
    context: { ...context, taskDefinition: definition },
    problems,
    remarks: [...ignored, ...remarks],
    origins: { ...origins, definition: { usual, at: { ...at, ...edited } } },
  };
}

/** Remarks on a request, and where its values come from. */
type RemarksAndOrigins = Required<Pick<RolloutRequest, 'remarks' | 'origins'>>;

/** Before any edit all comes from the files, and what inputs say of the service from those. */
function originsOf(
  inputs: Inputs,
  { filledIn, definitionFile }: DeployContext,
): NonNullable<RolloutRequest['origins']> {
  const given = Object.entries(settingInputs).filter(([, input]) => inputs[input.key] !== undefined);
  const byInput = given.map(([path, { input }]): readonly [string, Origin] => [
    path,
    { kind: 'input', inputs: [input] },
  ]);
  return {
    definition: {
      ...writtenInFiles.definition,
      ...(definitionFile === undefined ? {} : { usual: { kind: 'file', file: definitionFile } }),
      at: filledIn?.taskDefinition ?? {},
    },
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
