import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts messages and stack traces of failures into a payload, so that the codec encrypts them like all else. Named by
 * path in every client's and worker's data converter, and bundled into the workflow code.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
