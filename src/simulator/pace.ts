/** Minimum and maximum in milliseconds; the simulator draws a random value between them. */
export type Span = readonly [low: number, high: number];

/** Durations in the simulated account: rounded values measured in AWS. */
export const pace = {
  /** RunTask has answered, but DescribeTasks and ListTasks do not know the task yet. */
  taskVisible: [1_000, 2_000],
  fargate: { provisioning: [8_000, 15_000], pull: [5_000, 20_000], start: [1_000, 3_000] },
  ec2: { provisioning: [3_000, 6_000], pull: [2_000, 10_000], start: [1_000, 2_000] },
  /** How long the agent needs to give up on an image or on the registry. */
  pullFailure: [4_000, 9_000],
  authFailure: [15_000, 30_000],
  capacityFailure: [20_000, 40_000],
  activating: [1_000, 3_000],
  deactivating: [1_000, 2_000],
  sigterm: [1_000, 4_000],
  deprovisioning: [10_000, 20_000],
  ec2Deprovisioning: [1_000, 3_000],
  /** How long the service scheduler needs to notice something. */
  schedulerReaction: [1_000, 3_000],
  /** How long it waits before it tries again to place a task that found no room. */
  placementRetry: [10_000, 20_000],
  serviceDraining: [2_000, 5_000],
  albRegistration: [2_000, 5_000],
  nlbRegistration: [30_000, 60_000],
  /** How long requests still follow the old actions of a changed rule. */
  ruleChange: [1_000, 8_000],
} as const satisfies Record<string, Span | Record<string, Span>>;

/** From a line on a container's standard output to its place in CloudWatch Logs. */
export const logDeliveryMs = 1_000;

/** STOPPED tasks can be described for this long. */
export const stoppedTaskRetentionMs = 3_600_000;

/** INACTIVE services "may be cleaned up in the future" (DeleteService); the time is undocumented. */
export const inactiveServiceRetentionMs = 3_600_000;

/** "You can view the most recent 90-day history" of service deployments (Developer Guide, service-deployment). */
export const serviceHistoryMs = 90 * 86_400_000;

/** "The service scheduler waits for 40 seconds after a task reaches RUNNING before it counts" (DeploymentConfiguration). */
export const unwatchedTaskHealthyMs = 40_000;
