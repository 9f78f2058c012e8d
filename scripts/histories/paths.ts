import { ALL_LEVELS } from '../../test/support/story.ts';
import { NEED_PATHS } from './need-paths.ts';
import { OTHER_PATHS } from './other-paths.ts';
import type { Path } from './steps.ts';

/** Every life that is recorded, by the name of its history. */
export const PATHS: { readonly [name: string]: Path } = { ...NEED_PATHS, ...OTHER_PATHS };

export const SCREENED = { name: 'screened', data: { eligible: ALL_LEVELS } };
export const ROUTED = { name: 'routed', data: { eligible: ALL_LEVELS } };
