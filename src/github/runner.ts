import * as core from '@actions/core';
import type { Environment } from '../model/environment.ts';
import type { Output } from '../model/output.ts';
import { noCommand } from '../report/escape.ts';

const annotateAs = { notice: core.notice, warning: core.warning, error: core.error };

/** The log of a job. @actions/core escapes workflow commands; printed lines must not become one. */
export const jobLog: Output = {
  print: (line) => core.info(noCommand(line)),
  startGroup: core.startGroup,
  endGroup: core.endGroup,
  debug: core.debug,
  annotate: ({ level, title, message, at }) => {
    const place = at === undefined ? {} : { file: at.file, startLine: at.line, startColumn: at.column };
    annotateAs[level](message, { title, ...place });
  },
};

/** Plain lines, for a terminal and for output that must not become an annotation. */
export function plainLines(write: (line: string) => void): Output {
  const print = (text: string): void => write(noCommand(text));
  return {
    print,
    startGroup: (title) => print(`\n${title}`),
    endGroup: () => {},
    debug: () => {},
    annotate: ({ level, message }) => print(level === 'error' ? message : `${level}: ${message}`),
  };
}

/** The job log inside a job, or plain lines elsewhere. */
export function outputFor(environment: Environment): Output {
  return environment.GITHUB_ACTIONS === 'true' ? jobLog : plainLines(core.info);
}

/** Whether the log may have colours: GitHub shows them, and https://no-color.org turns them off. */
export function wantsColours(environment: Environment, isTerminal: boolean): boolean {
  return !environment.NO_COLOR && (environment.GITHUB_ACTIONS === 'true' || isTerminal);
}

/** Whether debug logging is on for this step. */
export const isDebug = (): boolean => core.isDebug();

/** Makes the runner hide a value from now on. Outside GitHub it does nothing: the command would print the value. */
export function hideInLog(secret: string, environment: Environment): void {
  if (environment.GITHUB_ACTIONS === 'true') core.setSecret(secret);
}

/** Gets the OIDC token of the job for AWS; `undefined` without `permissions: id-token: write`. */
export function idTokenOf(environment: Environment): (() => Promise<string>) | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  return url && bearer ? () => core.getIDToken('sts.amazonaws.com') : undefined;
}

/** Sets an output of the step. Outside GitHub it does nothing: @actions/core would print a legacy command. */
export function setOutput(name: string, value: string): void {
  if (process.env.GITHUB_OUTPUT) core.setOutput(name, value);
}

/** Saves state for `post`, before it returns. Outside GitHub, where there is no `post`, it does nothing. */
export function saveState(name: string, value: string): void {
  if (process.env.GITHUB_STATE) core.saveState(name, value);
}
