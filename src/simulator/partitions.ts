/** A partition of AWS. */
interface Partition {
  readonly id: string;
  readonly regions: RegExp;
  readonly dnsSuffix: string;
}

/** From the endpoint rules of the AWS SDKs (`partitions.json`). */
const partitions: readonly Partition[] = [
  { id: 'aws-cn', regions: /^cn-/, dnsSuffix: 'amazonaws.com.cn' },
  { id: 'aws-us-gov', regions: /^us-gov-/, dnsSuffix: 'amazonaws.com' },
  { id: 'aws-eusc', regions: /^eusc-/, dnsSuffix: 'amazonaws.eu' },
  { id: 'aws-iso', regions: /^us-iso-/, dnsSuffix: 'c2s.ic.gov' },
  { id: 'aws-iso-b', regions: /^us-isob-/, dnsSuffix: 'sc2s.sgov.gov' },
  { id: 'aws-iso-e', regions: /^eu-isoe-/, dnsSuffix: 'cloud.adc-e.uk' },
  { id: 'aws-iso-f', regions: /^us-isof-/, dnsSuffix: 'csp.hci.ic.gov' },
];

/** The partition of a region: the second part of every ARN in it. */
export function partitionOf(region: string): string {
  return partitions.find(({ regions }) => regions.test(region))?.id ?? 'aws';
}

/** Returns the DNS suffix of a partition. */
export function dnsSuffixOf(partition: string): string {
  return partitions.find(({ id }) => id === partition)?.dnsSuffix ?? 'amazonaws.com';
}
