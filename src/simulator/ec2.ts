import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, objects, text, texts } from './json.ts';
import { freeAddresses } from './network.ts';
import type { ContainerInstance, NetworkInterface, Subnet } from './records.ts';

/** What a filter of a describe call compares, by filter name. */
type Facts<T> = Readonly<Record<string, (item: T) => string>>;

function select<T>(all: readonly T[], input: JsonObject, facts: Facts<T>): readonly T[] {
  return objects(input.Filter).reduce<readonly T[]>((rest, filter) => {
    const fact = facts[text(filter.Name) ?? ''];
    if (fact === undefined)
      throw new AwsFailure('InvalidParameterValue', `The filter '${String(filter.Name)}' is invalid`);
    const values = texts(filter.Value);
    return rest.filter((item) => values.includes(fact(item)));
  }, all);
}

function byId<T>(
  all: readonly T[],
  ids: readonly string[],
  idOf: (item: T) => string,
  code: string,
  noun: string,
): readonly T[] {
  const missing = ids.filter((id) => !all.some((item) => idOf(item) === id));
  if (missing.length > 0) throw new AwsFailure(code, `The ${noun} '${missing.join(', ')}' does not exist`);
  return ids.length === 0 ? all : all.filter((item) => ids.includes(idOf(item)));
}

/** DescribeSubnets. */
export function describeSubnets(cloud: Cloud, input: JsonObject): JsonObject {
  const all = [...cloud.subnets.values()];
  const found = byId(all, texts(input.SubnetId), (subnet) => subnet.id, 'InvalidSubnetID.NotFound', 'subnet ID');
  const facts: Facts<Subnet> = {
    'subnet-id': (subnet) => subnet.id,
    'vpc-id': (subnet) => subnet.vpcId,
    'availability-zone': (subnet) => subnet.zone,
    availabilityZone: (subnet) => subnet.zone,
  };
  return {
    subnetSet: select(found, input, facts).map((subnet) => ({
      subnetId: subnet.id,
      subnetArn: cloud.arn('ec2', `subnet/${subnet.id}`),
      state: 'available',
      vpcId: subnet.vpcId,
      cidrBlock: subnet.cidr,
      availabilityZone: subnet.zone,
      availableIpAddressCount: freeAddresses(cloud, subnet),
      ipv6Native: false,
      ownerId: cloud.accountId,
      defaultForAz: false,
      mapPublicIpOnLaunch: false,
    })),
  };
}

/** DescribeInstances. */
export function describeInstances(cloud: Cloud, input: JsonObject): JsonObject {
  const all = [...cloud.clusters.values()].flatMap((cluster) => [...cluster.instances.values()]);
  const ids = texts(input.InstanceId);
  const found = byId(all, ids, (instance) => instance.ec2InstanceId, 'InvalidInstanceID.NotFound', 'instance ID');
  const facts: Facts<ContainerInstance> = {
    'instance-id': (instance) => instance.ec2InstanceId,
    'vpc-id': (instance) => instance.subnet.vpcId,
    'subnet-id': (instance) => instance.subnet.id,
    'private-ip-address': (instance) => instance.address,
    'instance-state-name': () => 'running',
  };
  return {
    reservationSet: select(found, input, facts).map((instance) => ({
      reservationId: `r-${instance.ec2InstanceId.slice(2)}`,
      ownerId: cloud.accountId,
      instancesSet: [describeInstance(instance)],
    })),
  };
}

const describeInstance = (instance: ContainerInstance): JsonObject => ({
  instanceId: instance.ec2InstanceId,
  instanceState: { code: 16, name: 'running' },
  instanceType: 'm7i.large',
  launchTime: instance.registeredAt,
  placement: { availabilityZone: instance.subnet.zone, tenancy: 'default' },
  privateIpAddress: instance.address,
  subnetId: instance.subnet.id,
  vpcId: instance.subnet.vpcId,
});

/** DescribeNetworkInterfaces: those of tasks. */
export function describeNetworkInterfaces(cloud: Cloud, input: JsonObject): JsonObject {
  const all = [...cloud.addresses.values()].flatMap((task) => task.networkInterface ?? []);
  const ids = texts(input.NetworkInterfaceId);
  const found = byId(all, ids, (eni) => eni.id, 'InvalidNetworkInterfaceID.NotFound', 'networkInterface ID');
  const facts: Facts<NetworkInterface> = {
    'network-interface-id': (eni) => eni.id,
    'subnet-id': (eni) => eni.subnet.id,
    'vpc-id': (eni) => eni.subnet.vpcId,
    'addresses.private-ip-address': (eni) => eni.address,
    'private-ip-address': (eni) => eni.address,
  };
  return {
    networkInterfaceSet: select(found, input, facts).map((eni) => ({
      networkInterfaceId: eni.id,
      subnetId: eni.subnet.id,
      vpcId: eni.subnet.vpcId,
      availabilityZone: eni.subnet.zone,
      macAddress: eni.macAddress,
      privateIpAddress: eni.address,
      privateIpAddressesSet: [{ privateIpAddress: eni.address, primary: true }],
      groupSet: eni.securityGroups.map((groupId) => ({ groupId })),
      status: 'in-use',
      ownerId: cloud.accountId,
    })),
  };
}
