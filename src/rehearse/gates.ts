import type { Drill } from '../model/drill.ts';
import type { NamedGate } from '../model/measures.ts';
import type { RolloutRequest } from '../model/request.ts';
import type { Web } from '../model/web.ts';

type Gated = Pick<RolloutRequest, 'gates' | 'afterPromote'>;

/** The gate that fails in a drill: the first after the update that a rehearsal can make fail. */
const failing = ({ gateFails }: Drill, { gates = [], afterPromote = [] }: Gated): NamedGate | undefined =>
  gateFails ? afterPromote.map((name) => gates.find((gate) => gate.name === name)).find(canFail) : undefined;

/** The pretend account has no metrics of an application that could be out of their bounds. */
export const canFail = (gate: NamedGate | undefined): boolean =>
  gate !== undefined && gate.kind !== 'metric' && gate.kind !== 'expression';

/** The gates as they are played: tasks exit as the drill says, and a metric that the pretend account does not have passes. */
export function gatesFor(drill: Drill, request: Gated): Pick<RolloutRequest, 'gates'> {
  const { gates } = request;
  if (gates === undefined) return {};
  const bad = failing(drill, request);
  return {
    gates: gates.map((gate): NamedGate => {
      if (gate.kind === 'metric' || gate.kind === 'expression') return { ...gate, onNoData: 'pass' };
      if (gate.kind !== 'task') return gate;
      const { command = [] } = gate.task;
      return { ...gate, task: { ...gate.task, command: [`exit-${gate === bad ? 3 : 0}`, ...command] } };
    }),
  };
}

/** URLs of gates answer as the gates ask for, except for the one that fails in the drill. */
export function pretendWeb(drill: Drill, request: Gated): Web {
  const { gates = [] } = request;
  const bad = failing(drill, request);
  return {
    variable: (name) => `rehearsal of ${name}`,
    send: async ({ url, method, headers }) => {
      const gate = gates.find((one) => {
        if (one.kind === 'webhook') return one.url === url && headers['x-signature-256'] !== undefined;
        return one.kind === 'http' && one.url === url && one.method === method && one.host === headers.host;
      });
      if (gate !== undefined && gate.name === bad?.name)
        return {
          is: 'answered',
          status: gate.kind === 'webhook' ? 403 : 500,
          text: 'the rehearsal lets it fail',
          latency: 20,
        };
      const { status, contains: text = '' } = gate?.kind === 'http' ? gate : { status: 204 };
      return { is: 'answered', status, text, latency: 20 };
    },
  };
}
