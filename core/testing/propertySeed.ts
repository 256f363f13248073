import { propertyRuns } from '@star-graph/workflows/testing/propertyRuns';
import fc from 'fast-check';

/**
 * Runs before each file: `npm test` draws the same values every time, so that it says something about the change alone.
 * `npm run test:all` draws others each time, and more; a failure names their seed.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1), ...propertyRuns(100) });
