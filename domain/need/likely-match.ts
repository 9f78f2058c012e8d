/** How alike a need must be to be shown before another one is submitted, in percent. */
export interface LikelyMatchPolicy {
  readonly householdPercent: number;
  /** Of other households of the village. */
  readonly areaPercent: number;
  /** At most so many are shown. */
  readonly shown: number;
}
