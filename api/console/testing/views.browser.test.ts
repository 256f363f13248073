import { expect, test } from 'vitest';
import { findFaultsIn, forms, overViews, views, viewsFixture } from './viewWalk.ts';

viewsFixture();

/** Each of them in one form, and the forms in turn: `npm run test:all` looks at each in all forms. */
const names = [...Object.keys(views), ...Object.keys(overViews)];

test.each(Object.entries(forms).map(([form, options], turn) => [form, options, turn] as const))(
  'its share of the views is no wider than the screen, without a serious fault of accessibility: %s',
  async (_, options, turn) => {
    const share = names.filter((_, at) => at % Object.keys(forms).length === turn);
    expect(share.length).toBeGreaterThan(5);
    expect(await findFaultsIn(options, (name) => share.includes(name))).toEqual({ wide: [], faults: [] });
  },
);
