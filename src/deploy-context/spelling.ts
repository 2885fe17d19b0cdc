import { isObject } from '../model/json.ts';
import { normalizeName } from '../model/suggest.ts';
import type { Structure } from './schema.ts';
import type { Finding } from './validate.ts';

/**
 * Replaces all findings about another tool's spelling of the top-level keys with one: CloudFormation writes
 * `ContainerDefinitions`, Terraform `container_definitions`. Nested keys use the same spelling.
 */
export function collapseSpelling(value: unknown, shape: Structure, findings: readonly Finding[]): readonly Finding[] {
  if (!isObject(value)) return findings;
  const template = templateKey(value);
  if (template !== undefined) return [template];
  const others = Object.keys(value).filter((key) => !shape.members.has(key) && spelledAs(key, shape) !== undefined);
  const [first] = others;
  if (first === undefined || others.length < 2) return findings;
  const meant = new Set(others.map((key) => spelledAs(key, shape)));
  const kept = findings.filter(({ path: [top] }) => !others.includes(String(top)) && !meant.has(String(top)));
  const tool = first.includes('_') ? 'Terraform' : /^[A-Z]/.test(first) ? 'CloudFormation' : 'another tool';
  const all = others.length === 2 ? 'both' : `all ${others.length}`;
  const what = `uses the spelling of ${tool}, as do ${all} keys like it; the API spells it ${spelledAs(first, shape)}, as in \`aws ecs\` with --cli-input-json`;
  return [{ path: [first], what, untyped: true }, ...kept];
}

function spelledAs(key: string, shape: Structure): string | undefined {
  return [...shape.members.keys()].find((known) => normalizeName(known) === normalizeName(key));
}

/** A template, or a resource of one, is more than a spelling mistake. */
function templateKey(value: Readonly<Record<string, unknown>>): Finding | undefined {
  const key = isObject(value.Resources) ? 'Resources' : isObject(value.Properties) ? 'Properties' : undefined;
  if (key === undefined) return undefined;
  const what =
    'makes this a CloudFormation template; this file takes the JSON of the API, as `aws ecs` does with --cli-input-json';
  return { path: [key], what, untyped: true };
}
