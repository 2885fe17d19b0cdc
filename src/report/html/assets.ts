import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/**
 * The script of the HTML report: zoom, filter, copy, download. It makes text nodes from text and sends no requests. The
 * policy of the page allows exactly this script, by its hash. The build inlines both files.
 */
export const script: string = read('page.js');

/** The style of the HTML report: light and dark as the reader's system has it, readable on paper. */
export const style: string = read('page.css');
