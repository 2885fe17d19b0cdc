import { readDeny } from '../client/deny.ts';

/** What was seen, sorted by who says it. */
export interface Clues {
  /** Stopped reasons, reasons and exit codes of containers, what RunTask answered. */
  readonly reasons: readonly string[];
  /** States, reasons and descriptions of targets. */
  readonly targets: readonly string[];
  /** Events of the service. */
  readonly events: readonly string[];
  /** Lines of the containers' logs. */
  readonly log: readonly string[];
  /** What the logs say of the end: the telling line of each, with what follows it. */
  readonly last: readonly string[];
  /** The container ports that are asked and do not answer. */
  readonly ports: readonly number[];
  /** What tasks of the service have, and the canary that failed cannot: `Service Connect`. */
  readonly lacks?: readonly string[];
}

/** A pattern that is known, what it most likely means, and what a person should do about it. */
export interface KnownCause {
  readonly name: string;
  readonly when: (clues: Clues) => boolean;
  readonly probably: string | ((clues: Clues) => string);
  readonly next: string | ((clues: Clues) => string);
}

type Test = (clues: Clues) => boolean;

const has = (texts: readonly string[], pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
/** ECS says it, of a task or in an event of the service. */
const said =
  (pattern: RegExp): Test =>
  ({ reasons, events }) =>
    has(reasons, pattern) || has(events, pattern);
/** A load balancer says it, or ECS in its name. */
const asked =
  (pattern: RegExp): Test =>
  ({ targets, events }) =>
    has(targets, pattern) || has(events, pattern);
/** A program has said it at its end: anything before may have passed. */
const logged =
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
/** A reason that is about one thing and says another: `AccessDenied` of a secret. */
const of = (what: RegExp, how: RegExp): Test =>
  said(new RegExp(`(?=.*(?:${what.source}))(?=.*(?:${how.source}))`, 's'));

const secret =
  /retrieve secrets? from|pull secrets from|pull the secret from|fetch secret|ssm parameters|ssm:GetParameters|secretsmanager:/;
const registry = /registry auth(?! *:)|GetAuthorizationToken/;
const logger = /logger args|logging driver|Cloudwatch log (?:stream|group)|CloudWatch log group/;
const pull = /CannotPull|pull image|pulling image|image pull/;
const efs = /EFS utils|EFS volumes?|mount\.nfs4?/;

const network =
  'Give the subnets a route: a NAT gateway, assignPublicIp ENABLED in public subnets, or VPC endpoints, and a security group that lets HTTPS out';

const unreachable =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|getaddrinfo|could not connect to server|Name or service not known|[Cc]onnection refused|no such host/;
/** A name that has no address, or an address that nothing answers at: both are what a Service Connect name is without its proxy. */
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

/** Where a program says that it listens: addresses of its own only, and neither a time of day nor what it connects to. */
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

/** Why a task stays PENDING, where a container of it tells: more time would not help. */
const knownWhyPending = /\(dependsOn [A-Z]+\), and that|health check of container \S+ failed/;

/** It ended by itself: 143 is what one has that was asked to. */
const ended = said(/exit code (?!0\b|143\b)\d+/);
const unwell = either(ended, said(/UNHEALTHY/), asked(/failed with these codes: \[5\d\d\]/));
const notReached = asked(/Target\.(?:FailedHealthChecks|Timeout)|Health checks failed(?! with)|[Rr]equest timed out/);

function listensElsewhere({ log, ports }: Clues): boolean {
  const found = portsIn(log);
  return ports.length > 0 && found.length > 0 && !found.some((port) => ports.includes(port));
}

/**
 * Every pattern that is known, the special before the general: the first that fits is what is said. The texts of AWS are
 * from the ECS developer guide's pages on stopped tasks and from what people have reported; they change, so nothing but
 * advice hangs on them.
 */
export const knownCauses: readonly KnownCause[] = [
  {
    name: 'explicit deny',
    when: (clues) => denyIn(clues) !== undefined,
    probably: (clues) => `A policy forbids what the task needs: ${denyIn(clues)?.why}.`,
    next: (clues) => denyIn(clues)?.next ?? '',
  },
  {
    name: 'too many pulls',
    when: said(/toomanyrequests|pull rate limit|Too Many Requests/i),
    probably: 'The registry limits how many images may be pulled, and the limit is reached.',
    next: 'Pull with credentials (repositoryCredentials), or through an ECR pull-through cache.',
  },
  {
    name: 'throttled',
    when: said(
      /RequestLimitExceeded|Request limit exceeded|ThrottlingException|\bThrottling\b|(?:request )?rate (?:limit )?exceeded|operations are being throttled/i,
    ),
    probably: 'AWS throttles the account: too many calls were made in a short time, by this and other programs.',
    next: 'Run the job again in some minutes, with fewer deployments at the same time.',
  },
  {
    name: 'quota',
    when: said(
      /You've reached the limit|reached (?:the|your) limit (?:on|of)|(?:quota|service limit) (?:has been |was |is )?(?:exceeded|reached)|exceeds? (?:the|your) (?:quota|(?:current )?limit)|\bLimitExceeded(?:Exception)?\b|\b(?:Vcpu|Address|NetworkInterface|Instance)LimitExceeded\b|ServiceQuotaExceeded|more vCPU capacity than your current vCPU limit|maximum number of (?:network interfaces|tasks|services|addresses)|capacity limit exceeded|concurrently running (?:tasks|vCPUs) limit/i,
    ),
    probably: (clues) =>
      has([...clues.reasons, ...clues.events], /vCPU|Fargate/i)
        ? 'A quota of the account is reached: the number of vCPUs or tasks that may run at the same time.'
        : 'A quota of the account is reached.',
    next: 'Raise the quota (Service Quotas, in this region), or free what is running and not needed, such as old tasks; then run the job again.',
  },
  {
    name: 'role cannot be assumed',
    when: said(/unable to assume the role/),
    probably: 'ECS may not use the task role or the execution role of the task definition.',
    next: 'Check that both roles exist in this account and trust ecs-tasks.amazonaws.com.',
  },
  {
    name: 'wrong platform',
    when: either(
      said(/descriptor matching platform|no matching manifest for|no match for platform|exec format error/),
      logged(/exec format error/),
    ),
    probably: 'The image was built for another processor or operating system than the one that the task runs on.',
    next: 'Build it for the runtimePlatform of the task definition (linux/amd64 where none is given), as in docker build --platform linux/amd64, or change runtimePlatform.',
  },
  {
    name: 'log group unreachable',
    when: of(logger, noRoute),
    probably: 'The task has no route to CloudWatch Logs.',
    next: `${network}; the VPC endpoint for CloudWatch Logs is called logs.`,
  },
  {
    name: 'log group denied',
    when: of(logger, denied),
    probably: 'The execution role may not write to the log group.',
    next: 'Allow logs:CreateLogStream and logs:PutLogEvents to the execution role, and logs:CreateLogGroup where awslogs-create-group is true.',
  },
  {
    name: 'no log group',
    when: said(logger),
    probably: 'The log group of a container does not exist, or its logConfiguration is not complete.',
    next: 'Create the log group that awslogs-group names, in the region that awslogs-region names, or set awslogs-create-group to true.',
  },
  {
    name: 'no route to secrets',
    when: of(secret, noRoute),
    probably: 'The task has no route to Secrets Manager or SSM Parameter Store.',
    next: `${network}; the VPC endpoints are called secretsmanager and ssm.`,
  },
  {
    name: 'secret denied',
    when: of(secret, denied),
    probably: 'The execution role may not read a secret of the task definition.',
    next: 'Allow secretsmanager:GetSecretValue or ssm:GetParameters on that secret to the execution role, and kms:Decrypt where the secret has a key of its own.',
  },
  {
    name: 'no such key in secret',
    when: said(/did not contain json key/),
    probably: 'A secret has no such JSON key as the task definition asks for.',
    next: 'Correct the key at the end of valueFrom in secrets, or add it to the secret.',
  },
  {
    name: 'no such secret',
    when: either(
      said(/invalid ssm parameters/i),
      of(secret, /ResourceNotFound|can't find the specified secret|Check whether the secret exists|ParameterNotFound/),
    ),
    probably: 'A secret that the task definition names does not exist, in this region at least.',
    next: 'Correct valueFrom in secrets, or create the secret before the rollout.',
  },
  {
    name: 'secrets',
    when: said(secret),
    probably: 'A secret of the task definition could not be read.',
    next: 'Check that it exists, that the execution role may read it, and that the subnets have a route to it.',
  },
  {
    name: 'no route to ECR',
    when: of(registry, noRoute),
    probably: 'The task has no route to ECR.',
    next: `${network}; the VPC endpoints are called ecr.api, ecr.dkr and s3.`,
  },
  {
    name: 'registry login denied',
    when: of(registry, denied),
    probably: 'The execution role may not log in to ECR.',
    next: 'Allow ecr:GetAuthorizationToken to the execution role (AmazonECSTaskExecutionRolePolicy has it).',
  },
  {
    name: 'no route to secrets or ECR',
    when: of(/secrets or registry auth/, noRoute),
    probably: 'The task has no route to ECR, Secrets Manager or SSM Parameter Store.',
    next: `${network}; the VPC endpoints are called ecr.api, ecr.dkr, s3, secretsmanager and ssm.`,
  },
  {
    name: 'no credentials for the registry',
    when: said(/no basic auth credentials/),
    probably: 'The image was to be pulled without credentials for its registry.',
    next: 'For ECR: check account and region in the name of the image, and give the execution role (on EC2 the instance role) the right to pull. For another registry: set repositoryCredentials.',
  },
  {
    name: 'pull denied',
    when: either(
      said(/not authorized to perform: ecr:|pull access denied|has the permissions to pull/),
      of(pull, /403 Forbidden|unauthorized|authorization failed|denied/),
    ),
    probably: 'The task may not pull the image, or there is no such repository: registries often do not say which.',
    next: 'Check the name of the image, then that the execution role (on EC2 the instance role) has ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, and that the policy of the repository allows it.',
  },
  {
    name: 'no such digest',
    when: of(pull, /@sha256:[0-9a-f]{64}.*not found/),
    probably:
      'The registry has no image with this digest: it was never pushed there, or a lifecycle policy has deleted it.',
    next: 'Push the image again and deploy its new digest, or keep deployed images out of the lifecycle policy.',
  },
  {
    name: 'no route to the registry',
    when: of(pull, new RegExp(`${noRoute.source}|httpReaderSeeker: failed open|net/http: TLS`)),
    probably: 'The task has no route to the registry of the image.',
    next: `${network}; for ECR the VPC endpoints are called ecr.api, ecr.dkr and s3.`,
  },
  {
    name: 'no such image',
    when: of(pull, /not found|manifest unknown|name unknown|does not exist|image exists|image URI/),
    probably: 'The image or its tag does not exist in the registry.',
    next: 'Check its name and tag, and that it was pushed before this step, to the same account and region.',
  },
  {
    name: 'disk full',
    when: said(/no space left on device/),
    probably: 'There was no room on the disk for the image or for what the task writes.',
    next: 'On Fargate raise ephemeralStorage in the task definition; on EC2 free the disk of the container instance.',
  },
  {
    name: 'image not pulled',
    when: said(/CannotPull/),
    probably: 'The image could not be pulled.',
    next: 'Check that it exists, that the execution role may pull it, and that the subnets have a route to its registry.',
  },
  {
    name: 'EFS denied',
    when: of(efs, /access denied/),
    probably: 'The task may not mount an EFS file system.',
    next: 'Check the policy of the file system and of its access point, and elasticfilesystem:ClientMount of the task role; with iam ENABLED also transitEncryption.',
  },
  {
    name: 'EFS',
    when: said(efs),
    probably: 'An EFS file system could not be mounted.',
    next: 'Check that it has a mount target in the zone of each subnet, that its security group lets NFS (2049) in from the task, that the VPC resolves names, and that rootDirectory exists.',
  },
  {
    name: 'no free address',
    when: said(/InsufficientFreeAddresses|(?:not have enough|insufficient|no) free (?:IP )?addresses/i),
    probably: 'A subnet of the service has no free address left.',
    next: 'Use larger or more subnets, or wait until tasks have given their addresses back.',
  },
  {
    name: 'port taken',
    // Where another instance lacks something else, ports are not what keeps the task out.
    when: (clues) => said(/RESOURCE:PORTS|already using a port/)(clues) && !said(/RESOURCE:(?!PORTS)/)(clues),
    probably: 'On every container instance the host port of the task is taken.',
    next: 'Use strategy: rolling with a minimumHealthyPercent below 100, which needs no free port; or use dynamic ports (hostPort 0) or awsvpc, or add a container instance (no help for a DAEMON service).',
  },
  {
    name: 'agent away',
    when: said(/"AGENT"|\bAGENT\b(?! version)/),
    probably: 'The ECS agent of the container instance is not connected.',
    next: 'Restart the agent on the container instance, or replace the instance.',
  },
  {
    name: 'Spot taken back',
    when: said(/SpotInterruption|Spot Task was interrupted|Spot interruption/i),
    probably: 'AWS took the Spot capacity back; the new version is not at fault.',
    next: 'Run the job again; FARGATE with a base in the capacity provider strategy keeps some tasks out of Spot.',
  },
  {
    name: 'no capacity',
    when: said(
      /Capacity is unavailable|RESOURCE:|insufficient (?:CPU|memory)|InsufficientInstanceCapacity|no container instance met all|No Container Instances|NO ACTIVE INSTANCES|EMPTY CAPACITY PROVIDER|unable to place a task/i,
    ),
    probably: 'There is no capacity for one more task.',
    next: 'Add container instances (EC2) or subnets in other zones (Fargate), or try again in some minutes.',
  },
  {
    name: 'placement constraint',
    when: said(/\bATTRIBUTE\b|placement constraint unsatisfied|MemberOf placement constraint/i),
    probably: 'No container instance has an attribute that the task definition or a placement constraint asks for.',
    next: 'Compare requiresAttributes of the task definition and placementConstraints with the container instances; an agent that is too old lacks attributes as well.',
  },
  {
    name: 'network interface',
    when: said(/network interface provision|Timeout waiting for \w+ provisioning/i),
    probably: 'AWS did not prepare network or storage of the task in time.',
    next: 'Run the job again; when it comes back, check the free addresses of the subnets.',
  },
  {
    name: 'stuck in PROVISIONING',
    when: said(/\bis PROVISIONING\b/),
    probably: 'ECS never found a place, or never made a network interface, for the task.',
    next: 'Check the free addresses of the subnets, and with a capacity provider of your own whether its Auto Scaling group can grow.',
  },
  {
    name: 'stuck in PENDING',
    when: (clues) => said(/\bis PENDING\b/)(clues) && !has(clues.reasons, knownWhyPending),
    probably: 'The task has a place, but its containers were not started in time.',
    next: 'See whether a container waits for another one (dependsOn), whether the image is very large, and on EC2 whether the agent answers; a longer task-running-timeout gives it more time.',
  },
  {
    name: 'instance gone',
    when: said(/Host EC2 .*(?:terminated|stopped)|TerminationNotice/),
    probably: 'The container instance went away under the task; the new version is not at fault.',
    next: 'Run the job again.',
  },
  {
    name: 'stopped by hand',
    when: said(/UserInitiated|Task stopped by user/),
    probably: 'Somebody has stopped the task; the new version is not at fault.',
    next: 'Find out who did, then run the job again.',
  },
  {
    name: 'out of memory',
    when: either(said(/OutOfMemory|OOMKilled|memory usage/), logged(/\bOutOfMemoryError\b|heap out of memory/)),
    probably: 'The container used more memory than it may have.',
    next: 'Raise memory of the container or of the task, limit what the program takes, or find the leak.',
  },
  {
    name: 'entry point not executable',
    when: either(
      said(/exec: .*permission denied|exit code 126\b/s),
      all(ended, logged(/(?:\bexec\b|sh: \d+:|entrypoint).*[Pp]ermission denied/)),
    ),
    probably: 'The file that the container starts with is not executable.',
    next: 'Make it executable in the image (chmod +x, COPY --chmod=755), for the user that the container runs as.',
  },
  {
    name: 'command not found',
    when: either(
      said(/executable file not found|exec: .*no such file or directory|exit code 127\b/s),
      all(ended, logged(/^(?:exec \S+: no such file or directory|.*: (?:command )?not found$)/)),
    ),
    probably: 'The command that the container starts with is not in the image.',
    next: 'Check entryPoint and command of the task definition against the image; a script also needs its interpreter, and line ends of Unix.',
  },
  {
    name: 'container not started',
    when: said(/CannotStartContainerError|CannotCreateContainerError|ContainerRuntimeTimeout|CannotInspectContainer/),
    probably: 'The container runtime could not start the container.',
    next: 'Look at the reason of the container above: it is what the runtime said.',
  },
  {
    name: 'port in use',
    when: logged(/EADDRINUSE|[Aa]ddress already in use/),
    probably: 'The program wants a port that another process of the task already has.',
    next: 'Give every container of the task a port of its own: in awsvpc and host mode they share one network.',
  },
  {
    name: 'setting missing',
    when: all(ended, logged(missingSetting)),
    probably: 'The program ended because a setting was not there.',
    next: 'Add what the log names to environment or secrets of the container.',
  },
  {
    name: 'task role denied',
    when: all(unwell, logged(/AccessDenied|is not authorized to perform/)),
    probably: 'The program did something in AWS that its task role may not do.',
    next: 'Allow the action that the log names to the task role (taskRoleArn).',
  },
  {
    name: 'no Service Connect in the canary',
    when: all(unwell, logged(unresolved), ({ lacks = [] }) => lacks.includes('Service Connect')),
    probably: ({ log }) =>
      `The canary could not reach a name${nameIn(log)}; if that is a Service Connect name, only tasks that the service starts can reach it: the new version need not be at fault.`,
    next: 'If the log names a Service Connect alias, use strategy: rolling, or an address that tasks outside of Service Connect can reach.',
  },
  {
    name: 'something it needs cannot be reached',
    when: all(unwell, logged(unreachable)),
    probably: 'The program could not reach something that it needs, such as a database.',
    next: 'Check the address that the log names, and that the security group over there lets this task in.',
  },
  {
    name: 'load balancer itself',
    when: asked(/Elb\.InternalError/),
    probably: 'The load balancer had an error of its own; the new version is not at fault.',
    next: 'Run the job again.',
  },
  {
    name: 'wrong port',
    when: all(notReached, listensElsewhere),
    probably: ({ log, ports }) =>
      `The load balancer asks port ${ports[0]}, but the program listens on ${[...new Set(portsIn(log))].join(' and ')}.`,
    next: 'Let the program listen on the containerPort that loadBalancers in service.json names, or correct that port there and in portMappings.',
  },
  {
    name: 'listens on localhost only',
    when: all(notReached, loggedEver(/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/)),
    probably: 'The program listens on localhost only, where no load balancer can reach it.',
    next: 'Let it listen on 0.0.0.0.',
  },
  {
    name: 'zone not enabled',
    when: asked(/Availability Zone that is not enabled/),
    probably: 'The target is in a zone that is not enabled for its load balancer.',
    next: 'Enable the zone for the load balancer, or take the subnet of that zone out of the network configuration of the service.',
  },
  {
    name: 'target group unused',
    when: asked(/Target\.NotInUse|not configured to receive traffic/),
    probably: 'No listener of a load balancer forwards to the target group.',
    next: 'Add a listener or a rule that forwards to it, or correct targetGroupArn in service.json.',
  },
  {
    name: 'health check: not found',
    when: asked(/failed with these codes: \[404\]/),
    probably: 'The program does not know the path of the health check.',
    next: 'Correct the health-check path of the target group, or serve that path.',
  },
  {
    name: 'health check: redirect',
    when: asked(/failed with these codes: \[3\d\d\]/),
    probably: 'The health check is redirected, often to HTTPS or to a login page.',
    next: 'Let the health check ask a path that answers 200 itself, or add the code to the matcher of the target group.',
  },
  {
    name: 'health check: login',
    when: asked(/failed with these codes: \[40[13]\]/),
    probably: 'The path of the health check wants a login, or an allowed host name.',
    next: 'Let the health check ask a path that needs none; load balancers ask by IP address, without a Host name of yours.',
  },
  {
    name: 'health check: server error',
    when: asked(/failed with these codes: \[5\d\d\]/),
    probably: 'The program answers, but with an error of its own.',
    next: 'Look for the error in the log of the container; a program that is not ready yet needs a longer healthCheckGracePeriodSeconds.',
  },
  {
    name: 'health check: code',
    when: asked(/ResponseCodeMismatch|failed with these codes/),
    probably: 'The program answers the health check with another code than the matcher of the target group wants.',
    next: 'Compare path and matcher of the target group with what the program answers there.',
  },
  {
    name: 'health check: no answer',
    when: asked(/Target\.Timeout|[Rr]equest timed out/),
    probably: 'The health check gets no answer: most often a security group does not let the load balancer in.',
    next: 'Let the security group of the task accept the container port from that of the load balancer; then check that the program listens on that port, and answers within the timeout.',
  },
  {
    name: 'health check: no connection',
    when: notReached,
    probably: 'The load balancer gets no connection, or no HTTP, from the port of the container.',
    next: 'Check that the program listens on the containerPort of loadBalancers, on 0.0.0.0, and with the protocol of the target group; a slow start needs a longer healthCheckGracePeriodSeconds.',
  },
  {
    name: 'health check of a container',
    when: said(/UNHEALTHY|failed container health checks/),
    probably: 'The healthCheck command of a container fails.',
    next: 'Run the command inside the image: it needs its program there (curl is often missing) and the right port; startPeriod gives a slow start more time.',
  },
  {
    name: 'target of the service',
    when: said(/failed ELB health checks/),
    probably: 'A task of the service did not pass the health check of its target group.',
    next: 'Look at the log of its container, and at path, port and matcher of the health check.',
  },
  {
    name: 'segmentation fault',
    when: said(/exit code 139\b/),
    probably:
      'The program crashed with a segmentation fault (139): native code, or a library that does not fit the image.',
    next: 'Run the image locally with the same command, and look for what changed in native dependencies or the base image.',
  },
  {
    name: 'killed',
    when: said(/exit code 137\b/),
    probably: 'The container was killed (137): it did not end in time when it was asked to, or it ran out of memory.',
    next: 'Compare its memory with its limit; let the program end on SIGTERM, or raise stopTimeout.',
  },
  {
    name: 'aborted',
    when: said(/exit code 134\b/),
    probably: 'The program aborted itself (134), as runtimes do when memory or an assertion fails.',
    next: 'Look at the last lines of its log.',
  },
  {
    name: 'ended with an error',
    when: ended,
    probably: 'The program ended with an error of its own.',
    next: 'Look at the last lines of its log.',
  },
  {
    name: 'ended without an error',
    when: all(said(/EssentialContainerExited|Essential container in task exited/), said(/exit code 0\b/)),
    probably:
      'An essential container did its work and ended, and with it the task: a service needs one that keeps running.',
    next: 'Let its main process stay in the foreground, or set essential to false for a container that is meant to end.',
  },
  {
    name: 'limits of the deployment',
    when: said(/because of the service deployment configuration/),
    probably: 'minimumHealthyPercent and maximumPercent leave ECS no room to start a task or to stop one.',
    next: 'Lower minimumHealthyPercent or raise maximumPercent of the service.',
  },
  {
    name: 'alarm of the deployment',
    when: said(/deployment alarms?: |alarm detected/),
    probably: 'An alarm of the deployment configuration of the service rang.',
    next: 'Look at the alarm and at what the new version does to its metric.',
  },
  {
    name: 'circuit breaker',
    when: said(/circuit breaker|tasks failed to start/),
    probably: 'Tasks of the new version did not stay up, and the circuit breaker of ECS ended the deployment.',
    next: 'Look at the stopped tasks and their logs.',
  },
];
