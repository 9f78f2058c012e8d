import type { settingRepository } from './setting.ts';

/** The ministry's document that names the platform. Days are `YYYY-MM-DD` in China. */
export interface Designation {
  readonly authority: string;
  readonly reference: string;
  readonly designatedOn: string;
  readonly validUntil: string | null;
}

type Settings = ReturnType<typeof settingRepository>;
const NAME = 'designation';

export async function readDesignation(settings: Settings): Promise<Designation | null> {
  const value = await settings.get(NAME);
  return value === null ? null : (JSON.parse(value) as Designation);
}

export const recordDesignation = (settings: Settings, designation: Designation): Promise<void> =>
  settings.set(NAME, JSON.stringify(designation));

/** Whether it counts on this day. */
export const isDesignated = (designation: Designation | null, day: string): boolean =>
  designation !== null &&
  designation.designatedOn <= day &&
  (designation.validUntil === null || day <= designation.validUntil);
