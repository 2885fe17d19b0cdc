import type { JsonObject } from './json.ts';

/** An answer that is an error: AWS's code, its text, the HTTP status, and members such as `resourceIds`. */
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

/** ECS's word for a request that is well formed but cannot be right. */
export const invalidParameter = (message: string): AwsFailure => new AwsFailure('InvalidParameterException', message);

/** ECS's word for most other mistakes of the caller. */
export const clientFailure = (message: string): AwsFailure => new AwsFailure('ClientException', message);

/** What AWS may well take and this account cannot show: never told as AWS's word. */
export class NotModelled extends AwsFailure {
  /** What it is, as a noun. */
  readonly what: string;

  constructor(what: string) {
    super('NotModelled', `The pretend account does not model ${what}. This says nothing about AWS.`);
    this.what = what;
  }
}
