import { describePageFiles, type PageFile } from '@star-graph/client/describePageFiles';
import type { ModelPageView } from '@star-graph/contract/admin/modelPages';
import type { FetchListView } from '@star-graph/contract/admin/poolAgents';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatBytes, formatList } from '@star-graph/ui/texts/formats';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { allRoles } from '../models/modelDraft.ts';
import { nameRole } from '../people/texts.ts';
import { texts } from './texts.ts';

interface Props {
  serverId: string;
  onOrdered(list: FetchListView): void;
}

/** A model by its page on a model site: read, shown, and fetched after a yes. */
export function PageFiles({ serverId, onOrdered }: Props) {
  const [url, setUrl] = useState('');
  const [page, setPage] = useState<ModelPageView>();
  const reading = usePost(async () => {
    setPage(undefined);
    setPage(await api.adminReadModelPage({ body: { url: url.trim() } }));
  });
  return (
    <form
      class="admin-stack"
      aria-label={texts.page}
      onSubmit={(event) => {
        event.preventDefault();
        void reading.post();
      }}
    >
      <h3 class="sg-field-label">{texts.page}</h3>
      <p class="admin-quiet">{texts.pageIntro}</p>
      <TextField
        type="url"
        label={texts.pageAddress}
        placeholder="https://civitai.com/models/…"
        value={url}
        onChange={setUrl}
      />
      <PostFailure error={reading.error} />
      <div class="admin-row">
        <Button type="submit" size="small" busy={reading.isBusy} disabled={url.trim() === ''}>
          {texts.readPage}
        </Button>
      </div>
      {page && (
        <Confirmation
          key={page.address}
          serverId={serverId}
          url={url.trim()}
          page={page}
          onOrdered={(list) => {
            setPage(undefined);
            setUrl('');
            showToast({ tone: 'good', text: texts.pageOrdered });
            onOrdered(list);
          }}
        />
      )}
    </form>
  );
}

interface ConfirmationProps extends Props {
  url: string;
  page: ModelPageView;
}

const keyOf = ({ folder, name }: PageFile): string => `${folder}/${name}`;

function Confirmation({ serverId, url, page, onOrdered }: ConfirmationProps) {
  const [files, setFiles] = useState<readonly PageFile[]>(page.files.slice(0, 1));
  const [roles, setRoles] = useState<readonly (typeof allRoles)[number][]>(allRoles);
  const [pricePercent, setPricePercent] = useState<number>();
  const ordering = usePost(async () => {
    const confirmed = { url, pricePercent, ...(roles.length < allRoles.length && { roles }) };
    await describePageFiles(api, page, files, confirmed);
    onOrdered(await api.adminFetchModels({ params: { id: serverId }, body: { files: [...files] } }));
  });
  return (
    <>
      <PageFacts page={page} />
      {page.files.map((file) => (
        <Checkbox
          key={keyOf(file)}
          label={<span class="admin-address">{keyOf(file)}</span>}
          hint={describeFile(file)}
          checked={files.includes(file)}
          onChange={(isChosen) =>
            setFiles(page.files.filter((one) => (one === file ? isChosen : files.includes(one))))
          }
        />
      ))}
      <fieldset class="admin-roles">
        <legend class="sg-field-label">{texts.whoMay}</legend>
        {allRoles.map((role) => (
          <Checkbox
            key={role}
            label={nameRole(role)}
            checked={roles.includes(role)}
            onChange={(isAllowed) =>
              setRoles(allRoles.filter((one) => (one === role ? isAllowed : roles.includes(one))))
            }
          />
        ))}
      </fieldset>
      <Field label={texts.pricePercent}>
        <NumberField value={pricePercent} unit="%" min={1} max={1_000} onChange={setPricePercent} />
      </Field>
      <PostFailure error={ordering.error} />
      <div class="admin-row">
        <Button
          look="primary"
          busy={ordering.isBusy}
          disabled={files.length === 0 || roles.length === 0}
          onClick={() => void ordering.post()}
        >
          {texts.fetchFiles(files.length, formatBytes(files.reduce((sum, { bytes = 0 }) => sum + bytes, 0)))}
        </Button>
      </div>
    </>
  );
}

const soldWords = { yes: 'soldYes', no: 'soldNo', unknown: 'soldUnknown' } as const;

const PageFacts = ({ page }: { page: ModelPageView }) => (
  <>
    <Facts
      facts={[
        [
          texts.model,
          <a key="page" href={page.address} target="_blank" rel="noopener noreferrer">
            {page.title}
          </a>,
        ],
        [texts.madeOf, page.baseModel],
        [texts.family, page.family],
        [
          texts.licence,
          page.licence
            ? `${page.licence.name} (${texts[soldWords[page.licence.mayBeSold]]})`
            : texts.unknownLicence,
        ],
        [texts.words, formatList(page.triggerWords)],
        [texts.sample, page.hasSample ? texts.hasSample : undefined],
      ]}
    />
    {page.isGated && <p class="admin-note">{texts.gated}</p>}
  </>
);

const describeFile = ({ bytes, sha256, url }: PageFile): string =>
  [
    bytes === undefined ? texts.unknownSize : formatBytes(bytes),
    sha256 === undefined ? texts.noChecksum : `SHA-256 ${sha256.slice(0, 12)}…`,
    new URL(url).host,
  ].join(' · ');
