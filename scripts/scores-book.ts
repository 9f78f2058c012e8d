import { bookMissing, scoreDifferences } from '../activities/scores.ts';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { loadConfig } from '../infra/config.ts';
import { loadReference } from '../infra/reference.ts';
import { connectMongo } from '../models/db.ts';
import { createModels } from '../models/index.ts';

/**
 * `npm run scores:book`: books every entry of a score that is missing, from all events: once after the release that brought
 * scores, and after a repair. Changes no entry that is there; exit code 1 when some are not as they must be.
 */
const config = loadConfig();
const db = await connectMongo(config);
const reference = loadReference({ profile: config.profile });
reference.adopt(await createModels(db).policies.published());
const deps = { db, deciders: CASE_DECIDERS, currentPolicy: reference.currentPolicy };
console.log(`${await bookMissing(deps)} entries of all events are booked`);
const differences = await scoreDifferences(deps);
for (const [id, [is, should]] of differences) console.error(`${id} is ${is}, counted again ${should}`);
await db.close();
process.exit(differences.size === 0 ? 0 : 1);
