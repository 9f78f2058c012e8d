/** Reasons by their codes (data/reason-codes.json): what may be given, and what people read. */
export interface ReasonCodes {
  readonly version: string;
  readonly acts: readonly ReasonAct[];
}

export interface ReasonAct {
  readonly act: string;
  /** What is done with such a reason, in Chinese. */
  readonly name: string;
  readonly codes: Readonly<Record<string, string>>;
}

/** All of them in one: a code means the same wherever it stands. @throws Error when it does not */
export function wordsOfReasons({ acts }: ReasonCodes): Readonly<Record<string, string>> {
  const words = new Map<string, string>();
  for (const [code, text] of acts.flatMap(({ codes }) => Object.entries(codes))) {
    if ((words.get(code) ?? text) !== text) throw new Error(`reason code ${code} has two meanings`);
    words.set(code, text);
  }
  return Object.fromEntries(words);
}
