const END_OF_TIME = new Date('9999-12-31T00:00:00Z');

/**
 * In a query: whatever text or date the field holds. Also the filters of the indexes below: MongoDB uses a partial index
 * only for a query that it can prove to ask for no records outside it. From `{ $type: 'string' }` it proves nothing about
 * an equal string, and reads the whole collection; from these it does.
 */
export const ANY_TEXT = { $gt: '' };
export const ANY_DATE = { $lt: END_OF_TIME };

/** Options of an index on the records that have the field. */
export const withText = (field: string) => ({ partialFilterExpression: { [field]: ANY_TEXT } });
/** For queries that give an upper end. */
export const withDate = (field: string) => ({ partialFilterExpression: { [field]: ANY_DATE } });
