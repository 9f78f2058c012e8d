import type { Actor } from '../domain/kernel/types.ts';
import type { ApiDeps } from './deps.ts';
import { createLoopShare, type LoopShare } from './loop-share.ts';
import { createOpenNeeds, type OpenNeeds } from './open-needs.ts';
import { createRateLimits, type RateLimits } from './middleware/rate-limits.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** What the API itself keeps per process: limits, sessions, tokens, the open needs, the audit trail. */
export interface ApiServices {
  readonly limits: RateLimits;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly openNeeds: OpenNeeds;
  readonly loopShare: LoopShare;
  audit(entry: AuditEntry): Promise<void>;
}

export interface AuditEntry {
  /** The route's audit name, or its operation id. */
  readonly action: string;
  readonly accountId: string | null;
  readonly actor: Actor | null;
  /** Path parameters: ids and codes. */
  readonly target: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Of the answer. */
  readonly status: number;
  /** Whose data was shown, and why. */
  readonly persons?: readonly string[];
  readonly purpose?: string;
}

/** `crowdsUpTo`: the share of the process's time above which crowds wait for everybody else. */
export function createServices(deps: ApiDeps, crowdsUpTo: number): ApiServices {
  const tokens = createTokens(deps.config.keys.token);
  const limits = createRateLimits(deps);
  return {
    limits,
    tokens,
    sessions: createSessions(deps, tokens, limits),
    openNeeds: createOpenNeeds(deps),
    loopShare: createLoopShare(crowdsUpTo),
    audit: ({ persons, ...entry }) =>
      deps.models.audit.append({
        ...entry,
        at: new Date(deps.now()),
        ...(persons !== undefined && { persons: [...persons] }),
      }),
  };
}
