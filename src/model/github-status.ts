/** What a GitHub deployment is created with. */
export interface DeploymentRequest {
  readonly repository: string;
  readonly ref: string;
  readonly environment: string;
  readonly url?: string;
  /** For one pull request only, and gone after it: GitHub then never shows it as one that stays. */
  readonly transient: boolean;
}

/** What the team is to see on GitHub. */
export interface StatusRequest {
  readonly token: string;
  readonly deployment?: DeploymentRequest;
  readonly pullRequest?: PullRequest;
  /** Whether the comment was requested explicitly, not by default. */
  readonly wanted: boolean;
}

/** The pull request that a run belongs to. */
export interface PullRequest {
  /** Where it was opened: `owner/name`. */
  readonly repository: string;
  readonly number: number;
  /** Where its branch is, when GitHub says so. */
  readonly head?: { readonly sha: string; readonly ref: string; readonly foreign: boolean };
}
