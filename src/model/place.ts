/** Where a service lives. */
export interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}
