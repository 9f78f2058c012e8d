import { requestTable } from '../reviewed/table.ts';

/**
 * The life of a certification, stage by stage: somebody's name and number did not fit the register, and his township
 * looks at his papers. docs/cases.md draws it.
 */
export const certificationTable = requestTable('certification');
