import type { AnyRoute } from '../../route.ts';
import { needCommandRoutes } from './commands.ts';
import { decideNeeds } from './decisions.ts';
import { draftRoutes } from './drafts.ts';
import { publicNeedRoutes } from './public.ts';
import { needStoryRoutes } from './story.ts';
import { submitRoutes } from './submit.ts';

/** Everything about needs: what strangers see, drafts, submission, the case's commands, its story. */
export const needRoutes: readonly AnyRoute[] = [
  ...publicNeedRoutes,
  ...draftRoutes,
  ...submitRoutes,
  ...needCommandRoutes,
  decideNeeds,
  ...needStoryRoutes,
];
