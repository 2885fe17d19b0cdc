/** The path to a part of a JSON value: keys and list indices. */
export type Path = readonly (string | number)[];

/** Formats a path, as in `containerDefinitions[0].dockerLabels["com.example.team"]`. */
export function showPath(path: Path): string {
  return path.map(showStep).join('');
}

function showStep(step: string | number, index: number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!/^[\w${}-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
  return index === 0 ? step : `.${step}`;
}
