import type { DemoDeps } from './need-run.ts';
import type { Result, StoryResult } from './lives.ts';
import { thanksWithPhoto } from './stories/delivery.ts';

/** A household has thanked with a photo: its donor sees it at once, others after a cadre's look. */

const DONORS_TRIED = 30;

export interface ThanksReport {
  readonly need: string;
  readonly photos: number;
}

interface Feedback {
  readonly items: readonly {
    readonly id: string;
    readonly kind: string;
    readonly photos: readonly string[];
    readonly public: boolean;
  }[];
}
interface PledgePage {
  readonly items: readonly { readonly needId: string }[];
}

export async function showThanks(
  { client, people }: DemoDeps,
  results: readonly Result[],
  progress: (line: string) => void,
): Promise<ThanksReport> {
  const told = results.filter((result): result is StoryResult => result.kind === 'story' && result.fault === null);
  const thanked = told.filter(({ need, expected }) => thanksWithPhoto({ sample: need, expected }));
  for (let tries = 0; tries < DONORS_TRIED; tries += 1) {
    const donor = await people.donor();
    const { items } = await client.get<PledgePage>('/v1/my/pledges?stage=received&limit=100', donor.token);
    const met = thanked.find(({ id }) => items.some(({ needId }) => needId === id));
    if (met === undefined || met.id === null) continue;
    const read = async () => {
      const feedback = await client.get<Feedback>(`/v1/needs/${met.id}/feedback`, donor.token);
      const thanks = feedback.items.find(({ kind }) => kind === 'thanks');
      if (thanks === undefined) throw new Error('the donor does not see the thanks for what he gave');
      return thanks;
    };
    const { id, photos } = await read();
    if (photos.length === 0) throw new Error('the donor does not see the photo of the thanks');
    const { villageCode, publisher, title } = met.need;
    const cadre = await people.cadre('village', villageCode, publisher);
    await client.post('show thanks', `/v1/feedback/${id}/show`, cadre.token);
    if (!(await read()).public) throw new Error('the thanks are not public after a cadre’s look');
    progress(`thanks with ${photos.length} photo for 《${title}》, seen by its donor and shown by a cadre`);
    return { need: title, photos: photos.length };
  }
  throw new Error('no donor of the demo was thanked with a photo');
}
