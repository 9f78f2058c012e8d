import type { Instant, JsonObject } from '../../../domain/kernel/types.ts';
import { approvalFaults } from '../../../domain/need/posting.ts';
import { photosUnseen } from '../../../domain/need/public-photos.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { duplicatesOf } from './duplicates.ts';
import { limitData } from './household-limits.ts';

/**
 * What goes with an approval: the needs that look like the same, those that the reviewer says he has looked at, the
 * household's limit where it is passed, photos that stay hidden, and the rules that the posting breaks by now. The case
 * refuses while one of the first is missing among the second, beyond a limit, and what breaks a rule.
 */
export async function approvalData(
  deps: ApiDeps,
  need: NeedRecord,
  {
    acknowledged = [],
    noChildSeen,
    now,
  }: {
    acknowledged?: readonly string[] | undefined;
    noChildSeen?: true | undefined;
    now: Instant;
  },
): Promise<JsonObject> {
  // Elsewhere the case refuses anyway.
  if (need.stage !== 'underReview') return {};
  const [{ ids: duplicates }, limit] = await Promise.all([duplicatesOf(deps, need, now), limitData(deps, need, now)]);
  const looked = duplicates.length === 0 ? {} : { duplicates, acknowledged: [...new Set(acknowledged)].sort() };
  const photos = noChildSeen ? { noChildSeen } : hiddenPhotos(deps, need);
  return { ...looked, ...limit, ...brokenRules(deps, need), ...photos };
}

/** They stay hidden until somebody has looked for children in them. */
function hiddenPhotos({ reference }: ApiDeps, need: NeedRecord): JsonObject {
  const unseen = photosUnseen(need, reference.categories.find(need.category));
  return unseen.length === 0 ? {} : { hiddenPhotos: [...unseen] };
}

/** Places, codes and numbers: the words stay in MongoDB. */
function brokenRules({ reference }: ApiDeps, need: NeedRecord): JsonObject {
  const category = reference.categories.forPosting(need.category, need.regionPath);
  const broken = approvalFaults(need, { category, forbidden: reference.forbidden }).map(
    ({ pointer, code, members: { word: _word, ...members } = {} }) => ({ pointer, code, ...members }),
  );
  return broken.length === 0 ? {} : { brokenRules: broken };
}
