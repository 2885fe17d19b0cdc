import type { JsonObject } from './json.ts';

/** An error answer: AWS's code, message, HTTP status, and members such as `resourceIds`. */
export class AwsFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: JsonObject;

  constructor(code: string, message: string, status = 400, members: JsonObject = {}) {
    super(message);
    this.name = 'AwsFailure';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** ECS's error for a well-formed but invalid request. */
export const invalidParameter = (message: string): AwsFailure => new AwsFailure('InvalidParameterException', message);

/** ECS's error for most other client errors. */
export const clientFailure = (message: string): AwsFailure => new AwsFailure('ClientException', message);

/** A feature that AWS may accept and the simulator does not model; never reported as an error of AWS. */
export class NotModelled extends AwsFailure {
  /** The feature, as a noun. */
  readonly what: string;

  constructor(what: string) {
    super('NotModelled', `The simulated account does not model ${what}. This says nothing about AWS.`);
    this.what = what;
  }
}
