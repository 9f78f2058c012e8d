import { loadConfig } from '../infra/config.ts';
import { verifyCheckpoints } from '../infra/checkpoint.ts';
import { checkpointRepository } from '../models/checkpoint.ts';
import { connectMongo } from '../models/db.ts';

/**
 * `npm run checkpoints:verify`: compares every signed checkpoint with its signature, with the one before it, with the
 * events that it covers and with the file outside MongoDB. Exit code 1 when something does not fit.
 */
const config = loadConfig();
const db = await connectMongo(config);
const deps = { checkpoints: checkpointRepository(db), keys: config.keys.checkpoint, dataDir: config.dataDir };
const { checked, events, inFile, faults } = await verifyCheckpoints(deps);
console.log(`${checked} checkpoints over ${events} events checked, ${inFile} of them against the file`);
for (const { checkpoint, fault } of faults) console.error(`checkpoint ${checkpoint}: ${fault}`);
await db.close();
process.exit(faults.length === 0 ? 0 : 1);
