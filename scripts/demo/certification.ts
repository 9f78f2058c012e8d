import type { DemoDeps } from './need-run.ts';
import { uploadPhoto } from './posting.ts';
import { follow } from './reach.ts';
import { newCitizen, UNCONFIRMED } from './scenes/hamlet.ts';

/** Somebody whom the register does not confirm asks his township to look at his papers, and it approves. */

const VILLAGE = '360735100201';
const STATEMENT = '改名以后登记信息还没有更新，附上身份证和户口本照片。';

export interface CertificationReport {
  readonly place: string;
  /** The stages it went through. */
  readonly way: readonly string[];
}

interface View {
  readonly stage: string;
  readonly place: string;
  readonly photos: readonly string[];
}

/** @throws Error when the account does not count as real only after the township said so */
export async function askForCertification(
  deps: DemoDeps,
  progress: (line: string) => void,
): Promise<CertificationReport> {
  const { client, people } = deps;
  const { person: applicant, name, idNumber } = await newCitizen(deps, { name: UNCONFIRMED });
  const isReal = async (): Promise<boolean> =>
    (await client.get<{ realNamed: boolean }>('/v1/me', applicant.token)).realNamed;
  if (await isReal()) throw new Error('the register confirmed a name that it must not know');

  const photos = [await uploadPhoto(client, applicant, 'papers-demo')];
  const request = { regionCode: VILLAGE, statement: STATEMENT, photos };
  const { id } = await client.post<{ id: string }>('certify', '/v1/certifications', applicant.token, request);
  const path = `/v1/certifications/${id}`;
  const { way, reach } = follow<View>(client, path, applicant.token);
  await reach('underReview');
  const township = await people.cadre('township', VILLAGE);
  const shown = await client.get<View>(`${path}?purpose=verification`, township.token);
  if (shown.photos.length !== photos.length) throw new Error('the township does not see the papers');
  await client.post('approve certification', `${path}/approve`, township.token, { name, idNumber });
  const { place } = await reach('approved');
  if (!(await isReal())) throw new Error('the account does not count as real after the approval');
  progress(`${place}: a name that the register did not know was certified by the township from the papers`);
  return { place, way };
}
