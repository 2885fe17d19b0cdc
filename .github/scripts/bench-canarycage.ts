// A rollout as canarycage does it: its order of calls, its own polls, and the waiters of the SDK, driven in virtual time.
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { place, region } from '../../__tests__/commands/stage.ts';
import type { Clock } from '../../src/model/clock.ts';
import { type Duration, minute, second } from '../../src/model/duration.ts';

/** Where it happens. */
export interface CageWorld {
  readonly requestHandler: ecs.ECSClientConfig['requestHandler'] & object;
  readonly clock: Clock;
  readonly definition: ecs.RegisterTaskDefinitionRequest;
  /** From 0 to below 1, for the jitter of the waiters. */
  random(): number;
}

/** How long it polls for the health of containers and targets: each time after a pause of fifteen seconds. */
const pause: Duration = 15 * second;
/** The SDK for Go, in which canarycage is written, pauses 120 s at most; the one for JavaScript that runs here up to 600 s. */
const patience = { maxWaitTime: 15 * 60, maxDelay: 120 };
const healthy = 'HEALTHY';

/** Carries a rollout to a service on Fargate out; how long after the deed that sets it off each answer came, by gate. */
export async function rolloutAsCanarycage(world: CageWorld): Promise<ReadonlyMap<string, Duration>> {
  const restore = makeTimeVirtual(world);
  try {
    return await new CanarycageSettings(world).rollout();
  } finally {
    restore();
  }
}

/** The SDK's waiters know no other clock than the one of the process, and no other dice. */
function makeTimeVirtual({ clock, random }: CageWorld): () => void {
  const { setTimeout: realTimeout } = globalThis;
  const { now } = Date;
  const { random: dice } = Math;
  const never = new AbortController().signal;
  const virtual = (run: () => void, ms = 0) => void clock.sleep(ms, never).then(run);
  globalThis.setTimeout = virtual as unknown as typeof setTimeout;
  Date.now = () => clock.now();
  Math.random = () => random();
  return () => {
    globalThis.setTimeout = realTimeout;
    Date.now = now;
    Math.random = dice;
  };
}

interface Canary {
  readonly task: string;
  readonly loadBalancer: ecs.LoadBalancer | undefined;
  target?: elb.TargetDescription;
}

class CanarycageSettings {
  readonly #world: CageWorld;
  readonly #ecs: ecs.ECSClient;
  readonly #elb: elb.ElasticLoadBalancingV2Client;
  readonly #answered = new Map<string, Duration>();

  constructor(world: CageWorld) {
    const credentials = { accessKeyId: 'pretend', secretAccessKey: 'pretend' };
    const config = { region, credentials, requestHandler: world.requestHandler };
    this.#world = world;
    this.#ecs = new ecs.ECSClient(config);
    this.#elb = new elb.ElasticLoadBalancingV2Client(config);
  }

