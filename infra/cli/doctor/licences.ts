import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { listModels } from '@star-graph/core/library/catalogue/capability';
import { type LicenceWarning, warnOfLicence } from '@star-graph/core/library/catalogue/models/licences';
import { createPoolView } from '@star-graph/core/library/catalogue/poolView';
import { isSelling } from '@star-graph/core/money/payments/selling';

/** Whether models are on offer that may not be sold, where credits are. */
export const licenceCheck = (deps: { database: Database; clock: Pick<Clock, 'monotonicMs'> }): Check => ({
  name: 'licences',
  limitMs: 15_000,
  async run() {
    // Without the tables there is nothing on offer, and the check of the database says why.
    if (!(await deps.database.schema.hasTable('model_entries')))
      return { summary: 'no schema yet', findings: [] };
    if (!(await isSelling(deps.database))) return { summary: 'no credits are sold', findings: [] };
    const { backends, entries } = await createPoolView(deps).read();
    const enabled = backends.filter(({ isEnabled }) => isEnabled);
    const models = listModels(
      enabled.flatMap(({ capability }) => capability ?? []),
      entries,
    );
    const of = (wanted: LicenceWarning) =>
      models
        .filter((model) => warnOfLicence(model, entries.find(model)) === wanted)
        .map(({ folder, name }) => `${folder}/${name}`);
    return {
      summary: `${models.length} model files on offer`,
      findings: [
        ...tell(
          'licence-forbids-selling',
          'have a licence that forbids selling',
          of('licence-forbids-selling'),
        ),
        ...tell('licence-unknown', 'have no known licence', of('licence-unknown')),
      ],
    };
  },
});

const namesShown = 5;

function tell(code: LicenceWarning, fault: string, names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  return [
    finding(
      code,
      `Credits are sold here, and models on offer ${fault}: ${names.slice(0, namesShown).join(', ')}${more}.`,
      code === 'licence-unknown'
        ? 'Read their licences and set them: PUT /api/admin/models/{id}.'
        : 'Hide them, or set MODEL_LICENCES to refuse, or get a licence and set it: PUT /api/admin/models/{id}.',
    ),
  ];
}
