import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { missingAttributes, REQUIRED_ATTRIBUTES } from './search-attributes.ts';

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const RETENTION = '30 days';
const POLL_MS = 100;

/**
 * Makes a namespace ready for cases: creates it when it is missing, adds missing search attributes and waits until
 * queries understand them. Safe to repeat and to run twice at once; a warm call takes three requests.
 * @throws Error when it is not usable within `timeoutMs`
 */
export async function bootstrapTemporal(connection: Connection, namespace: string, timeoutMs = 60_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  await connection.withDeadline(giveUpAt, async () => {
    await ensureNamespace(connection, namespace);
    // A namespace takes some seconds to reach all of the server's caches.
    await retryUntil(giveUpAt, () => addAttributes(connection, namespace));
    await retryUntil(giveUpAt, () => useAttributes(connection, namespace));
  });
}

async function ensureNamespace({ workflowService }: Connection, namespace: string): Promise<void> {
  try {
    await workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!hasCode(error, NOT_FOUND)) throw error;
    const workflowExecutionRetentionPeriod = msToTs(RETENTION);
    const description = 'Bangfu: one workflow per case';
    await workflowService
      .registerNamespace({ namespace, description, workflowExecutionRetentionPeriod })
      .catch(unless(ALREADY_EXISTS));
  }
}

async function addAttributes(connection: Connection, namespace: string): Promise<void> {
  const searchAttributes = await missingAttributes(connection, namespace);
  if (Object.keys(searchAttributes).length === 0) return;
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes }).catch(unless(ALREADY_EXISTS));
}

/** Fails with INVALID_ARGUMENT as long as some name is unknown to the visibility store. */
async function useAttributes({ workflowService }: Connection, namespace: string): Promise<void> {
  const query = Object.keys(REQUIRED_ATTRIBUTES)
    .map((name) => `${name} IS NULL`)
    .join(' AND ');
  await workflowService.countWorkflowExecutions({ namespace, query });
}

async function retryUntil(giveUpAt: number, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isGrpcServiceError(error) || Date.now() + POLL_MS >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

const hasCode = (error: unknown, code: number): boolean => isGrpcServiceError(error) && Number(error.code) === code;

const unless = (code: number) => (error: unknown) => {
  if (!hasCode(error, code)) throw error;
};
