import { describe, expect, it } from 'vitest';
import { diagnose, recognise, sortEvidence } from '../../../src/aws/diagnosis/diagnosis.ts';
import { knownCauses } from '../../../src/aws/diagnosis/known-causes.ts';
import type { ContainerEvidence, Evidence } from '../../../src/model/verdict.ts';

const ecr = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const user = 'User: arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/d779';

/** A task that stopped for a reason; with an exit code its container ended. */
const stopped = (stoppedReason: string, container: Partial<ContainerEvidence> = {}, stopCode = 'TaskFailedToStart') =>
  [
    {
      kind: 'task',
      task: 't',
      status: 'STOPPED',
      stopCode,
      stoppedReason,
      containers: [{ name: 'web', ...container }],
    },
  ] satisfies readonly Evidence[];
const exited = (exitCode: number, ...lines: readonly string[]): readonly Evidence[] => [
  ...stopped('Essential container in task exited', { exitCode }, 'EssentialContainerExited'),
  { kind: 'log', task: 't', container: 'web', lines },
];
const target = (reason: string, description: string, state = 'unhealthy'): Evidence => ({
  kind: 'target',
  targetGroup: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1',
  target: '10.0.1.5:8080',
  state,
  reason,
  description,
  container: 'web',
  containerPort: 8080,
});
const refused = target('Target.FailedHealthChecks', 'Health checks failed');
const codes = (code: number): Evidence =>
  target('Target.ResponseCodeMismatch', `Health checks failed with these codes: [${code}]`);
const event = (message: string): Evidence => ({
  kind: 'service-event',
  happened: 0,
  message: `(service web) ${message}`,
});
const log = (...lines: readonly string[]): Evidence => ({ kind: 'log', task: 't', container: 'web', lines });

type Case = readonly [cause: string, evidence: readonly Evidence[], because?: string, lacks?: readonly string[]];
const causeOf = (evidence: readonly Evidence[], because = '', lacks: readonly string[] = []): string | undefined =>
  recognise(sortEvidence(because, evidence, [8080], lacks))?.name;

