import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';
import { REVISES } from './rights.ts';

/**
 * The life of a need, stage by stage: who may do what, and where it leads. docs/cases.md draws it.
 */

/**
 * Where a need goes when it is open again: published, matched or what follows, whichever its progress says. Without the
 * household's consent it is paused or withdrawn instead.
 */
const OPEN = ['published', 'matched', 'following', 'handedOff', 'closed', 'paused', 'withdrawn'];

/** Facts from Bangfu itself, true in every open stage; only `published` and `matched` move on the tally. */
const FACTS: { readonly [command: string]: CommandRule } = {
  screened: { by: ['system'], to: ['same'] },
  reportTally: { by: ['system'], to: ['same'] },
};
const withdraw: CommandRule = { by: ['publisher', 'recipient'], to: ['withdrawn'] };
/** The household's own word on what the public sees of it. */
const giveConsent: CommandRule = { by: ['recipient'], to: ['same'] };
const revokeConsent: CommandRule = { by: ['recipient'], to: ['same', 'paused', 'withdrawn'] };
const OWN_WORD = { giveConsent, revokeConsent };
const takeDown: CommandRule = { by: ['countyCadre', 'operator'], to: ['takenDown'] };
/** Anybody with an account; the API asks for a real name. */
const challenge: CommandRule = { by: ['person'], to: ['challenged'] };
const appeal: CommandRule = { by: ['publisher', 'recipient'], to: ['underReview'] };

/** News for those who follow it. */
const postNews: CommandRule = { by: ['publisher', 'recipient'], to: ['same'] };
const PHOTOS: { readonly [command: string]: CommandRule } = {
  addPhotos: { by: ['publisher'], to: ['same'] },
  // Hidden since an approval from before there was a list of such photos; the setup of a release tells it.
  listHidden: { by: ['system'], to: ['same'] },
  keepPhotos: { by: ['cadre'], to: ['same'] },
  removePhotos: { by: ['cadre'], to: ['same'] },
};

export const needTable = checkedTable(
  'need',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: no case exists yet, so no clock runs (the record's own expiry deletes it).
        draft: {
          commands: { submit: { by: ['publisher'], to: ['submitted'] } },
          clock: { deleteDraft: ['withdrawn'] },
          maxDays: 31,
        },
        submitted: {
          commands: { ...FACTS, screened: { by: ['system'], to: ['underReview', 'parked'] } },
          clock: { screenTimeout: ['underReview'] },
          maxDays: 2,
        },
        underReview: {
          commands: {
            ...FACTS,
            approve: { by: ['reviewer'], to: ['same', 'withheld', ...OPEN] },
            return: { by: ['reviewer'], to: ['returned'] },
            refuse: { by: ['reviewer'], to: ['refused', 'following'] },
            transfer: { by: ['reviewer'], to: ['same'] },
            escalate: { by: ['reviewer'], to: ['same'] },
            take: { by: ['reviewer'], to: ['same'] },
            letGo: { by: ['reviewer'], to: ['same'] },
            reassign: { by: ['operator'], to: ['same'] },
            reroute: { by: ['system'], to: ['same', 'parked'] },
            advise: { by: ['levelAbove'], to: ['same'] },
            ...OWN_WORD,
            // Where the household has no phone, or does not answer.
            recordPreview: { by: ['cadre'], to: ['same'] },
            withdraw,
          },
          clock: { remindReviewer: ['same'], expireReview: ['same', 'parked'], expireDecision: ['same', 'parked'] },
          maxDays: 40,
        },
        returned: {
          commands: { ...FACTS, resubmit: { by: REVISES.resubmit, to: ['submitted'] }, ...OWN_WORD, withdraw },
          clock: { lapse: ['withdrawn'] },
          maxDays: 16,
        },
        // Approved, but not shown: nobody can pay a money need yet. An operator opens it when payments are there.
        withheld: {
          commands: {
            ...FACTS,
            openWithheld: { by: ['operator'], to: OPEN },
            revoke: { by: ['approver'], to: ['underReview'] },
            ...OWN_WORD,
            takeDown,
            withdraw,
          },
          clock: { endWithholding: ['handedOff', ...OPEN] },
          maxDays: 100,
        },
        published: {
          commands: {
            ...FACTS,
            reportTally: { by: ['system'], to: ['same', 'matched', 'following', 'closed'] },
            edit: { by: REVISES.edit, to: ['underReview'] },
            ...PHOTOS,
            renew: { by: ['publisher'], to: ['same'] },
            pin: { by: ['countyCadre', 'operator'], to: ['same'] },
            unpin: { by: ['countyCadre', 'operator'], to: ['same'] },
            challenge,
            postNews,
            ...OWN_WORD,
            pause: { by: ['publisher', 'cadre'], to: ['paused'] },
            closeEarly: { by: ['publisher'], to: ['matched', 'following', 'closed'] },
            takeDown,
            revoke: { by: ['approver'], to: ['underReview'] },
            withdraw,
          },
          clock: { widen: ['same'], endPin: ['same'], expire: ['handedOff', 'matched'] },
          maxDays: 120,
        },
        paused: {
          commands: {
            ...FACTS,
            postNews,
            ...PHOTOS,
            unpause: { by: ['publisher', 'cadre'], to: OPEN },
            ...OWN_WORD,
            giveConsent: { by: ['recipient'], to: ['same', ...OPEN] },
            takeDown,
            withdraw,
          },
          clock: { endPause: OPEN },
          maxDays: 32,
        },
        matched: {
          commands: {
            ...FACTS,
            reportTally: { by: ['system'], to: ['same', 'published', 'following', 'handedOff', 'closed'] },
            ...PHOTOS,
            postNews,
            challenge,
            ...OWN_WORD,
            takeDown,
          },
          clock: { stall: ['parked'] },
          maxDays: 95,
        },
        challenged: {
          commands: {
            ...FACTS,
            dismiss: { by: ['triager'], to: OPEN },
            uphold: { by: ['triager'], to: ['underReview'] },
            reroute: { by: ['system'], to: ['same', 'parked'] },
            ...OWN_WORD,
            takeDown,
          },
          clock: { expireChallenge: ['underReview'] },
          maxDays: 14,
        },
        refused: { commands: { ...FACTS, appeal }, clock: { finish: ['closed'] }, maxDays: 12 },
        takenDown: {
          commands: { ...FACTS, appeal, restore: { by: ['countyCadre'], to: ['withheld', ...OPEN] } },
          clock: { finish: ['closed'] },
          maxDays: 12,
        },
        handedOff: {
          commands: {
            ...FACTS,
            accept: { by: ['aidUnit', 'operator'], to: ['same'] },
            resolve: { by: ['aidUnit', 'operator'], to: ['following', 'closed'] },
          },
          clock: { expireHandoff: ['same', 'following', 'closed'] },
          maxDays: 50,
        },
        following: {
          commands: {
            ...FACTS,
            postNews,
            ...OWN_WORD,
            answer: { by: ['recipient', 'visitor'], to: ['same'] },
            thank: { by: ['recipient'], to: ['same'] },
            rate: { by: ['recipient', 'visitor'], to: ['same'] },
            reopen: { by: ['recipient'], to: ['underReview'] },
          },
          clock: { askOutcome: ['same'], dueVisit: ['same'], finish: ['closed'] },
          maxDays: 220,
        },
        closed: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
        withdrawn: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
        cancelled: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
      },
    },
    { cancelTo: 'cancelled', whileParked: { ...FACTS, ...OWN_WORD }, reassignable: true },
  ),
);
