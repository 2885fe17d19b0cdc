import { isObject } from './json.ts';

/** How a protocol writes a list: Query wraps each item in `member`, EC2 in `item`. */
export type ListItem = 'member' | 'item';

/** Writes a value as the content of an XML element. */
export function xmlContent(value: unknown, item: ListItem): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((entry) => xmlElement(item, entry, item)).join('');
  if (value instanceof Date) return value.toISOString();
  if (!isObject(value)) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => xmlElement(name, member, item))
    .join('');
}

/** Writes one element. */
function xmlElement(name: string, value: unknown, item: ListItem): string {
  return `<${name}>${xmlContent(value, item)}</${name}>`;
}

/** Text that cannot be mistaken for markup. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
