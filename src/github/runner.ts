import * as core from '@actions/core';
import type { Environment } from '../model/environment.ts';
import type { Output } from '../model/output.ts';
import { noCommand } from '../report/escape.ts';

const annotateAs = { notice: core.notice, warning: core.warning, error: core.error };

/** The log of a job, by workflow commands, which @actions/core escapes; what is only printed must not become one. */
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

/** Plain lines, for a terminal and for whatever must not become an annotation. */
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

/** The job log inside a job, plain lines on a person's own machine. */
export function outputFor(environment: Environment): Output {
  return environment.GITHUB_ACTIONS === 'true' ? jobLog : plainLines(core.info);
}

/** Whether the log may have colours: GitHub shows them, and https://no-color.org turns them off. */
export function wantsColours(environment: Environment, isTerminal: boolean): boolean {
  return !environment.NO_COLOR && (environment.GITHUB_ACTIONS === 'true' || isTerminal);
}

/** Whether somebody has asked for the debug log of this step. */
export const isDebug = (): boolean => core.isDebug();

/** Has the runner replace a value in everything that it shows from now on; outside GitHub that would print it. */
export function hideInLog(secret: string, environment: Environment): void {
  if (environment.GITHUB_ACTIONS === 'true') core.setSecret(secret);
}

/** Gets the OIDC token of the job for AWS; `undefined` where the job may not have one (`permissions: id-token: write`). */
export function idTokenOf(environment: Environment): (() => Promise<string>) | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  return url && bearer ? () => core.getIDToken('sts.amazonaws.com') : undefined;
}

/** Sets an output of the step; outside GitHub, where @actions/core would print a command of old, nothing. */
export function setOutput(name: string, value: string): void {
  if (process.env.GITHUB_OUTPUT) core.setOutput(name, value);
}

/** Saves what `post` will read, before it returns; outside GitHub, where there is no `post`, nothing. */
export function saveState(name: string, value: string): void {
  if (process.env.GITHUB_STATE) core.saveState(name, value);
}
