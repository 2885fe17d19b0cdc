import type { RolloutRequest } from '../../model/request.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { serviceAfter, type WholeService } from './settings.ts';

const hasServiceConnect = ({ serviceConnectConfiguration }: WholeService): boolean =>
  serviceConnectConfiguration?.enabled === true;

/** What tasks of the service can reach and the canary cannot. "Only the tasks that ECS services create are supported with Service Connect." */
export const lackingClient = (request: RolloutRequest, snapshot: Snapshot): readonly string[] =>
  hasServiceConnect(serviceAfter(request, snapshot)) ? ['Service Connect'] : [];

/** What ECS gives only to tasks that a service starts, and so not to the canary. */
export function serviceOnlyNotes(request: RolloutRequest, snapshot: Snapshot): readonly string[] {
  const service = serviceAfter(request, snapshot);
  const notes: string[] = [];
  if (hasServiceConnect(service)) {
    notes.push(
      'The canary has no Service Connect, which ECS configures only for tasks that a service starts: it cannot reach other services by their Service Connect names, and gets no requests through Service Connect. If the new version needs such a name to become healthy, use strategy: rolling.',
    );
  }
  if ((service.vpcLatticeConfigurations ?? []).length > 0) {
    notes.push('The canary is not registered with VPC Lattice: it gets no requests from there.');
  }
  if ((service.serviceRegistries ?? []).length > 0) {
    notes.push(
      'The canary is not registered in Cloud Map (service discovery): no client finds it by the name of the service.',
    );
  }
  if ((service.loadBalancers ?? []).some(({ targetGroupArn }) => targetGroupArn === undefined)) {
    notes.push('The canary is not registered with the Classic Load Balancer of the service.');
  }
  return notes;
}
