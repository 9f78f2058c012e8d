import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/**
 * One timer for a whole case. A deadline that moves later leaves the running timer alone: when it fires, the case looks
 * at its clock and arms again. Only a deadline that moves earlier costs a new timer.
 */
export function createLazyTimer(onFire: () => void): { arm(at: number): void } {
  let armedFor = Number.POSITIVE_INFINITY;
  let scope: CancellationScope | undefined;

  const run = async (at: number): Promise<void> => {
    try {
      await sleep(Math.max(1, at - Date.now()));
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    armedFor = Number.POSITIVE_INFINITY;
    scope = undefined;
    onFire();
  };

  return {
    arm(at) {
      if (at >= armedFor) return;
      scope?.cancel();
      armedFor = at;
      scope = new CancellationScope({ cancellable: true });
      void scope.run(() => run(at));
    },
  };
}
