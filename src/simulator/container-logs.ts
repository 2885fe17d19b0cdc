import type { Cloud } from './cloud.ts';
import { number, object, objects, text } from './json.ts';
import { addLogGroup, addLogStream, write } from './log-groups.ts';
import type { Container, LogStream, Task } from './records.ts';

/** The options of a container's awslogs driver; nothing for another driver, or for another region. */
function awslogsOf(
  cloud: Cloud,
  container: Container,
): { readonly group: string; readonly prefix?: string } | undefined {
  const { logDriver, options } = object(container.definition.logConfiguration);
  const given = object(options);
  const group = text(given['awslogs-group']);
  const here = (text(given['awslogs-region']) ?? cloud.region) === cloud.region;
  if (logDriver !== 'awslogs' || group === undefined || !here) return undefined;
  if (given['awslogs-create-group'] === 'true') addLogGroup(cloud, group);
  const prefix = text(given['awslogs-stream-prefix']);
  return prefix === undefined ? { group } : { group, prefix };
}

/** The container whose log group is not there: its task cannot start. */
export function withoutLogGroup(cloud: Cloud, task: Task): Container | undefined {
  return task.containers.find((container) => {
    const { group } = awslogsOf(cloud, container) ?? {};
    return group !== undefined && !cloud.logGroups.has(group);
  });
}

/** `prefix/container/task-id`; without a prefix, which only EC2 allows, it is Docker's id of the container. */
function streamOf(cloud: Cloud, task: Task, container: Container): LogStream | undefined {
  const { group: name, prefix } = awslogsOf(cloud, container) ?? {};
  const group = cloud.logGroups.get(name ?? '');
  if (group === undefined) return undefined;
  const stream = prefix === undefined ? container.runtimeId : `${prefix}/${container.name}/${task.id}`;
  return stream === undefined ? undefined : addLogStream(cloud, group, stream);
}

/** The log driver makes the stream when the container starts, before it has said anything. */
export function openLog(cloud: Cloud, task: Task, container: Container): void {
  streamOf(cloud, task, container);
}

/** A container writes lines to its log; they can be read a moment later. */
export function say(cloud: Cloud, task: Task, container: Container, lines: readonly string[] = []): void {
  const stream = streamOf(cloud, task, container);
  if (stream === undefined || lines.length === 0) return;
  const [mapping] = objects(container.definition.portMappings);
  const port = String(number(mapping?.containerPort) ?? 8080);
  const timestamp = Math.round(cloud.now());
  const events = lines.map((line) => ({ timestamp, message: line.replaceAll('{port}', port) }));
  cloud.after(cloud.logDelayMs, () => write(cloud, stream, events));
}
