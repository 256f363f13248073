import type { ObjectInfo } from '../graph/objectInfo.ts';

/**
 * Node classes that are younger than the recorded servers: written down from their definitions, not recorded from a
 * running server. Each names the release that it needs.
 */
export const writtenDownClasses: ObjectInfo = {};
