import { z } from 'zod';
import { because } from './reason-code.ts';
import { publicNeedRow } from './need.ts';
import { id, instant, pageOf, pageQuery, personal, text } from './common.ts';

export const followSchema = z.strictObject({ needId: id, following: z.boolean() }).meta({ id: 'Follow' });
export const followedPage = pageOf(publicNeedRow).meta({ id: 'FollowedNeeds' });

export const newsBody = z
  .strictObject({
    text: text(5, 500).meta({ description: 'How it goes on; without names, numbers or addresses' }),
    photos: z.array(id).max(9).optional(),
  })
  .meta({ id: 'NewNews' });
export const newsQuery = z.strictObject(pageQuery);
export const newsRow = z
  .strictObject({
    id,
    at: instant,
    text: personal(z.string()),
    photos: personal(z.array(id)).meta({ description: 'Strangers see them once a cadre has looked at them' }),
    photosWait: z.boolean(),
  })
  .meta({ id: 'News' });
export const newsPage = pageOf(newsRow).meta({ id: 'NewsPage' });
export const newsReasonBody = z.strictObject(because('revoke'));
export const newsPhotosRow = z
  .strictObject({
    newsId: id,
    needId: id,
    title: personal(z.string()),
    place: z.string(),
    text: personal(z.string()),
    photos: z.array(id),
    at: instant,
  })
  .meta({ id: 'NewsPhotos' });
export const newsPhotosPage = pageOf(newsPhotosRow).meta({ id: 'NewsPhotosPage' });
export const newsStateSchema = z
  .strictObject({ id, photosShown: z.boolean(), takenDown: z.boolean() })
  .meta({ id: 'NewsState' });
