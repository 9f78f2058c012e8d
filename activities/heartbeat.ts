import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';

/** Well below the limits that workflows set, `HEARTBEAT_TIMEOUT` of contracts/cases.ts. */
const EVERY_MS = 2_000;

/**
 * Every activity says by itself that its worker lives: one that was killed is noticed in seconds, and its work goes to
 * another worker long before the time that the work itself may take.
 */
export function heartbeats(context: Pick<Context, 'heartbeat'>): ActivityInterceptors {
  return {
    inbound: {
      async execute(input, next) {
        const beat = setInterval(() => context.heartbeat(), EVERY_MS);
        try {
          return await next(input);
        } finally {
          clearInterval(beat);
        }
      },
    },
  };
}
