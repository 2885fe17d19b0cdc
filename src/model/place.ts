/** The cluster and name of a service. */
export interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}