  async rollout(): Promise<ReadonlyMap<string, Duration>> {
    const { cluster, service } = place;
    const before = await this.#ecs.send(new ecs.DescribeServicesCommand({ cluster, services: [service] }));
    const registered = await this.#ecs.send(new ecs.RegisterTaskDefinitionCommand(this.#world.definition));
    const taskDefinition = registered.taskDefinition?.taskDefinitionArn;
    const { loadBalancers = [], networkConfiguration } = before.services?.[0] ?? {};
    const canaries: Canary[] = [];
    // One canary for each load balancer, started one after the other.
    for (const loadBalancer of loadBalancers.length === 0 ? [undefined] : loadBalancers) {
      const input = { cluster, taskDefinition, networkConfiguration, launchType: 'FARGATE' } as const;
      const { tasks } = await this.#ecs.send(new ecs.RunTaskCommand(input));
      canaries.push({ task: tasks?.[0]?.taskArn ?? '', loadBalancer });
    }
    await Promise.all(canaries.map((canary) => this.#tryOut(canary)));
    await this.#ecs.send(new ecs.UpdateServiceCommand({ cluster, service, taskDefinition }));
    await this.#timed('service-stable', () =>
      ecs.waitUntilServicesStable({ client: this.#ecs, ...patience }, { cluster, services: [service] }),
    );
    // Only now, whether it went well or not.
    await Promise.all(canaries.map((canary) => this.#putAway(canary)));
    return this.#answered;
  }

  async #tryOut(canary: Canary): Promise<void> {
    const input = { cluster: place.cluster, tasks: [canary.task] };
    await this.#timed('tasks-running', async () => {
      await this.#sleep(2 * second);
      await ecs.waitUntilTasksRunning({ client: this.#ecs, ...patience }, input);
    });
    await this.#containersHealthy(input);
    if (canary.loadBalancer === undefined) return this.#sleep(15 * second);
    await this.#register(canary, canary.loadBalancer);
    await this.#timed('targets-healthy', () => this.#targetHealthy(canary));
  }

  /** Asked after a pause even where no container has a health check. */
  async #containersHealthy(input: ecs.DescribeTasksRequest): Promise<void> {
    const checked = this.#world.definition.containerDefinitions?.flatMap(({ name, healthCheck }) =>
      healthCheck === undefined ? [] : [name],
    );
    for (let well = false; !well; ) {
      await this.#sleep(pause);
      const { tasks } = await this.#ecs.send(new ecs.DescribeTasksCommand(input));
      const containers = tasks?.[0]?.containers ?? [];
      well = containers.every(({ name, healthStatus }) => !checked?.includes(name) || healthStatus === healthy);
    }
  }

  /** Its look at the subnet, for the availability zone, is left out. */
  async #register(canary: Canary, { targetGroupArn, containerPort }: ecs.LoadBalancer): Promise<void> {
    const input = { cluster: place.cluster, tasks: [canary.task] };
    const { tasks } = await this.#ecs.send(new ecs.DescribeTasksCommand(input));
    const details = tasks?.[0]?.attachments?.[0]?.details ?? [];
    canary.target = { Id: details.find(({ name }) => name === 'privateIPv4Address')?.value, Port: containerPort };
    const registration = { TargetGroupArn: targetGroupArn, Targets: [canary.target] };
    await this.#elb.send(new elb.RegisterTargetsCommand(registration));
  }

  async #targetHealthy({ loadBalancer, target }: Canary): Promise<void> {
    const input = { TargetGroupArn: loadBalancer?.targetGroupArn, Targets: target === undefined ? [] : [target] };
    for (let well = false; !well; ) {
      await this.#sleep(pause);
      const { TargetHealthDescriptions: [seen] = [] } = await this.#elb.send(
        new elb.DescribeTargetHealthCommand(input),
      );
      well = seen?.TargetHealth?.State === 'healthy';
    }
  }

  async #putAway({ task, loadBalancer, target }: Canary): Promise<void> {
    if (loadBalancer !== undefined && target !== undefined) {
      const TargetGroupArn = loadBalancer.targetGroupArn;
      const { Attributes = [] } = await this.#elb.send(
        new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn }),
      );
      const delay = Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value ?? '300';
      const input = { TargetGroupArn, Targets: [target] };
      await this.#elb.send(new elb.DeregisterTargetsCommand(input));
      const waiting = { client: this.#elb, ...patience, maxWaitTime: Number(delay) + minute / second };
      // When it takes longer the task is stopped all the same.
      await this.#timed('targets-drained', () => elb.waitUntilTargetDeregistered(waiting, input).catch(() => {}));
    }
    const { cluster } = place;
    await this.#ecs.send(new ecs.StopTaskCommand({ cluster, task }));
    await this.#timed('tasks-stopped', () =>
      ecs.waitUntilTasksStopped({ client: this.#ecs, ...patience }, { cluster, tasks: [task] }),
    );
  }

  #sleep(duration: Duration): Promise<void> {
    return this.#world.clock.sleep(duration, new AbortController().signal);
  }

  async #timed(gate: string, wait: () => Promise<unknown>): Promise<void> {
    const began = this.#world.clock.now();
    await wait();
    this.#answered.set(gate, this.#world.clock.now() - began);
  }
}
