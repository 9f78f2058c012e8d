/** The cases that are about a person: what others wrote in them, and were told of them, goes with him. */

interface About {
  readonly caseType: string;
  readonly collection: string;
  /** The field that names him; `needId`: any need of the household. */
  readonly by: string;
}

/** By whose erasure. What a donor gave thousands of times is told in nobody's words but his own. */
export const CASES_ABOUT: { readonly [of in 'account' | 'household']: readonly About[] } = {
  account: [
    { caseType: 'application', collection: 'applications', by: 'applicantId' },
    { caseType: 'certification', collection: 'certifications', by: 'applicantId' },
    { caseType: 'complaint', collection: 'complaints', by: 'complainantId' },
    { caseType: 'offer', collection: 'offers', by: 'donorId' },
    { caseType: 'sponsorship', collection: 'sponsorships', by: 'donorId' },
  ],
  household: [
    { caseType: 'need', collection: 'needs', by: 'householdId' },
    { caseType: 'pledge', collection: 'pledges', by: 'needId' },
    // One that came in by its number.
    { caseType: 'complaint', collection: 'complaints', by: 'complainantId' },
  ],
};
