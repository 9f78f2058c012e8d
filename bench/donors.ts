import { v7 as uuidv7 } from 'uuid';
import { newAccount } from '../api/routes/account/record.ts';
import { createTokens } from '../api/tokens.ts';
import type { World } from './world.ts';

export interface BenchDonor {
  readonly id: string;
  readonly token: string;
}

const HOUR_MS = 3_600_000;
let made = 0;

/** Signed-in donors who live in a region, put into the records at once: nobody's password is hashed but the first one's. */
export async function makeDonors(world: World, count: number, homeRegion: string): Promise<BenchDonor[]> {
  const { models, crypto, config } = world;
  const tokens = createTokens(config.keys.token);
  const now = Date.now();
  const personal = { name: '陈热心', phone: '13900000000', idNumber: null };
  const account = { id: uuidv7(), kind: 'donor' as const, personal, homeRegion, password: 'bench-Quilt-7', now };
  const template = await newAccount({ crypto, config }, account);
  const donors = Array.from({ length: count }, () => ({ _id: uuidv7(), sessionId: uuidv7(), n: (made += 1) }));
  for (let from = 0; from < count; from += 2_000) {
    const some = donors.slice(from, from + 2_000);
    await models.accounts.accounts.insertMany(
      some.map(({ _id, n }) => ({ ...template, _id, phoneIndex: `bench-donor-${n}` })),
      { ordered: false },
    );
    await models.sessions.sessions.insertMany(
      some.map(({ _id, sessionId }) => ({
        _id: sessionId,
        accountId: _id,
        generation: 1,
        rotatedAt: new Date(now),
        revokedAt: null,
        revokedBecause: null,
        createdAt: new Date(now),
        expiresAt: new Date(now + 10 * HOUR_MS),
      })),
      { ordered: false },
    );
  }
  return Promise.all(
    donors.map(async ({ _id, sessionId }) => ({
      id: _id,
      token: await tokens.sign({ accountId: _id, sessionId, epoch: template.epoch }, 'api', 36_000),
    })),
  );
}
