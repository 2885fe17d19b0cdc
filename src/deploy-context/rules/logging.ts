import type { LogConfiguration } from '@aws-sdk/client-ecs';
import { suggest } from '../../model/suggest.ts';
import type { Path } from '../../task-definition/path.ts';
import {
  type Conflict,
  containersOf,
  eachContainer,
  type FileKind,
  type Pair,
  type Rule,
  runsOnFargate,
} from './pair.ts';

/** The options of the driver awslogs that the API reference of LogConfiguration and Docker's name. */
const awslogsOptions: readonly string[] = [
  'awslogs-create-group',
  'awslogs-credentials-endpoint',
  'awslogs-datetime-format',
  'awslogs-endpoint',
  'awslogs-force-flush-interval-seconds',
  'awslogs-format',
  'awslogs-group',
  'awslogs-max-buffered-events',
  'awslogs-multiline-pattern',
  'awslogs-region',
  'awslogs-stream',
  'awslogs-stream-prefix',
];

interface Place {
  readonly file: FileKind;
  readonly path: Path;
}

function awslogsAt(
  { file, path }: Place,
  { options = {}, secretOptions = [] }: LogConfiguration,
  required: readonly string[],
): readonly Conflict[] {
  const given = [...Object.keys(options), ...secretOptions.map(({ name }) => name)];
  const missing = required.filter((option) => !given.includes(option));
  const unlike = Object.keys(options).flatMap((option) => {
    if (awslogsOptions.includes(option)) return [];
    const near = suggest(option, awslogsOptions);
    if (!option.startsWith('awslogs') && near === undefined) return [];
    return [
      { option, what: `is not an option of awslogs${near === undefined ? '' : `; did you mean ${near}?`}`, near },
    ];
  });
  const absent = missing.filter((option) => !unlike.some(({ near }) => near === option));
  return [
    ...absent.map((option) => ({
      file,
      path: [...path, 'options', option],
      what: options[option] === undefined ? 'is missing; the log driver awslogs needs it' : 'is empty',
    })),
    ...required
      .filter((option) => options[option]?.trim() === '')
      .map((option) => ({
        file,
        path: [...path, 'options', option],
        what: 'is empty; the log driver awslogs needs it',
      })),
    ...unlike.map(({ option, what }) => ({ file, path: [...path, 'options', option], what })),
  ];
}

const group = ['awslogs-group', 'awslogs-region'];

const awslogsIsComplete: Rule = (pair) => {
  const required = runsOnFargate(pair) ? [...group, 'awslogs-stream-prefix'] : group;
  const connect = pair.service?.serviceConnectConfiguration?.logConfiguration;
  const path = ['serviceConnectConfiguration', 'logConfiguration'];
  return [
    ...eachContainer(pair, ({ logConfiguration }, container) =>
      logConfiguration?.logDriver === 'awslogs'
        ? awslogsAt({ file: 'taskDefinition', path: [...container, 'logConfiguration'] }, logConfiguration, required)
        : [],
    ),
    ...(connect?.logDriver === 'awslogs' ? awslogsAt({ file: 'service', path }, connect, group) : []),
  ];
};

const modesAreModes: Rule = (pair) =>
  eachContainer(pair, ({ logConfiguration }, container): readonly Conflict[] => {
    const mode = logConfiguration?.options?.mode;
    if (mode === undefined || mode === 'blocking' || mode === 'non-blocking') return [];
    const path = [...container, 'logConfiguration', 'options', 'mode'];
    const what = `${pair.written('taskDefinition', path)} is not one of blocking, non-blocking`;
    return [{ file: 'taskDefinition', path, what }];
  });

/** The drivers that only container instances have; a word that is no driver at all is told elsewhere. */
const ofInstances: readonly string[] = ['fluentd', 'gelf', 'journald', 'json-file', 'syslog'];

/** "For tasks on Fargate, the supported log drivers are awslogs, splunk, and awsfirelens." */
const driversFitFargate: Rule = (pair) =>
  eachContainer(pair, ({ logConfiguration }, container): readonly Conflict[] => {
    const driver = logConfiguration?.logDriver;
    if (driver === undefined || !runsOnFargate(pair) || !ofInstances.includes(driver)) return [];
    const path = [...container, 'logConfiguration', 'logDriver'];
    const what = `${pair.written('taskDefinition', path)} is not a log driver of Fargate, which has awslogs, splunk and awsfirelens`;
    return [{ file: 'taskDefinition', path, what }];
  });

const routersExist: Rule = (pair) => {
  if (containersOf(pair.taskDefinition).some(({ firelensConfiguration }) => firelensConfiguration !== undefined)) {
    return firelensFitsFargate(pair);
  }
  return eachContainer(pair, ({ logConfiguration }, container): readonly Conflict[] => {
    if (logConfiguration?.logDriver !== 'awsfirelens') return [];
    const path = [...container, 'logConfiguration', 'logDriver'];
    const what = 'awsfirelens needs a container with a firelensConfiguration, and this task has none';
    return [{ file: 'taskDefinition', path, what }];
  });
};

/** "Tasks hosted on Fargate only support the file configuration file type." */
function firelensFitsFargate(pair: Pair): readonly Conflict[] {
  return eachContainer(pair, ({ firelensConfiguration }, container): readonly Conflict[] => {
    if (firelensConfiguration?.options?.['config-file-type'] !== 's3' || !runsOnFargate(pair)) return [];
    const path = [...container, 'firelensConfiguration', 'options', 'config-file-type'];
    return [{ file: 'taskDefinition', path, what: 's3 cannot be used on Fargate; it must be file' }];
  });
}

export const loggingRules: readonly Rule[] = [awslogsIsComplete, modesAreModes, driversFitFargate, routersExist];