/** Texts as AWS has given them, from its guide and from what people have reported. */
const cases: readonly Case[] = [
  [
    'too many pulls',
    stopped('CannotPullContainerError: pull image manifest has been retried 1 time(s): toomanyrequests: Rate exceeded'),
  ],
  [
    'explicit deny',
    stopped(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException: ${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: db with an explicit deny in a service control policy`,
    ),
  ],
  [
    'explicit deny',
    stopped(
      `CannotPullContainerError: AccessDeniedException: ${user} is not authorized to perform: ecr:BatchGetImage on resource: web because no VPC endpoint policy allows the ecr:BatchGetImage action`,
    ),
  ],
  [
    'secret denied',
    stopped(
      `ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: ${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: db because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    ),
  ],
  [
    'throttled',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): ThrottlingException: Rate exceeded',
    ),
  ],
  ['throttled', [event('operations are being throttled. Will try again later.')]],
  ['quota', [], "You've reached the limit on the number of vCPUs you can run concurrently"],
  ['quota', [], "You've reached the limit on the number of tasks you can run concurrently"],
  [
    'quota',
    [
      event(
        "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.",
      ),
    ],
  ],
  [
    'quota',
    stopped(
      'Unexpected EC2 error while attempting to Create Network Interface with public IP assignment: NetworkInterfaceLimitExceeded',
    ),
  ],
  [
    'quota',
    [],
    'You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket',
  ],
  [
    'no capacity',
    [
      event(
        'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
      ),
    ],
  ],
  ['no capacity', [], 'No Container Instances were found in your cluster.'],
  ['no capacity', [], 'RESOURCE:MEMORY (arn:aws:ecs:us-east-1:123456789012:container-instance/a)'],
  ['placement constraint', [], 'ATTRIBUTE (arn:aws:ecs:us-east-1:123456789012:container-instance/a)'],
  ['placement constraint', [], 'MemberOf placement constraint unsatisfied.'],
  [
    'role cannot be assumed',
    stopped(
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
    ),
  ],
  [
    'wrong platform',
    stopped(
      "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    ),
  ],
  [
    'wrong platform',
    stopped(
      `CannotPullContainerError: Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries`,
    ),
  ],
  ['wrong platform', exited(255, 'exec /usr/local/bin/docker-entrypoint.sh: exec format error')],
  [
    'too many pulls',
    stopped(
      'CannotPullContainerError: inspect image has been retried 5 time(s): httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    ),
  ],
  [
    'log group unreachable',
    stopped(
      'ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. signal: killed',
    ),
  ],
  ['log group unreachable', stopped('ResourceInitializationError: failed to validate logger args: : signal: killed')],
  [
    'log group denied',
    stopped(
      `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: ${user} is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:123456789012:log-group:web:log-stream:web/web/3caf`,
    ),
  ],
  [
    'no log group',
    stopped(
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ),
  ],
  [
    'no log group',
    stopped('Task failed to start', {
      reason:
        'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist',
    }),
  ],
  [
    'no log group',
    stopped(
      'ResourceInitializationError: failed to validate logger args: unable to get awslogs driver arguments: awslogs-region is required',
    ),
  ],
  [
    'no route to secrets',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch secret arn:aws:secretsmanager:us-west-2:123456789012:secret:DBPasswordSecret-x from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration.',
    ),
  ],
  [
    'no route to secrets',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network configuration. RequestCanceled: request context canceled caused by: context deadline exceeded',
    ),
  ],
  [
    'secret denied',
    stopped(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: ${user} is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter/web/key because no identity-based policy allows the ssm:GetParameters action`,
    ),
  ],
  [
    'secret denied',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-central-1:123456789012:secret:web-EaPYTy from secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400, request id: a87a66d9',
    ),
  ],
  [
    'no such key in secret',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key password',
    ),
  ],
  [
    'no such secret',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /web/gemini-api-key',
    ),
  ],
  [
    'no such secret',
    stopped(
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:123456789012:secret:web from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ),
  ],
  [
    'secrets',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s)',
    ),
  ],
  [
    'no route to ECR',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.us-west-2.amazonaws.com/": dial tcp 34.223.26.163:443: i/o timeout',
    ),
  ],
  [
    'registry login denied',
    stopped(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${user} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    ),
  ],
  [
    'no route to secrets or ECR',
    stopped(
      'ResourceInitializationError: unable to pull secrets or registry auth: pull command failed: : signal: killed',
    ),
  ],
  [
    'no credentials for the registry',
    stopped(
      `CannotPullContainerError: Error response from daemon: Head "https://${ecr}/manifests/1": no basic auth credentials`,
    ),
  ],
  [
    'pull denied',
    stopped(
      `CannotPullContainerError: The task can’t pull the image. Check that the role has the permissions to pull images from the registry. Error response from daemon: pull access denied for ${ecr}, repository does not exist or may require 'docker login': denied: ${user} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/web because no identity-based policy allows the ecr:BatchGetImage action`,
    ),
  ],
  [
    'pull denied',
    stopped(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${ecr}:1: pulling from host failed with status code [manifests 1]: 403 Forbidden`,
    ),
  ],
  [
    'pull denied',
    stopped(
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve reference "docker.io/acme/web:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
  ],
  [
    'no such digest',
    stopped(
      `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${ecr}@${digest}: ${ecr}@${digest}: not found`,
    ),
  ],
  [
    'no route to the registry',
    stopped(
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/tryretool/backend:2.110.5: failed to do request: Head "https://registry-1.docker.io/v2/tryretool/backend/manifests/2.110.5": dial tcp 34.205.13.154:443: i/o timeout',
    ),
  ],
  [
    'no route to the registry',
    stopped(
      'CannotPullContainerError: Error response from daemon: Get https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ),
  ],
  [
    'no route to the registry',
    stopped(
      'CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: failed to do request: Get "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x"',
    ),
  ],
  [
    'no such image',
    stopped(
      `CannotPullContainerError: The task cannot pull the image. Check that the image exists in the registry. pull image manifest has been retried 1 time(s): failed to resolve ref ${ecr}:1: ${ecr}:1: not found`,
    ),
  ],
  [
    'no such image',
    stopped(
      'CannotPullContainerError: Error response from daemon: manifest for acme/web:1 not found: manifest unknown: manifest unknown',
    ),
  ],
  [
    'disk full',
    stopped(
      'CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:0: write /var/lib/containerd/x: no space left on device: unknown',
    ),
  ],
  [
    'image not pulled',
    stopped(
      'CannotPullContainerError: pull command failed: panic: runtime error: invalid memory address or nil pointer dereference',
    ),
  ],
  [
    'EFS denied',
    stopped(
      "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils command execution; code: 32",
    ),
  ],
  [
    'EFS',
    stopped(
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-0123.efs.us-east-1.amazonaws.com" - check that your file system ID is correct',
    ),
  ],
  [
    'EFS',
    stopped(
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Mount attempt 1/3 failed due to timeout after 15 sec, wait 0 sec before next attempt.',
    ),
  ],
  [
    'no free address',
    [
      event(
        'was unable to place a task. Reason: InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses to satisfy the request.',
      ),
    ],
  ],
  [
    'port taken',
    [
      event(
        'was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0f1e) is already using a port required by your task.',
      ),
    ],
  ],
  ['no capacity', [], 'ecs:RunTask: RESOURCE:CPU (instance/1); RESOURCE:PORTS (instance/2)'],
  ['port taken', [], 'ecs:RunTask: RESOURCE:PORTS (arn:aws:ecs:us-east-1:123456789012:container-instance/main/0f1e)'],
  [
    'agent away',
    [
      event(
        'was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0f1e) encountered error "AGENT".',
      ),
    ],
  ],
  ['agent away', [], 'ecs:RunTask: AGENT (arn:aws:ecs:us-east-1:123456789012:container-instance/main/0f1e)'],
  ['Spot interruption', stopped('Your Spot Task was interrupted.', {}, 'SpotInterruption')],
  [
    'no capacity',
    [],
    'ecs:RunTask: Capacity is unavailable at this time. Please try again later or in a different availability zone',
  ],
  ['no capacity', [], 'ecs:RunTask: RESOURCE:MEMORY (arn:aws:ecs:us-east-1:123456789012:container-instance/main/0f1e)'],
  [
    'no capacity',
    [
      event(
        'was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.',
      ),
    ],
  ],
  ['network interface', stopped('Timeout waiting for network interface provisioning to complete.')],
  ['network interface', stopped('Timeout waiting for EphemeralStorage provisioning to complete.')],
  ['stuck in PROVISIONING', [], 'not within 15m: the canary is PROVISIONING'],
  ['stuck in PENDING', [], 'not within 15m: the canary is PENDING'],
  ['instance gone', stopped('Host EC2 (instance i-0123456789abcdef0) terminated.', {}, 'TerminationNotice')],
  ['stopped by hand', stopped('Task stopped by user', {}, 'UserInitiated')],
  [
    'out of memory',
    [
      ...stopped('Essential container in task exited', {
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      }),
    ],
  ],
  ['out of memory', exited(134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory')],
  [
    'entry point not executable',
    stopped('Task failed to start', {
      reason:
        'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/entrypoint.sh": permission denied: unknown',
    }),
  ],
  ['entry point not executable', exited(126, 'sh: 1: ./start.sh: Permission denied')],
  [
    'command not found',
    stopped('Task failed to start', {
      reason:
        'CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "pytest": executable file not found in $PATH: unknown',
    }),
  ],
  [
    'command not found',
    stopped('Task failed to start', {
      reason:
        'CannotStartContainerError: Error response from daemon: OCI runtime create failed: exec: "/app/docker-entrypoint.sh": stat /app/docker-entrypoint.sh: no such file or directory: unknown',
    }),
  ],
  ['command not found', exited(127, 'sh: 1: server: not found')],
  ['container not started', stopped('CannotStartContainerError: failed to get container status: timeout')],
  ['port in use', exited(1, 'Error: listen EADDRINUSE: address already in use 0.0.0.0:8080')],
  ['setting missing', exited(1, 'Error: DATABASE_URL is not set')],
  ['setting missing', exited(1, "KeyError: 'DATABASE_URL'")],
  [
    'task role denied',
    exited(
      1,
      'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/web-task/1 is not authorized to perform: dynamodb:GetItem on resource: x',
    ),
  ],
  ['something it needs cannot be reached', exited(1, 'Error: connect ECONNREFUSED 10.0.3.4:5432')],
  [
    'something it needs cannot be reached',
    exited(1, 'psycopg2.OperationalError: could not connect to server: Connection timed out'),
  ],
  ['wrong port', [refused, log('server listening on http://0.0.0.0:3000')]],
  [
    'wrong port',
    [
      event(
        '(task 0f1e) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1) due to (reason Health checks failed)',
      ),
      log('Listening on port 3000'),
    ],
  ],
  ['listens on localhost only', [refused, log('Uvicorn running on http://127.0.0.1:8080 (Press CTRL+C to quit)')]],
  [
    'zone not enabled',
    [
      target(
        'Target.NotInUse',
        'Target is in an Availability Zone that is not enabled for the load balancer',
        'unused',
      ),
    ],
  ],
  [
    'target group unused',
    [target('Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer', 'unused')],
  ],
  ['health check: not found', [codes(404)]],
  ['health check: redirect', [codes(301)]],
  ['health check: login', [codes(401)]],
  ['health check: server error', [codes(502)]],
  [
    'health check: server error',
    [
      event(
        '(task 0f1e) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1) due to (reason Health checks failed with these codes: [502])',
      ),
    ],
  ],
  ['health check: code', [codes(206)]],
  ['health check: no answer', [target('Target.Timeout', 'Request timed out')]],
  ['health check: no connection', [refused, log('listening on 0.0.0.0:8080')]],
  [
    'no Service Connect in the canary',
    exited(1, 'Error: getaddrinfo ENOTFOUND orders.production'),
    '',
    ['Service Connect'],
  ],
  [
    'no Service Connect in the canary',
    exited(1, 'dial tcp: lookup orders on 10.0.0.2:53: no such host'),
    '',
    ['Service Connect'],
  ],
  ['something it needs cannot be reached', exited(1, 'connect ECONNREFUSED 10.0.3.4:5432'), '', ['Service Connect']],
  ['something it needs cannot be reached', exited(1, 'Error: getaddrinfo ENOTFOUND orders.production')],
  ['load balancer itself', [target('Elb.InternalError', 'Health checks failed due to an internal error')]],
  [
    'health check of a container',
    stopped('Task failed container health checks', { exitCode: 143, health: 'UNHEALTHY' }, 'ServiceSchedulerInitiated'),
  ],
  [
    'target of the service',
    stopped(
      'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1)',
      { exitCode: 143 },
      'ServiceSchedulerInitiated',
    ),
  ],
  ['segmentation fault', exited(139)],
  ['killed', exited(137)],
  ['aborted', exited(134)],
  ['ended with an error', exited(1, 'something else')],
  ['ended without an error', exited(0, 'done')],
  [
    'limits of the deployment',
    [
      event(
        'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
      ),
    ],
  ],
  ['alarm of the deployment', [], 'the deployment failed: ECS deployment alarms: alarm detected.'],
  ['circuit breaker', [], 'the deployment failed: ECS deployment circuit breaker: tasks failed to start.'],
];

describe('a known cause', () => {
  for (const [index, [name, evidence, because = '', lacks]] of cases.entries()) {
    it(`is recognised: ${name} (${index})`, () => {
      expect(causeOf(evidence, because, lacks)).toBe(name);
    });
  }

  it('is covered by the table above', () => {
    expect(knownCauses.map(({ name }) => name).filter((name) => !cases.some(([tested]) => tested === name))).toEqual(
      [],
    );
    expect(new Set(knownCauses.map(({ name }) => name)).size).toBe(knownCauses.length);
  });

  it('has one sentence for the cause and one for the advice', () => {
    for (const { probably, next } of knownCauses) {
      if (typeof probably === 'string') expect(probably).toMatch(/^[A-Zm].*\.$/);
      if (typeof next === 'string') expect(next).toMatch(/^[A-Z].*\.$/);
      if (typeof next === 'string') expect(next.length).toBeLessThan(320);
    }
  });
});

describe('a diagnosis', () => {
  it('names the checked port and the port of the program', () => {
    const { probably } = diagnose('', [refused, log('server listening on http://0.0.0.0:3000')], [9090]);
    expect(probably).toBe('The load balancer checks port 8080, but the program listens on 3000.');
  });

  it('points at the last lines of a log only where there are some', () => {
    expect(diagnose('', exited(1, 'something else'), []).next).toBe('See the last lines of its log.');
    expect(diagnose('', stopped('Essential container in task exited', { exitCode: 1 }), []).next).toBe(
      'See its log. The report shows the last lines of a log that is sent to CloudWatch Logs (log driver awslogs).',
    );
  });

  it('prefers the final state over an event that may be outdated', () => {
    const seen = [...exited(137), event('was unable to place a task because no container instance met all.')];
    expect(causeOf(seen)).toBe('killed');
  });

  it('is empty for unknown failures, and ignores the texts of alarms', () => {
    expect(diagnose('something new', [], [])).toEqual({});
    const alarm: Evidence = { kind: 'alarm', alarm: 'OutOfMemory', state: 'in-alarm', because: 'memory usage' };
    expect(diagnose('alarm OutOfMemory is in ALARM: memory usage', [alarm], [])).toEqual({});
  });

  it('does not mistake a lost connection of a healthy program for the cause', () => {
    expect(causeOf([codes(404), log('ECONNREFUSED 10.0.3.4:5432')])).toBe('health check: not found');
  });

  it.each([
    'Listening on port 3000',
    'Example app listening on port 3000!',
    'listening on 3000',
    'Listening at: http://0.0.0.0:3000 (1)',
    'Now listening on: http://[::]:3000',
    ' * Running on http://127.0.0.1:3000',
    'Tomcat started on port(s): 3000 (http) with context path',
    'ready - started server on 0.0.0.0:3000, url: http://localhost:3000',
    'Server running at http://localhost:3000/',
    'http server listening on :3000',
  ])('recognizes the listening port: %s', (line) => {
    expect(causeOf([refused, log(line)])).toBe('wrong port');
    expect(causeOf([refused, log(line.replaceAll('3000', '8080'))])).not.toBe('wrong port');
  });

  it.each([
    'connected to 10.0.3.4:5432',
    'Running migrations against postgres://db:5432/app',
    'Running migrations on db:5432',
    'started on 2026-11-21 at 10:23:45',
    'Server ready at 10:23:45',
    'running on Node v24.1.0',
  ])('does not mistake this for a listening port: %s', (line) => {
    expect(causeOf([refused, log(line)])).toBe('health check: no connection');
  });

  it('does not mistake a host port for a container port', () => {
    const unhealthy = event(
      '(task 0f1e) (port 32768) is unhealthy in (target-group x) due to (reason Health checks failed)',
    );
    expect(causeOf([unhealthy, log('listening on 0.0.0.0:8080')])).toBe('health check: no connection');
  });

  it('ignores the log of a program that was stopped', () => {
    const asked = stopped(
      'Task failed ELB health checks in (target-group x)',
      { exitCode: 143 },
      'ServiceSchedulerInitiated',
    );
    const lines = ['DATABASE_URL is not set', 'ECONNREFUSED 10.0.3.4:5432', 'AccessDenied', 'plugin: not found'];
    expect(causeOf([...asked, log(...lines)])).toBe('target of the service');
  });

  it('recognizes a stuck task of a service too', () => {
    const stuck: Evidence = { kind: 'task', task: 't', status: 'PROVISIONING', containers: [] };
    expect(causeOf([stuck], 'not within 15m: web:2: 0 of 2 running, 2 pending')).toBe('stuck in PROVISIONING');
  });
});

describe('an image that does not exist', () => {
  const image = 'registry.example/web:no';
  const missingIn = (because: string) => diagnose(because, stopped(because, { image }), []).missingImage;

  it('is named if the registry has said so', () => {
    expect(missingIn(`CannotPullContainerError: pull image ${image}: manifest unknown`)).toBe(image);
  });

  it('is not named if something else does not exist', () => {
    expect(missingIn(`${image}: failed to initialize logging driver: log group /ecs/web does not exist`)).toBe(
      undefined,
    );
    expect(missingIn(`CannotPullContainerError: pull image ${image}: i/o timeout`)).toBe(undefined);
  });
});
