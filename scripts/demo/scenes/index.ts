import { setTimeout as delay } from 'node:timers/promises';
import type { DemoDeps } from '../need-run.ts';
import { playPart, type Part } from '../parts.ts';
import { showByNumber } from './by-number.ts';
import { showConsole } from './console.ts';
import { showDelivery } from './delivery.ts';
import { showFindings } from './findings.ts';
import { showGiftsBack } from './gifts-back.ts';
import { showOwnAffairs } from './own-affairs.ts';
import { showOwnRules } from './own-rules.ts';
import { showPaper } from './paper.ts';
import { showPosting } from './posting.ts';
import { showRequests } from './requests.ts';
import { showReroute } from './reroute.ts';
import { showReview } from './review.ts';
import { showRights } from './rights.ts';
import { showRuns } from './runs.ts';
import { showSponsor } from './sponsor.ts';
import { showWords } from './words.ts';

/**
 * What the stories of the sample do not come to: each scene plays by itself in a place of its own, beside the stories,
 * and ends with what it has shown.
 */

/** What it has shown, line by line. */
export type Scene = Part<readonly string[]>;

type Play = (deps: DemoDeps) => Promise<readonly string[]>;

/** Those that wait for clocks first. */
const SCENES: readonly (readonly [title: string, play: Play])[] = [
  ['A village with rules of its own', showOwnRules],
  ['Parcels that do not simply arrive', showDelivery],
  ['Reviewers besides their approvals', showReview],
  ['The operators’ console', showConsole],
  ['Help and guards for whoever posts', showPosting],
  ['One’s own affairs', showOwnAffairs],
  ['A sponsor of several needs, and an objection', showSponsor],
  ['Rights: nobody decides on his own thing', showRights],
  ['A household without an account', showByNumber],
  ['A household without a telephone', showPaper],
  ['Work that changes hands when somebody goes', showReroute],
  ['What the sweeper finds, and who owns it', showFindings],
  ['What is told around a need', showWords],
  ['Requests that were refused or taken back', showRequests],
  ['Gifts that were refused or taken back', showGiftsBack],
  ['Long work stopped, and sealed histories', showRuns],
];
/** A few at once, so that the stories beside them do not wait. */
const AT_ONCE = 3;
/** On a busy machine one at a time: so often it is looked whether it still is. */
const LOOK_MS = 500;

export async function playScenes(deps: DemoDeps, progress: (line: string) => void): Promise<Scene[]> {
  const reports: Scene[] = [];
  const left = [...SCENES.entries()];
  let playing = 0;
  const player = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [i, [title, play]] = next;
      while (playing > 0 && deps.lanes.isBusy()) await delay(LOOK_MS);
      playing++;
      const scene = await playPart(title, () => play(deps), progress);
      if (scene.fault === null) progress(`${title}: shown`);
      reports[i] = scene;
      playing--;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
  return reports;
}
