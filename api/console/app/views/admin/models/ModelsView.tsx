import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatBytes, formatList, formatNumber, formatPercent } from '@star-graph/ui/texts/formats';
import { language } from '@star-graph/ui/texts/language';
import { Box } from 'lucide';
import { useMemo } from 'preact/hooks';
import { OpenableTable } from '../../../data/ActTables.tsx';
import { usePages } from '../../../data/usePages.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { ModelForm } from './ModelForm.tsx';
import { nameFamily, namePlace, texts } from './texts.ts';

/** What the GPU servers have, and what is said of it. */
export function ModelsView() {
  const pages = usePages((page, signal) => api.adminListModels({ query: page }, { signal }));
  const columns = useModelColumns();
  const put = (model: AdminModelView) =>
    pages.change((items) => items.map((one) => (one.id === model.id ? model : one)));
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <OpenableTable
        auto
        brief
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={<EmptyState icon={Box} title={texts.empty} />}
        title={(model) => model.title[language.value]}
      >
        {(model, close) => (
          <div class="admin-stack">
            <ModelFacts model={model} />
            <ModelForm model={model} onChanged={put} onSaved={close} />
          </div>
        )}
      </OpenableTable>
    </div>
  );
}

function ModelFacts({ model }: { model: AdminModelView }) {
  const servers = useResource((signal) => api.adminListBackends({ query: { limit: 100 } }, { signal }), []);
  const file = `${model.folder}/${model.name}`;
  const holding = servers.value?.items.filter(({ residency }) => residency.includes(file)) ?? [];
  return (
    <Facts
      facts={[
        [texts.file, `${model.folder}/${model.name}`],
        [texts.family, model.family && nameFamily(model.family.name)],
        [texts.size, model.bytes === null ? undefined : formatBytes(model.bytes)],
        [texts.servers, formatList(model.backends)],
        [texts.inMemory, formatList(holding.map(({ name }) => name))],
        [texts.workflows, formatList(model.workflows)],
        [
          texts.licence,
          model.fields.licence?.url ? (
            <a key="licence" href={model.fields.licence.url} target="_blank" rel="noopener noreferrer">
              {model.fields.licence.name}
            </a>
          ) : (
            model.fields.licence?.name
          ),
        ],
        [texts.excludedPlaces, formatList(model.excludedPlaces.map(namePlace))],
        [texts.warnings, formatList(model.warnings.map((warning) => texts[warning]))],
      ]}
    />
  );
}

function useModelColumns() {
  return useMemo(
    (): Column<AdminModelView>[] => [
      {
        key: 'model',
        title: texts.model,
        cell: ({ title, folder, name, sampleUrl }) => (
          <span class="admin-model" title={`${folder}/${name}`}>
            {sampleUrl ? <img src={sampleUrl} alt="" loading="lazy" /> : <Icon icon={Box} />}
            <span class="admin-address" dir="auto">
              {title[language.value]}
            </span>
          </span>
        ),
      },
      {
        key: 'family',
        title: texts.family,
        wideOnly: true,
        cell: ({ family }) => family && nameFamily(family.name),
      },
      {
        key: 'price',
        title: texts.priceShort,
        align: 'end',
        cell: ({ fields }) => formatPercent((fields.pricePercent ?? 100) / 100),
      },
      {
        key: 'servers',
        title: texts.servers,
        align: 'end',
        cell: ({ backends }) => formatNumber(backends.length),
      },
      {
        key: 'state',
        title: texts.state,
        untitled: true,
        cell: ({ fields, warnings, excludedPlaces }) => (
          <span class="admin-row">
            {!fields.hidden && warnings.length + excludedPlaces.length === 0 && (
              <span class="sg-quiet">{texts.listed}</span>
            )}
            {fields.hidden && <Chip>{texts.hidden}</Chip>}
            {excludedPlaces.length > 0 && <Chip tone="warn">{texts.notEverywhere}</Chip>}
            {warnings.map((warning) => (
              <Chip key={warning} tone="warn">
                {texts[warning]}
              </Chip>
            ))}
          </span>
        ),
      },
    ],
    [texts.model],
  );
}
