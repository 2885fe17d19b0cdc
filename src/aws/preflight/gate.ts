import { type Duration, minute, showDuration } from '../../model/duration.ts';
import { periodOf } from '../../model/gates.ts';
import {
  formatBounds,
  formatNumber,
  isOfCanaryGroup,
  type Measured,
  type MetricGate,
  type NamedGate,
} from '../../model/measures.ts';
import { formatMeasure } from '../handlers/metric.ts';
import { metricReader } from '../handlers/metric-read.ts';
import { printable } from '../handlers/web-requests.ts';
import { ok, type PreflightCheck, type Result, unclear, warning } from './inspect.ts';

/** The time range for which a dry run reads data. */
const lookBack: Duration = 3 * 60 * minute;

/** The findings of a dry run about the gates of rollout.yml. `stable` is the running revision, as family:number. */
export function gateChecks(
  gates: readonly NamedGate[],
  about: { readonly stable: string; readonly at: number },
): readonly PreflightCheck[] {
  return gates.map((gate) => ({ kind: 'gate', about: `gate ${gate.name}`, look: lookOf(gate, about) }));
}

function lookOf(gate: NamedGate, { stable, at }: Parameters<typeof gateChecks>[1]): PreflightCheck['look'] {
  switch (gate.kind) {
    case 'metric':
    case 'expression':
      return async ({ aws, may }) => {
        if (isOfCanaryGroup(gate)) return [ok('not checked: the canary target group has no data before the rollout')];
        const period = periodOf(gate);
        const end = Math.floor(at / period) * period;
        const answer = await may(() =>
          metricReader(aws)(gate, { revision: stable }, { start: end - Math.max(lookBack, period), end }),
        );
        if (answer === undefined) return [];
        if (answer.is !== 'data') return unclear(answer.because);
        return resultOf(gate, stable, answer.values);
      };
    case 'http':
      return async () => ok(`not checked: a dry run does not send a request to ${printable(gate.url)}`);
    case 'task':
      return async () => ok('not checked: a dry run does not start its task');
    case 'webhook':
      return async () => ok(`not checked: a dry run does not send a request to ${URL.parse(gate.url)?.host ?? 'it'}`);
  }
}

/** Checks the values of the running version: a gate that it fails says nothing about a new one. */
function resultOf(gate: MetricGate, stable: string, values: readonly Measured[]): Result {
  const metric = formatMeasure(gate, { revision: stable });
  const last = values.toSorted((one, other) => one.at - other.at).at(-1);
  if (last === undefined) {
    const next =
      'Check the namespace, the name and the dimensions. A metric that is only published on errors needs `on-no-data: pass`.';
    const because = `CloudWatch has no data of ${metric} in the last ${showDuration(lookBack)}`;
    return gate.onNoData === 'pass' ? ok(`${because}; no data counts as a pass`) : warning(because, next);
  }
  const { min = -Infinity, max = Infinity } = gate.bounds;
  const value = `the last value of ${metric} is ${formatNumber(last.value)}, ${formatBounds(gate.bounds)} allowed`;
  if (last.value >= min && last.value <= max) return ok(value);
  return warning(value, 'The running version fails this gate. Check `min` and `max`.');
}
