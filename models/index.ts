import type { Connection } from 'mongoose';
import { caseRepository } from './case.ts';
import { commandRepository } from './command.ts';
import { eventRepository } from './event.ts';
import { needRepository } from './need.ts';
import { pledgeRepository } from './pledge.ts';
import { revisionRepository } from './revision.ts';

/** All records, by noun. Registers every schema on the connection, so that `ensureIndexes` sees them all. */
export const createModels = (db: Connection) => ({
  db,
  cases: caseRepository(db),
  commands: commandRepository(db),
  events: eventRepository(db),
  needs: needRepository(db),
  revisions: revisionRepository(db),
  pledges: pledgeRepository(db),
});

export type Models = ReturnType<typeof createModels>;
