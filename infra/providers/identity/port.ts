/** Whoever is asked about: both are personal data and go nowhere but to the provider. */
export interface IdentityClaim {
  readonly name: string;
  /** Normalised, GB 11643. */
  readonly idNumber: string;
}

/** Whether the register has this name under this number. `unknown`: it has nothing under the number, or cannot say now. */
export type IdentityAnswer = 'match' | 'noMatch' | 'unknown';

/** The way to a register of who is called what. It answers and keeps nothing for us. */
export interface IdentityRegister {
  readonly name: string;
  /** Any error means that there is no answer: whoever asks takes it for `unknown`. */
  check(claim: IdentityClaim): Promise<IdentityAnswer>;
}
