import type { AnyRoute } from '../../route.ts';
import { addedPhotoRoutes } from './added-photos.ts';
import { needCommandRoutes } from './commands.ts';
import { decideNeeds } from './decisions.ts';
import { draftRoutes } from './drafts.ts';
import { listDuplicates } from './duplicates.ts';
import { endorsementRoutes } from './endorsements.ts';
import { feedbackCommandRoutes } from './feedback.ts';
import { likelyRoutes } from './likely.ts';
import { postingRoutes } from './postings.ts';
import { previewRoutes } from './preview.ts';
import { publicNeedRoutes } from './public.ts';
import { showNeedPhotos } from './shown-photos.ts';
import { needStoryRoutes } from './story.ts';
import { submitRoutes } from './submit.ts';
import { syncRoutes } from './sync.ts';

/** Everything about needs: what strangers see, drafts, submission, the case's commands, its story. */
export const needRoutes: readonly AnyRoute[] = [
  ...publicNeedRoutes,
  ...draftRoutes,
  ...syncRoutes,
  ...likelyRoutes,
  ...postingRoutes,
  ...submitRoutes,
  ...addedPhotoRoutes,
  ...needCommandRoutes,
  ...feedbackCommandRoutes,
  decideNeeds,
  listDuplicates,
  ...endorsementRoutes,
  ...needStoryRoutes,
  ...previewRoutes,
  showNeedPhotos,
];
