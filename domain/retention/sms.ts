import type { Erasure, Retention } from './types.ts';

const ofPhone = (by: string): Erasure => ({ of: 'phone', by, how: 'delete' });

/** Text messages, their numbers and codes. */
export const SMS_RETENTION = {
  // Numbers and words are destroyed once they are sent.
  smsMessages: {
    class: 'timed',
    expires: true,
    erase: [{ of: 'household', by: 'householdId', how: 'delete' }, ofPhone('phoneIndex')],
  },
  smsInbound: {
    class: 'timed',
    expires: true,
    erase: [{ of: 'household', by: 'householdId', how: 'delete' }, ofPhone('phoneIndex')],
  },
  smsSandbox: { class: 'timed', expires: true, erase: [ofPhone('phoneIndex')] },
  // What a number wants to hear: of a person without a household, too.
  smsPreferences: {
    class: 'timed',
    ends: [{ after: 'words', since: 'updatedAt', how: 'delete' }],
    erase: [ofPhone('_id')],
  },
  oneTimeCodes: { class: 'timed', expires: true },
  smsConsents: {
    class: 'personal',
    kept: '短信同意的记录（只含编号和时间），用于证明代发求助经过家庭同意',
    ends: [
      {
        after: 'words',
        since: 'askedAt',
        where: { maskedPhone: { $gt: '' } },
        how: { set: { maskedPhone: '', phoneIndex: '' } },
      },
    ],
    erase: [{ of: 'household', by: 'householdId', how: { set: { maskedPhone: '', phoneIndex: '' } } }],
  },
} as const satisfies { readonly [collection: string]: Retention };
