import type { AnyRoute } from '../../route.ts';
import { askForCertification } from './ask.ts';
import { certificationCommandRoutes } from './commands.ts';
import { certificationReadRoutes } from './read.ts';

/** Name and number that no register confirms: the township looks at the papers. */
export const certificationRoutes: readonly AnyRoute[] = [
  askForCertification,
  ...certificationReadRoutes,
  ...certificationCommandRoutes,
];
