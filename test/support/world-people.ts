import { v7 as uuidv7 } from 'uuid';
import type { HumanRole } from '../../api/route.ts';
import type { Level } from '../../domain/kernel/types.ts';
import { LEVELS, pathOf } from '../../domain/region/region.ts';
import type { TestApi, TestPerson } from './api.ts';

/** The people of the world: those around one village, and those of every role far away. */

export interface Somebody extends TestPerson {
  readonly name: string;
  readonly role: HumanRole;
  readonly level?: Level;
}

export const VILLAGE = '360735100223';
const FAR_COUNTY = '422801';

export async function nearPeople(api: TestApi, householdId: string): Promise<Somebody[]> {
  const grants = (role: HumanRole, regionCode?: string) => ({
    grants: [{ role, ...(regionCode !== undefined && { regionCode }) }],
  });
  const cadres = LEVELS.map(async (level): Promise<Somebody> => {
    const regionCode = pathOf(VILLAGE).find((code) => code.length === VILLAGE_DIGITS[level]) ?? '';
    return { name: `near cadre ${level}`, role: 'cadre', level, ...(await api.cadre(level, regionCode)) };
  });
  return Promise.all([
    api.person(grants('helper', '360735')).then((p): Somebody => ({ name: 'publisher', role: 'helper', ...p })),
    api.person(grants('helper', '360735')).then((p): Somebody => ({ name: 'helper', role: 'helper', ...p })),
    api
      .person({ ...grants('household'), householdId })
      .then((p): Somebody => ({ name: 'recipient', role: 'household', ...p })),
    api.person({}).then((p): Somebody => ({ name: 'applicant', role: 'person', ...p })),
    api.donor().then((p): Somebody => ({ name: 'donor', role: 'donor', ...p })),
    api.person(grants('pointKeeper', VILLAGE)).then((p): Somebody => ({ name: 'keeper', role: 'pointKeeper', ...p })),
    api.operator().then((p): Somebody => ({ name: 'operator', role: 'operator', ...p })),
    ...cadres,
  ]);
}

const VILLAGE_DIGITS: Readonly<Record<Level, number>> = { province: 2, city: 4, county: 6, township: 9, village: 12 };

/** People of 恩施市: other regions at every level. */
export async function farPeople(api: TestApi): Promise<Somebody[]> {
  const { regions } = api.deps.reference;
  const township = regions.children(FAR_COUNTY)[0]?.code ?? '';
  const village = regions.children(township)[0]?.code ?? '';
  const code: Readonly<Record<Level, string>> = { province: '42', city: '4228', county: FAR_COUNTY, township, village };
  const cadres = LEVELS.map(async (level): Promise<Somebody> => ({
    name: `far cadre ${level}`,
    role: 'cadre',
    level,
    ...(await api.cadre(level, code[level])),
  }));
  const others = (['person', 'donor', 'helper', 'household', 'pointKeeper'] as const).map(
    async (role): Promise<Somebody> => {
      const grant = role === 'pointKeeper' ? { role, regionCode: village } : { role };
      const household = role === 'household' ? { householdId: uuidv7() } : {};
      return {
        name: `far ${role}`,
        role,
        ...(await api.person({ grants: role === 'person' ? [] : [grant], ...household })),
      };
    },
  );
  return Promise.all([...others, ...cadres]);
}
