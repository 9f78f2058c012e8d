import type { CaseEvent, CaseState, JsonObject, NewEvent } from './types.ts';

/** What every case does with its events, whatever they are: `E` is event type → its data. */

/** Makes events whose data fits their type. */
export const eventMaker =
  <E>() =>
  <K extends keyof E & string>(type: K, data: E[K]): NewEvent => ({ type, data: data as unknown as JsonObject });

/** How the state changes by each event. */
export type Evolve<E, S> = { readonly [K in keyof E]: (state: S, data: E[K], event: CaseEvent) => S };

/** The next state. @throws Error for an event type that this kind of case does not have */
export const evolveBy =
  <E, S>(kind: string, evolve: Evolve<E, S>) =>
  (state: S, event: CaseEvent): S => {
    if (!Object.hasOwn(evolve, event.type)) throw new Error(`${kind}: unknown event ${event.type}`);
    const next = evolve[event.type as keyof E];
    return next(state, event.data as unknown as E[keyof E], event);
  };

/** The clock without one of its acts. */
export const withoutAct = <S extends CaseState>(state: S, command: string): S => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});
