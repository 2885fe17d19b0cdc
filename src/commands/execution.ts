import { createInvestigate } from '../aws/diagnosis/investigation.ts';
import { actHandlers } from '../aws/handlers/acts.ts';
import { createContext } from '../aws/handlers/context.ts';
import { gateHandlers } from '../aws/handlers/gates.ts';
import { hasEndedByItself } from '../aws/handlers/one-off.ts';
import { trafficHeartbeat } from '../aws/handlers/traffic.ts';
import { undoHandlers } from '../aws/handlers/undos.ts';
import type { World } from '../engine/world.ts';
import { defined } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import type { Runtime } from './command-runtime.ts';

// What only changes something is loaded after the first answers of AWS: it is half of the code.
export { execute, resume } from '../engine/execute.ts';

/** Everything that a plan, or only its undo, is carried out with. */
export function worldFor(runtime: Runtime, place: Place): World {
  const { aws, clock, signal, report, journal, random, role, web } = runtime;
  const context = createContext({ aws, clock, signal, report, web });
  return {
    act: actHandlers(context),
    evaluate: gateHandlers(context),
    undo: undoHandlers(context),
    investigate: createInvestigate(context),
    isVoid: hasEndedByItself,
    heartbeat: trafficHeartbeat(context),
    save: async (state) => journal.save(state),
    place,
    left: journal.of(place),
    clock,
    signal,
    report,
    random,
    ...defined({ role }),
    backoffFactor: aws.backoffFactor,
  };
}
