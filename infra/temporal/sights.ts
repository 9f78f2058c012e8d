import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** What the sweeper and the operators may ask Temporal about: one workflow at a time, or a slow walk through a list. */

const LIMIT_MS = 3000;
const PAGE = 200;
/** Visibility answers ten requests a second, for everybody together. */
const PAGE_PAUSE_MS = 500;

export function createWorkflowSights(client: Client, taskQueue: string) {
  /** @throws when Temporal does not answer */
  async function running(workflowId: string): Promise<boolean> {
    try {
      const { status } = await client.connection.withDeadline(Date.now() + LIMIT_MS, () =>
        client.workflow.getHandle(workflowId).describe(),
      );
      return status.name === 'RUNNING' || status.name === 'PAUSED';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** Running workflows of this task queue by their start. Seconds late, and sometimes wrong: suspects, no facts. */
  async function* startedBetween(
    from: Date,
    to: Date,
    limit: number,
  ): AsyncGenerator<{ workflowId: string; caseType: string }> {
    const span = `StartTime >= '${from.toISOString()}' AND StartTime < '${to.toISOString()}'`;
    const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND ${span}`;
    let seen = 0;
    for await (const { workflowId, type } of client.workflow.list({ query, pageSize: PAGE })) {
      yield { workflowId, caseType: type };
      seen += 1;
      if (seen >= limit) return;
      if (seen % PAGE === 0) await sleep(PAGE_PAUSE_MS);
    }
  }

  return { running, startedBetween };
}
