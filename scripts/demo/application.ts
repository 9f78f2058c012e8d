import type { DemoDeps } from './need-run.ts';
import { follow } from './reach.ts';
import { newCitizen } from './scenes/hamlet.ts';
import { must } from './waiting.ts';

/** Somebody without an office applies for a village's, and the cadre of its township approves. */

/** A village where no sample need is, so that the stories keep their reviewers. */
const VILLAGE = '360735100201';
const STATEMENT = '我从小在村里长大，愿意利用业余时间为乡亲跑腿办事。';

export interface ApplicationReport {
  readonly place: string;
  /** The stages it went through. */
  readonly way: readonly string[];
}

interface View {
  readonly stage: string;
  readonly place: string;
}
interface Me {
  readonly grants: readonly { readonly role: string; readonly regionCode?: string }[];
}

export async function applyForOffice(deps: DemoDeps, progress: (line: string) => void): Promise<ApplicationReport> {
  const { client, people } = deps;
  const { person: applicant, name, idNumber } = await newCitizen(deps);
  const body = { level: 'village', regionCode: VILLAGE, name, idNumber, statement: STATEMENT };
  const holdsOffice = async (): Promise<boolean> => {
    const { grants } = await client.get<Me>('/v1/me', applicant.token);
    return grants.some(({ role, regionCode }) => role === 'cadre' && regionCode === VILLAGE);
  };
  const { id } = await client.post<{ id: string }>('apply', '/v1/applications', applicant.token, body);
  const path = `/v1/applications/${id}`;
  const { way, reach } = follow<View>(client, path, applicant.token);
  await reach('underReview');
  const township = await people.cadre('township', VILLAGE);
  await client.post('approve application', `${path}/approve`, township.token, {});
  const { place } = await reach('approved');
  must(await holdsOffice(), 'the applicant does not hold the office that he was given');
  progress(`${place}: an application for its cadre's office was approved by the township`);
  return { place, way };
}
