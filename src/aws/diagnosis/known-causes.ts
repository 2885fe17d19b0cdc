import { readDeny } from '../client/deny.ts';

/** The texts of the evidence, sorted by their source. */
export interface Clues {
  /** Stopped reasons, reasons and exit codes of containers, and answers of RunTask. */
  readonly reasons: readonly string[];
  /** States, reasons and descriptions of targets. */
  readonly targets: readonly string[];
  /** Events of the service. */
  readonly events: readonly string[];
  /** Lines of the containers' logs. */
  readonly log: readonly string[];
  /** The telling line of each log, with the lines that follow it. */
  readonly last: readonly string[];
  /** The container ports whose health checks get no answer. */
  readonly ports: readonly number[];
  /** Features that tasks of the service have and a canary task cannot have: `Service Connect`. */
  readonly lacks?: readonly string[];
  /** Whether a container of the task shows that it can never start, so that more time would not help. */
  readonly blocked?: boolean;
}

/** A known pattern with its most likely meaning and the advice for it. */
export interface KnownCause {
  readonly name: CauseName;
  readonly when: (clues: Clues) => boolean;
  readonly probably: string | ((clues: Clues) => string);
  readonly next: string | ((clues: Clues) => string);
}

type Test = (clues: Clues) => boolean;

const has = (texts: readonly string[], pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
/** Matches texts of ECS: about a task, or an event of the service. */
const ecsReports =
  (pattern: RegExp): Test =>
  ({ reasons, events }) =>
    has(reasons, pattern) || has(events, pattern);
/** Matches texts of a load balancer, or of ECS about its health checks. */
const healthCheckReports =
  (pattern: RegExp): Test =>
  ({ targets, events }) =>
    has(targets, pattern) || has(events, pattern);
/** Where to read why the program ended; the report has lines only of a log that could be read. */
const seeLog = ({ log }: Clues): string =>
  log.length > 0
    ? 'See the last lines of its log.'
    : 'See its log. The report shows the last lines of a log that is sent to CloudWatch Logs (log driver awslogs).';
/** Matches only the last lines of a log: earlier errors did not end the program. */
const logReports =
  (pattern: RegExp): Test =>
  ({ last }) =>
    has(last, pattern);
const loggedEver =
  (pattern: RegExp): Test =>
  ({ log }) =>
    has(log, pattern);
const either =
  (...tests: readonly Test[]): Test =>
  (clues) =>
    tests.some((test) => test(clues));
const all =
  (...tests: readonly Test[]): Test =>
  (clues) =>
    tests.every((test) => test(clues));

const noRoute =
  /connection issue|i\/o timeout|deadline exceeded|RequestCanceled|request canceled|context canceled|Client\.Timeout|dial tcp|no such host|signal: killed|network configuration/;
const denied = /AccessDenied|not authorized to perform|is not allowed/;
/** Matches a text that contains both patterns in any order, such as `secret` and `AccessDenied`. */
const of = (what: RegExp, how: RegExp): Test =>
  ecsReports(new RegExp(`(?=.*(?:${what.source}))(?=.*(?:${how.source}))`, 's'));

const secret =
  /retrieve secrets? from|pull secrets from|pull the secret from|fetch secret|ssm parameters|ssm:GetParameters|secretsmanager:/;
const registry = /registry auth(?! *:)|GetAuthorizationToken/;
const logger = /logger args|logging driver|Cloudwatch log (?:stream|group)|CloudWatch log group/;
const pull = /CannotPull|pull image|pulling image|image pull/;
const efs = /EFS utils|EFS volumes?|mount\.nfs4?/;

const network =
  'Give the subnets a route: a NAT gateway, assignPublicIp ENABLED in public subnets, or VPC endpoints, with a security group that allows outbound HTTPS';

const unreachable =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|getaddrinfo|could not connect to server|Name or service not known|[Cc]onnection refused|no such host/;
/** A name without an address, or an address that does not answer. Without its proxy a Service Connect name behaves either way. */
const unresolved =
  /ENOTFOUND|EAI_AGAIN|getaddrinfo|Name or service not known|no such host|[Cc]ould not resolve|UnknownHost|nodename nor servname|name resolution|NXDOMAIN/;
const nameIn = (log: readonly string[]): string => {
  const line = log.findLast((one) => unresolved.test(one)) ?? '';
  const [, name] =
    /(?:ENOTFOUND|EAI_AGAIN|lookup|resolve(?: host(?:name)?)?:?|UnknownHostException:?|host(?:name)?)\s+["'`]?([a-z0-9][\w.-]*[a-z0-9])/i.exec(
      line,
    ) ?? [];
  return name === undefined ? '' : ` (${name})`;
};
const missingSetting =
  /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+["'`]? (?:is not set|is not defined|is required|must be set|is missing|not found)|[Mm]issing (?:required )?env(?:ironment)?|KeyError: '[A-Z][A-Z0-9_]+'/;

/** Log lines in which a program reports its listening address; not times of day, and not addresses that it connects to. */
const listening =
  /\b(?:listen\w*|started?|running|serving|bound|ready)\b.{0,40}?\b(?:on|at|to)\b:?\s+(?:port(?:\(s\))?:?\s*(\d{2,5})|(?:https?:\/\/)?(?:\d+(?:\.\d+){3}|\*|\[[0-9a-f:]*\]|localhost)?:(\d{2,5})|(?<=listening on )(\d{2,5}))\b/i;
const portsIn = (log: readonly string[]): readonly number[] =>
  log.flatMap((line) => {
    const [, ...ports] = listening.exec(line) ?? [];
    return ports.filter((port) => port !== undefined).map(Number);
  });

const denyIn = ({ reasons, events }: Clues) => {
  const found = [...reasons, ...events].map(readDeny).filter((one) => one !== undefined);
  return found[0];
};

/** Ended by itself with an error; 143 (SIGTERM) means that ECS stopped it. */
const ended = ecsReports(/exit code (?!0\b|143\b)\d+/);
const unwell = either(ended, ecsReports(/UNHEALTHY/), healthCheckReports(/failed with these codes: \[5\d\d\]/));
const notReached = healthCheckReports(
  /Target\.(?:FailedHealthChecks|Timeout)|Health checks failed(?! with)|[Rr]equest timed out/,
);

function listensElsewhere({ log, ports }: Clues): boolean {
  const found = portsIn(log);
  return ports.length > 0 && found.length > 0 && !found.some((port) => ports.includes(port));
}

/**
 * Every known pattern, the specific before the general: the first match wins. The texts are from the ECS developer guide's
 * pages on stopped tasks and from public reports. AWS changes them, so only advice may depend on them.
 */
const causes = {
  'explicit deny': {
    when: (clues) => denyIn(clues) !== undefined,
    probably: (clues) => `A policy denies an action that the task needs: ${denyIn(clues)?.why}.`,
    next: (clues) => denyIn(clues)?.next ?? '',
  },
  'too many pulls': {
    when: ecsReports(/toomanyrequests|pull rate limit|Too Many Requests/i),
    probably: 'The pull rate limit of the registry is reached.',
    next: 'Pull with credentials (repositoryCredentials), or through an ECR pull through cache.',
  },
  throttled: {
    when: ecsReports(
      /RequestLimitExceeded|Request limit exceeded|ThrottlingException|\bThrottling\b|(?:request )?rate (?:limit )?exceeded|operations are being throttled/i,
    ),
    probably: 'AWS throttles the account: this and other programs made too many calls in a short time.',
    next: 'Run the job again in a few minutes, with fewer deployments at the same time.',
  },
  quota: {
    when: ecsReports(
      /You've reached the limit|reached (?:the|your) limit (?:on|of)|(?:quota|service limit) (?:has been |was |is )?(?:exceeded|reached)|exceeds? (?:the|your) (?:quota|(?:current )?limit)|\bLimitExceeded(?:Exception)?\b|\b(?:Vcpu|Address|NetworkInterface|Instance)LimitExceeded\b|ServiceQuotaExceeded|more vCPU capacity than your current vCPU limit|maximum number of (?:network interfaces|tasks|services|addresses)|capacity limit exceeded|concurrently running (?:tasks|vCPUs) limit/i,
    ),
    probably: (clues) =>
      has([...clues.reasons, ...clues.events], /vCPU|Fargate/i)
        ? 'A quota of the account is reached: the number of vCPUs or tasks that can run at the same time.'
        : 'A quota of the account is reached.',
    next: 'Request a higher quota (Service Quotas, in this region), or stop tasks that are not needed; then run the job again.',
  },
  'role cannot be assumed': {
    when: ecsReports(/unable to assume the role/),
    probably: 'ECS cannot assume the task role or the execution role of the task definition.',
    next: 'Check that both roles exist in this account and trust ecs-tasks.amazonaws.com.',
  },
  'wrong platform': {
    when: either(
      ecsReports(/descriptor matching platform|no matching manifest for|no match for platform|exec format error/),
      logReports(/exec format error/),
    ),
    probably: 'The image was built for a different CPU architecture or operating system than the task runs on.',
    next: 'Build it for the runtimePlatform of the task definition (default: linux/amd64), as in docker build --platform linux/amd64, or change runtimePlatform.',
  },
  'log group unreachable': {
    when: of(logger, noRoute),
    probably: 'The task has no route to CloudWatch Logs.',
    next: `${network}; the VPC endpoint for CloudWatch Logs is logs.`,
  },
  'log group denied': {
    when: of(logger, denied),
    probably: 'The execution role is not allowed to write to the log group.',
    next: 'Allow logs:CreateLogStream and logs:PutLogEvents to the execution role, and logs:CreateLogGroup if awslogs-create-group is true.',
  },
  'no log group': {
    when: ecsReports(logger),
    probably: 'The log group of a container does not exist, or its logConfiguration is incomplete.',
    next: 'Create the log group that awslogs-group names, in the region that awslogs-region names, or set awslogs-create-group to true.',
  },
  'no route to secrets': {
    when: of(secret, noRoute),
    probably: 'The task has no route to Secrets Manager or SSM Parameter Store.',
    next: `${network}; the VPC endpoints are secretsmanager and ssm.`,
  },
  'secret denied': {
    when: of(secret, denied),
    probably: 'The execution role is not allowed to read a secret of the task definition.',
    next: 'Allow secretsmanager:GetSecretValue or ssm:GetParameters on that secret to the execution role, and kms:Decrypt if the secret is encrypted with a customer managed key.',
  },
  'no such key in secret': {
    when: ecsReports(/did not contain json key/),
    probably: 'A secret does not contain the JSON key that the task definition names.',
    next: 'Correct the key at the end of valueFrom in secrets, or add it to the secret.',
  },
  'no such secret': {
    when: either(
      ecsReports(/invalid ssm parameters/i),
      of(secret, /ResourceNotFound|can't find the specified secret|Check whether the secret exists|ParameterNotFound/),
    ),
    probably: 'A secret that the task definition names does not exist in this region.',
    next: 'Correct valueFrom in secrets, or create the secret before the rollout.',
  },
  secrets: {
    when: ecsReports(secret),
    probably: 'A secret of the task definition could not be read.',
    next: 'Check that it exists, that the execution role is allowed to read it, and that the subnets have a route to it.',
  },
  'no route to ECR': {
    when: of(registry, noRoute),
    probably: 'The task has no route to ECR.',
    next: `${network}; the VPC endpoints are ecr.api, ecr.dkr and s3.`,
  },
  'registry login denied': {
    when: of(registry, denied),
    probably: 'The execution role is not allowed to log in to ECR.',
    next: 'Allow ecr:GetAuthorizationToken to the execution role (AmazonECSTaskExecutionRolePolicy contains it).',
  },
  'no route to secrets or ECR': {
    when: of(/secrets or registry auth/, noRoute),
    probably: 'The task has no route to ECR, Secrets Manager or SSM Parameter Store.',
    next: `${network}; the VPC endpoints are ecr.api, ecr.dkr, s3, secretsmanager and ssm.`,
  },
  'no credentials for the registry': {
    when: ecsReports(/no basic auth credentials/),
    probably: 'ECS tried to pull the image without credentials for its registry.',
    next: 'For ECR: check account and region in the image name, and allow the execution role (on EC2: the instance role) to pull. For another registry: set repositoryCredentials.',
  },
  'pull denied': {
    when: either(
      ecsReports(/not authorized to perform: ecr:|pull access denied|has the permissions to pull/),
      of(pull, /403 Forbidden|unauthorized|authorization failed|denied/),
    ),
    probably:
      'The task is not allowed to pull the image, or the repository does not exist: registries often do not say which.',
    next: 'Check the image name, then that the execution role (on EC2: the instance role) has ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, and that the repository policy allows them.',
  },
  'no such digest': {
    when: of(pull, /@sha256:[0-9a-f]{64}.*not found/),
    probably: 'The registry has no image with this digest: it was never pushed, or a lifecycle policy deleted it.',
    next: 'Push the image again and deploy its new digest, or exclude deployed images from the lifecycle policy.',
  },
  'no route to the registry': {
    when: of(pull, new RegExp(`${noRoute.source}|httpReaderSeeker: failed open|net/http: TLS`)),
    probably: 'The task has no route to the registry of the image.',
    next: `${network}; for ECR the VPC endpoints are ecr.api, ecr.dkr and s3.`,
  },
  'no such image': {
    when: of(pull, /not found|manifest unknown|name unknown|does not exist|image exists|image URI/),
    probably: 'The image or its tag does not exist in the registry.',
    next: 'Check its name and tag, and that an earlier step pushed it to the same account and region.',
  },
  'disk full': {
    when: ecsReports(/no space left on device/),
    probably: 'The disk was full: there was no space for the image or for the files of the task.',
    next: 'On Fargate raise ephemeralStorage in the task definition; on EC2 free disk space on the container instance.',
  },
  'image not pulled': {
    when: ecsReports(/CannotPull/),
    probably: 'The image could not be pulled.',
    next: 'Check that it exists, that the execution role is allowed to pull it, and that the subnets have a route to its registry.',
  },
  'EFS denied': {
    when: of(efs, /access denied/),
    probably: 'The task is not allowed to mount an EFS file system.',
    next: 'Check the policies of the file system and its access point, and that the task role has elasticfilesystem:ClientMount; with iam ENABLED, transitEncryption must be ENABLED too.',
  },
  EFS: {
    when: ecsReports(efs),
    probably: 'An EFS file system could not be mounted.',
    next: 'Check that it has a mount target in the Availability Zone of each subnet, that its security group allows NFS (2049) from the task, that the VPC resolves DNS names, and that rootDirectory exists.',
  },
  'no free address': {
    when: ecsReports(/InsufficientFreeAddresses|(?:not have enough|insufficient|no) free (?:IP )?addresses/i),
    probably: 'A subnet of the service has no free IP address.',
    next: 'Use larger or more subnets, or wait until stopped tasks have released their addresses.',
  },
  'port taken': {
    // Where another instance lacks something else, ports are not what keeps the task out.
    when: (clues) =>
      ecsReports(/RESOURCE:PORTS|already using a port/)(clues) && !ecsReports(/RESOURCE:(?!PORTS)/)(clues),
    probably: 'The host port of the task is in use on every container instance.',
    next: 'Use strategy: rolling with a minimumHealthyPercent below 100, which needs no free port; or use dynamic ports (hostPort 0) or awsvpc, or add a container instance (does not help a DAEMON service).',
  },
  'agent away': {
    when: ecsReports(/"AGENT"|\bAGENT\b(?! version)/),
    probably: 'The ECS agent of the container instance is not connected.',
    next: 'Restart the agent on the container instance, or replace the instance.',
  },
  'Spot interruption': {
    when: ecsReports(/SpotInterruption|Spot Task was interrupted|Spot interruption/i),
    probably: 'AWS interrupted the Spot capacity; the new version is not the cause.',
    next: 'Run the job again; FARGATE with a base in the capacity provider strategy keeps some tasks off Spot.',
  },
  'no capacity': {
    when: ecsReports(
      /Capacity is unavailable|RESOURCE:|insufficient (?:CPU|memory)|InsufficientInstanceCapacity|no container instance met all|No Container Instances|NO ACTIVE INSTANCES|EMPTY CAPACITY PROVIDER|unable to place a task/i,
    ),
    probably: 'No capacity is available for one more task.',
    next: 'Add container instances (EC2) or subnets in other Availability Zones (Fargate), or try again in a few minutes.',
  },
  'placement constraint': {
    when: ecsReports(/\bATTRIBUTE\b|placement constraint unsatisfied|MemberOf placement constraint/i),
    probably: 'No container instance has an attribute that the task definition or a placement constraint requires.',
    next: 'Compare requiresAttributes of the task definition and placementConstraints with the container instances; an outdated agent also lacks attributes.',
  },
  'network interface': {
    when: ecsReports(/network interface provision|Timeout waiting for \w+ provisioning/i),
    probably: 'AWS did not set up the network or storage of the task in time.',
    next: 'Run the job again; if it happens again, check the free addresses of the subnets.',
  },
  'stuck in PROVISIONING': {
    when: ecsReports(/\bis PROVISIONING\b/),
    probably: 'ECS never placed the task, or never created its network interface.',
    next: 'Check the free addresses of the subnets, and with an Auto Scaling group capacity provider whether its group can grow.',
  },
  'stuck in PENDING': {
    when: all(ecsReports(/\bis PENDING\b/), ({ blocked = false }) => !blocked),
    probably: 'The task was placed, but its containers did not start in time.',
    next: 'Check whether a container waits for another one (dependsOn), whether the image is very large, and on EC2 whether the agent is connected; a longer task-running-timeout gives the task more time.',
  },
  'instance gone': {
    when: ecsReports(/Host EC2 .*(?:terminated|stopped)|TerminationNotice/),
    probably: 'The container instance was terminated or disconnected; the new version is not the cause.',
    next: 'Run the job again.',
  },
  'stopped by hand': {
    when: ecsReports(/UserInitiated|Task stopped by user/),
    probably: 'A user or another program stopped the task; the new version is not the cause.',
    next: 'Find the StopTask call in CloudTrail, then run the job again.',
  },
  'out of memory': {
    when: either(
      ecsReports(/OutOfMemory|OOMKilled|memory usage/),
      logReports(/\bOutOfMemoryError\b|heap out of memory/),
    ),
    probably: 'The container used more memory than its limit.',
    next: 'Raise memory of the container or the task, limit the memory of the program, or find the leak.',
  },
  'entry point not executable': {
    when: either(
      ecsReports(/exec: .*permission denied|exit code 126\b/s),
      all(ended, logReports(/(?:\bexec\b|sh: \d+:|entrypoint).*[Pp]ermission denied/)),
    ),
    probably: 'The file that the container starts is not executable.',
    next: 'Make it executable in the image (chmod +x, COPY --chmod=755), for the user that the container runs as.',
  },
  'command not found': {
    when: either(
      ecsReports(/executable file not found|exec: .*no such file or directory|exit code 127\b/s),
      all(ended, logReports(/^(?:exec \S+: no such file or directory|.*: (?:command )?not found$)/)),
    ),
    probably: 'The command that the container starts is not in the image.',
    next: 'Compare entryPoint and command of the task definition with the image; a script also needs its interpreter and Unix line endings.',
  },
  'container not started': {
    when: ecsReports(
      /CannotStartContainerError|CannotCreateContainerError|ContainerRuntimeTimeout|CannotInspectContainer/,
    ),
    probably: 'The container runtime could not start the container.',
    next: 'See the reason of the container above, which is the message of the container runtime.',
  },
  'port in use': {
    when: logReports(/EADDRINUSE|[Aa]ddress already in use/),
    probably: 'The program tried to listen on a port that another process of the task already uses.',
    next: 'Use a different port in every container of the task: in awsvpc and host mode they share one network.',
  },
  'setting missing': {
    when: all(ended, logReports(missingSetting)),
    probably: 'The program ended because a setting is missing.',
    next: 'Add the setting that the log names to environment or secrets of the container.',
  },
  'task role denied': {
    when: all(unwell, logReports(/AccessDenied|is not authorized to perform/)),
    probably: 'The program called an AWS API that its task role does not allow.',
    next: 'Allow the action that the log names to the task role (taskRoleArn).',
  },
  'no Service Connect in the canary': {
    when: all(unwell, logReports(unresolved), ({ lacks = [] }) => lacks.includes('Service Connect')),
    probably: ({ log }) =>
      `The canary could not reach a name${nameIn(log)}; if that is a Service Connect name, only tasks that the service starts can reach it, and the new version may not be the cause.`,
    next: 'If the log names a Service Connect alias, use strategy: rolling, or an address that tasks outside Service Connect can reach.',
  },
  'something it needs cannot be reached': {
    when: all(unwell, logReports(unreachable)),
    probably: 'The program could not reach another system that it needs, such as a database.',
    next: 'Check the address that the log names, and that the security group of that system allows this task.',
  },
  'load balancer itself': {
    when: healthCheckReports(/Elb\.InternalError/),
    probably: 'The load balancer had an internal error; the new version is not the cause.',
    next: 'Run the job again.',
  },
  'wrong port': {
    when: all(notReached, listensElsewhere),
    probably: ({ log, ports }) =>
      `The load balancer checks port ${ports[0]}, but the program listens on ${[...new Set(portsIn(log))].join(' and ')}.`,
    next: 'Make the program listen on the containerPort of loadBalancers in service.json, or correct that port there and in portMappings.',
  },
  'listens on localhost only': {
    when: all(notReached, loggedEver(/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/)),
    probably: 'The program listens on localhost only, where the load balancer cannot reach it.',
    next: 'Make it listen on 0.0.0.0.',
  },
  'zone not enabled': {
    when: healthCheckReports(/Availability Zone that is not enabled/),
    probably: 'The target is in an Availability Zone that is not enabled for its load balancer.',
    next: 'Enable the zone for the load balancer, or remove the subnet of that zone from the network configuration of the service.',
  },
  'target group unused': {
    when: healthCheckReports(/Target\.NotInUse|not configured to receive traffic/),
    probably: 'No listener of a load balancer forwards to the target group.',
    next: 'Add a listener or a rule that forwards to it, or correct targetGroupArn in service.json.',
  },
  'health check: not found': {
    when: healthCheckReports(/failed with these codes: \[404\]/),
    probably: 'The program does not serve the path of the health check.',
    next: 'Correct the health-check path of the target group, or serve that path.',
  },
  'health check: redirect': {
    when: healthCheckReports(/failed with these codes: \[3\d\d\]/),
    probably: 'The health check is redirected, often to HTTPS or to a login page.',
    next: 'Use a health-check path that answers 200 itself, or add the code to the matcher of the target group.',
  },
  'health check: login': {
    when: healthCheckReports(/failed with these codes: \[40[13]\]/),
    probably: 'The path of the health check requires a login or an allowed host name.',
    next: 'Use a health-check path that needs neither; load balancers send an IP address as the Host header.',
  },
  'health check: server error': {
    when: healthCheckReports(/failed with these codes: \[5\d\d\]/),
    probably: 'The program answers the health check with a server error.',
    next: 'Find the error in the log of the container; a program that is not ready yet needs a longer healthCheckGracePeriodSeconds.',
  },
  'health check: code': {
    when: healthCheckReports(/ResponseCodeMismatch|failed with these codes/),
    probably:
      'The program answers the health check with a status code that the matcher of the target group does not accept.',
    next: 'Compare the path and matcher of the target group with the answer of the program.',
  },
  'health check: no answer': {
    when: healthCheckReports(/Target\.Timeout|[Rr]equest timed out/),
    probably: 'The health check gets no answer; usually a security group blocks the load balancer.',
    next: 'Allow the container port in the security group of the task from that of the load balancer; then check that the program listens on that port and answers within the timeout.',
  },
  'health check: no connection': {
    when: notReached,
    probably: 'The load balancer cannot connect to the container port, or gets no HTTP answer from it.',
    next: 'Check that the program listens on the containerPort of loadBalancers, on 0.0.0.0, and with the protocol of the target group; a slow start needs a longer healthCheckGracePeriodSeconds.',
  },
  'health check of a container': {
    when: ecsReports(/UNHEALTHY|failed container health checks/),
    probably: 'The healthCheck command of a container fails.',
    next: 'Run the command in the image: its program must exist there (curl is often missing) and the port must be right; startPeriod gives a slow start more time.',
  },
  'target of the service': {
    when: ecsReports(/failed ELB health checks/),
    probably: 'A task of the service failed the health check of its target group.',
    next: 'See the log of its container, and check path, port and matcher of the health check.',
  },
  'segmentation fault': {
    when: ecsReports(/exit code 139\b/),
    probably:
      'The program crashed with a segmentation fault (139), in native code or because of an incompatible library.',
    next: 'Run the image locally with the same command, and check the changes of native dependencies and the base image.',
  },
  killed: {
    when: ecsReports(/exit code 137\b/),
    probably:
      'The container was killed (137): it did not stop within stopTimeout after SIGTERM, or it ran out of memory.',
    next: 'Compare its memory use with its limit; make the program exit on SIGTERM, or raise stopTimeout.',
  },
  aborted: {
    when: ecsReports(/exit code 134\b/),
    probably: 'The program aborted (134), as runtimes do when memory runs out or an assertion fails.',
    next: seeLog,
  },
  'ended with an error': {
    when: ended,
    probably: 'The program ended with an error.',
    next: seeLog,
  },
  'ended without an error': {
    when: all(ecsReports(/EssentialContainerExited|Essential container in task exited/), ecsReports(/exit code 0\b/)),
    probably:
      'An essential container finished and ended the task; the essential containers of a service must keep running.',
    next: 'Keep its main process in the foreground, or set essential to false for a container that is meant to end.',
  },
  'limits of the deployment': {
    when: ecsReports(/because of the service deployment configuration/),
    probably: 'minimumHealthyPercent and maximumPercent do not let ECS start or stop a task.',
    next: 'Lower minimumHealthyPercent or raise maximumPercent of the service.',
  },
  'alarm of the deployment': {
    when: ecsReports(/deployment alarms?: |alarm detected|CloudWatch alarms? .*triggered|\(alarms: /),
    probably: 'An alarm in the deployment configuration of the service went into ALARM.',
    next: 'See the alarm, and how the new version affects its metric.',
  },
  'circuit breaker': {
    when: ecsReports(/circuit breaker|tasks failed to start/),
    probably: 'Tasks of the new version did not stay up, and the circuit breaker of ECS ended the deployment.',
    next: 'See the stopped tasks and their logs.',
  },
} as const satisfies Readonly<Record<string, Omit<KnownCause, 'name'>>>;

/** The name of a known cause. */
export type CauseName = keyof typeof causes;

/** The known causes in the order in which they are tried. */
export const knownCauses: readonly KnownCause[] = (Object.keys(causes) as CauseName[]).map((name) => ({
  name,
  ...causes[name],
}));
