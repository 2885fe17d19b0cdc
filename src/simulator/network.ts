import type { Cloud } from './cloud.ts';
import type { NetworkInterface, Subnet } from './records.ts';

/** Creates a network interface with its own address in the subnet. */
export function createInterface(cloud: Cloud, subnet: Subnet, securityGroups: readonly string[]): NetworkInterface {
  return {
    id: `eni-${cloud.random.hex(17)}`,
    attachmentId: cloud.random.uuid(),
    subnet,
    address: takeAddress(subnet),
    macAddress: `02:${[1, 2, 3, 4, 5].map(() => cloud.random.hex(2)).join(':')}`,
    securityGroups,
    status: 'PRECREATED',
  };
}

/** Takes the next free address of the subnet; AWS reserves the first four. */
export function takeAddress(subnet: Subnet): string {
  const [base, size] = parseCidr(subnet.cidr);
  const hosts = 2 ** (32 - size) - 5;
  const host = 4 + (subnet.nextHost++ % hosts);
  return [24, 16, 8, 0].map((shift) => ((base + host) >>> shift) & 0xff).join('.');
}

/** Number of free addresses. AWS reserves five in each subnet. */
export function freeAddresses(cloud: Cloud, subnet: Subnet): number {
  const [, size] = parseCidr(subnet.cidr);
  const ours = [...cloud.addresses.keys()].filter((address) => inCidr(address, subnet.cidr)).length;
  const instances = [...cloud.clusters.values()].flatMap((cluster) => [...cluster.instances.values()]);
  const theirs = instances.filter((instance) => instance.subnet === subnet).length;
  return Math.max(0, 2 ** (32 - size) - 5 - subnet.taken - ours - theirs);
}

/** Whether an IPv4 address lies in the block. */
export function inCidr(address: string, cidr: string): boolean {
  const [base, size] = parseCidr(cidr);
  const mask = size === 0 ? 0 : (-1 << (32 - size)) >>> 0;
  return (parseIp(address) & mask) >>> 0 === (base & mask) >>> 0;
}

/** Whether the text is an IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || (text.includes(':') && /^[0-9a-f:]+$/i.test(text));
}

function parseCidr(cidr: string): readonly [base: number, size: number] {
  const [address, size] = cidr.split('/');
  return [parseIp(address ?? ''), Number(size ?? '32')];
}

const parseIp = (address: string): number =>
  address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
