import type { CapacityProviderStrategyItem, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { Problem } from '../model/problem.ts';
import { type Path, showPath } from '../task-definition/path.ts';
import { parseDocument, toValue } from './document.ts';
import { positionOf } from './position.ts';
import { loadShapes, type Structure } from './schema.ts';
import { readShorthand, ShorthandError } from './shorthand.ts';
import type { Substitution } from './substitute.ts';
import { type Finding, inspect } from './validate.ts';

/** An input that contains an AWS structure. */
export interface StructureInput<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

const network = 'network-configuration';
const strategy = 'capacity-provider-strategy';

/** Reads JSON, or the shorthand syntax of the AWS CLI for users who migrate from it. */
export async function readNetworkConfiguration(text: string): Promise<StructureInput<NetworkConfiguration>> {
  const { value, problems } = /^\s*[[{"]/.test(text) ? fromJson(network, text, 'object') : fromShorthand(text);
  if (value === undefined) return { problems };
  const { NetworkConfiguration } = await loadShapes();
  const findings = inspect(value, NetworkConfiguration);
  if (findings.length > 0) return { problems: findings.map((finding) => problemOf(network, finding.path, finding)) };
  const configuration = value as NetworkConfiguration;
  if (configuration.awsvpcConfiguration !== undefined) return { value: configuration, problems: [] };
  return { problems: [{ where: network, what: 'has no awsvpcConfiguration; add it, or remove the input' }] };
}

/** Reads a JSON list. */
export async function readCapacityProviderStrategy(
  text: string,
): Promise<StructureInput<CapacityProviderStrategyItem[]>> {
  const { value, problems } = fromJson(strategy, text, 'array');
  if (value === undefined) return { problems };
  const { RunTaskRequest } = await loadShapes();
  const whole: Structure = { ...RunTaskRequest, required: [] };
  const findings = inspect({ capacityProviderStrategy: value }, whole);
  if (findings.length > 0) {
    return { problems: findings.map((finding) => problemOf(strategy, finding.path.slice(1), finding)) };
  }
  const items = value as CapacityProviderStrategyItem[];
  return items.length > 0
    ? { value: items, problems: [] }
    : { problems: [{ where: strategy, what: 'is an empty list; add a provider, or remove the input' }] };
}

function problemOf(input: string, path: Path, { what }: Finding): Problem {
  return { where: path.length === 0 ? input : `${input}: ${showPath(path)}`, what };
}

interface Parsed {
  readonly value?: unknown;
  readonly problems: readonly Problem[];
}

function fromJson(input: string, text: string, holds: 'object' | 'array'): Parsed {
  // No substitution in inputs: workflows have expressions.
  const asItIs: Substitution = { source: text, text, replacements: [], values: [], faults: [], whole: true };
  const { document, faults } = parseDocument(asItIs, holds);
  if (document !== undefined) return { value: toValue(document.root), problems: [] };
  return { problems: faults.map(({ offset, what }) => at(input, text, offset, what)) };
}

function fromShorthand(text: string): Parsed {
  try {
    return { value: readShorthand(text), problems: [] };
  } catch (error) {
    if (!(error instanceof ShorthandError)) throw error;
    const ways = 'write JSON, or the shorthand awsvpcConfiguration={subnets=[a,b],securityGroups=[c]}';
    return { problems: [at(network, text, error.offset, `${error.message} (${ways})`)] };
  }
}

function at(input: string, text: string, offset: number, what: string): Problem {
  const { line, column } = positionOf(text, undefined, offset);
  return { where: `${input}:${line}:${column}`, what };
}
