import type { LogConfiguration } from '@aws-sdk/client-ecs';
import { suggest } from '../../model/suggest.ts';
import {
  type Conflict,
  type Conflicts,
  containersOf,
  eachContainer,
  inService,
  inTask,
  quoteInTask,
  type Rule,
  runsOnFargate,
} from './pair.ts';

/** Options of the awslogs driver: API reference of LogConfiguration, and Docker's documentation. */
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

/** What is wrong with the options of a log driver, in their order of the report; `add` makes the conflict of an option. */
function awslogsAt(
  { options = {}, secretOptions = [] }: LogConfiguration,
  required: readonly string[],
  add: (option: string, what: string) => Conflict,
): Conflicts {
  const given = [...Object.keys(options), ...secretOptions.map(({ name }) => name)];
  const unlike = Object.keys(options).flatMap((option) => {
    const near = suggest(option, awslogsOptions);
    const isOption = awslogsOptions.includes(option) || (!option.startsWith('awslogs') && near === undefined);
    return isOption ? [] : [{ option, near }];
  });
  const absent = required.filter((one) => !given.includes(one) && !unlike.some(({ near }) => near === one));
  return [
    absent.map((option) => add(option, 'is missing; the log driver awslogs requires it')),
    required
      .filter((option) => options[option]?.trim() === '')
      .map((option) => add(option, 'is empty; the log driver awslogs requires it')),
    unlike.map(({ option, near }) =>
      add(option, `is not an option of awslogs${near === undefined ? '' : `; did you mean ${near}?`}`),
    ),
  ];
}

const group = ['awslogs-group', 'awslogs-region'];

const awslogsIsComplete: Rule = (pair) => {
  const required = runsOnFargate(pair) ? [...group, 'awslogs-stream-prefix'] : group;
  const connect = pair.service?.serviceConnectConfiguration?.logConfiguration;
  return [
    eachContainer(
      pair,
      ({ logConfiguration }, container) =>
        logConfiguration?.logDriver === 'awslogs' &&
        awslogsAt(logConfiguration, required, (option, what) =>
          inTask([...container, 'logConfiguration', 'options', option], what),
        ),
    ),
    connect?.logDriver === 'awslogs' &&
      awslogsAt(connect, group, (option, what) =>
        inService(['serviceConnectConfiguration', 'logConfiguration', 'options', option], what),
      ),
  ];
};

const modesAreModes: Rule = (pair) =>
  eachContainer(pair, ({ logConfiguration }, container) => {
    const mode = logConfiguration?.options?.mode;
    if (mode === undefined || mode === 'blocking' || mode === 'non-blocking') return undefined;
    const path = [...container, 'logConfiguration', 'options', 'mode'];
    return quoteInTask(pair, path, 'is not one of blocking, non-blocking');
  });

/** Drivers that only container instances support; an unknown driver is reported elsewhere. */
const ofInstances: readonly string[] = ['fluentd', 'gelf', 'journald', 'json-file', 'syslog'];

/** "For tasks on Fargate, the supported log drivers are awslogs, splunk, and awsfirelens." */
const driversFitFargate: Rule = (pair) =>
  runsOnFargate(pair) &&
  eachContainer(pair, ({ logConfiguration }, container) => {
    const path = [...container, 'logConfiguration', 'logDriver'];
    const what = 'is not supported on Fargate; use awslogs, splunk or awsfirelens';
    return ofInstances.includes(logConfiguration?.logDriver ?? '') && quoteInTask(pair, path, what);
  });

const routersExist: Rule = (pair) => {
  if (containersOf(pair.taskDefinition).some(({ firelensConfiguration }) => firelensConfiguration !== undefined)) {
    return firelensFitsFargate(pair);
  }
  const what = 'awsfirelens needs a container with a firelensConfiguration, but this task has none';
  return eachContainer(
    pair,
    ({ logConfiguration }, container) =>
      logConfiguration?.logDriver === 'awsfirelens' && inTask([...container, 'logConfiguration', 'logDriver'], what),
  );
};

/** "Tasks hosted on Fargate only support the file configuration file type." */
const firelensFitsFargate: Rule = (pair) =>
  runsOnFargate(pair) &&
  eachContainer(pair, ({ firelensConfiguration }, container) => {
    const path = [...container, 'firelensConfiguration', 'options', 'config-file-type'];
    const isS3 = firelensConfiguration?.options?.['config-file-type'] === 's3';
    return isS3 && inTask(path, 's3 is not supported on Fargate; use file');
  });

export const loggingRules: readonly Rule[] = [awslogsIsComplete, modesAreModes, driversFitFargate, routersExist];
