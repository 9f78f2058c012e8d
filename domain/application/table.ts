import { requestTable } from '../reviewed/table.ts';

/** The life of an application for a cadre's office, stage by stage. docs/cases.md draws it. */
export const applicationTable = requestTable('application');
