/**
 * How often a property is drawn. `npm test` draws the same values each time, so a quarter of them says as much about a
 * change; `npm run test:all` draws all, and others each time.
 */
export const propertyRuns = (all: number): { numRuns: number } => ({
  numRuns: process.env.PROPERTY_SEED === undefined ? Math.ceil(all / 4) : all,
});
