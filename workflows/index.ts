/** The one entry of the workflow bundle: an export's name is the workflow's type. */
export { need } from './need.ts';
export { pledge } from './pledge.ts';
