import type { Evidence } from '../../model/verdict.ts';
import type { Links } from '../console-links.ts';
import { code, codeBlock, markdown } from '../escape.ts';
import { evidenceTables, type LogBlock, logBlocks } from '../tables/evidence.ts';
import { list } from '../texts.ts';
import { folded, markdownCell, markdownTable, paragraphs } from './tables.ts';

/** Evidence as tables; the logs are parts of their own, so that a log without room does not take the tables with it. */
export function renderEvidence(evidence: readonly Evidence[], above: string, links: Links | undefined): string {
  return paragraphs(evidenceTables(evidence, above, links).map(markdownTable));
}

/** The logs of containers, each in a block of code that its lines cannot end. */
export function renderLogs(evidence: readonly Evidence[], links: Links | undefined): readonly string[] {
  return logBlocks(evidence, links).map(renderLog);
}

/** A log with few lines is open: it often shows why a program ended. */
const short = 12;

function renderLog({ container, extent, stream, lines }: LogBlock): string {
  const title = `Log of container ${code(container)}: ${markdown(extent)}`;
  const where = stream === undefined ? '' : markdownCell(stream);
  if (lines.length === 0) return list([title, where], ' ');
  return folded(title, [where, codeBlock(lines.join('\n'), 'text')], lines.length <= short);
}
