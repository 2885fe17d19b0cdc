/** What a plan calls one thing that it starts or makes, such as `canary` or the name of a one-off task; unique in the plan. */
export type Subject = string;

/** The task that tries a new version before the service gets it. */
export const theCanary: Subject = 'canary';

/** The revision that a plan registers. */
export const theRevision: Subject = 'revision';
