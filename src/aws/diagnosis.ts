/** Known texts of stopped reasons and health-check reasons, and what a person should do about each. Texts change: only advice hangs on them. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /no matching manifest|does not match.*platform|exec format error/i,
    'Build the image for the platform of the task definition (runtimePlatform.cpuArchitecture: X86_64 or ARM64).',
  ],
  [/toomanyrequests/i, 'The registry limits pulls: authenticate to it, or use an ECR pull-through cache.'],
  [
    /CannotPull.*(not found|manifest unknown|does not exist)|manifest.*not found/i,
    'The image or its tag does not exist in the registry: check the name, and that it was pushed before this step.',
  ],
  [
    /CannotPull.*(access denied|denied|unauthorized|403)|pull access denied/i,
    'The execution role may not pull the image: check ecr:GetAuthorizationToken, ecr:BatchGetImage and the repository policy.',
  ],
  [
    /unable to pull secrets|secrets? manager|ssm:GetParameters|ResourceNotFoundException/i,
    'A secret cannot be read: check that it exists, that the execution role may read it, and that the subnet has a route to Secrets Manager or SSM.',
  ],
  [
    /CannotPull|i\/o timeout|unable to pull|registry auth/i,
    'The registry cannot be reached: check the NAT gateway or VPC endpoints of the subnets, assignPublicIp, and the security group.',
  ],
  [/OutOfMemory|memory usage/i, 'The container used more memory than it has: raise memory, or find the leak.'],
  [/exit code 137/i, 'The container was killed (137): out of memory, or it did not stop in time.'],
  [
    /exit code 127|CannotStartContainerError|no such file/i,
    'The command was not found in the image: check entryPoint and command.',
  ],
  [
    /logger args|create stream|log group/i,
    'The log group cannot be written: check that it exists and that the execution role may write to it.',
  ],
  [
    /Capacity is unavailable|RESOURCE:|capacity provider/i,
    'There is no capacity for one more task: add capacity or zones, or try again later.',
  ],
  [
    /network interface provisioning/i,
    'The network interface was not ready in time: check free addresses in the subnets, and try again.',
  ],
  [
    /SpotInterruption|Spot Task was interrupted/i,
    'Fargate Spot took the capacity back; the image was not at fault. Run the job again.',
  ],
  [
    /NotInUse|not configured.*listener|no listener/i,
    'The target group is used by no listener, or the load balancer is not enabled in the zone of the canary.',
  ],
  [
    /ResponseCodeMismatch|failed with these codes/i,
    'The health check got another status than the matcher of the target group allows: check its path and matcher, and what the container answers there.',
  ],
  [
    /Target\.Timeout|Request timed out/i,
    'The health check got no answer in time: check the security group between load balancer and task, the port, and whether the container listens on 0.0.0.0.',
  ],
  [
    /FailedHealthChecks/i,
    'The health check could not connect or got no valid answer: check port, protocol, and whether the container listens on 0.0.0.0.',
  ],
  [/exited|exit code/i, 'Look at the log of the container for why it ended.'],
];

/** What to do about a reason; empty when nothing better is known than the reason itself. */
export function adviceFor(reason: string): string {
  return advice.find(([pattern]) => pattern.test(reason))?.[1] ?? '';
}
