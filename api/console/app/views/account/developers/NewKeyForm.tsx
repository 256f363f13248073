import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api, isAdmin, isModerator } from '../../../session/session.ts';
import { DailyLimitField } from '../DailyLimitField.tsx';
import type { NewKeyProps } from './KeyList.tsx';
import { keyTexts } from './keyTexts.ts';
import { type Life, LifeField, readLife } from './LifeField.tsx';
import { texts } from './texts.ts';

/** What people want of a key, as scopes; all that the person may has none. */
const purposes = {
  all: undefined,
  create: ['tasks:read', 'tasks:write', 'assets'],
  // Scopes whose keys may stand in an address.
  a1111: ['sdapi'],
  graphs: ['graph'],
  read: ['tasks:read', 'account:read'],
  people: ['admin:people'],
  pool: ['admin:pool'],
  money: ['admin:money'],
} as const satisfies Record<string, readonly KeyScope[] | undefined>;
type Purpose = keyof typeof purposes;
const allPurposes: readonly Purpose[] = [
  ...(['all', 'create', 'read', 'a1111', 'graphs'] as const),
  ...(['people', 'pool', 'money'] as const),
];
const hints = {
  all: 'allHint',
  create: 'createHint',
  read: 'readHint',
  a1111: 'a1111Hint',
  graphs: 'graphsHint',
  people: 'peopleHint',
  pool: 'poolHint',
  money: 'moneyHint',
} as const;

/** By the least role that a door asks for. */
const mayComeIn = { off: () => false, admin: isAdmin, moderator: isModerator, user: () => true } as const;

/** None for a door that is closed, and for what is beyond the person's role. */
function usePurposes(): readonly Purpose[] {
  const doors = useResource(() => api.getStatus(), []).value?.doors;
  const open = {
    all: true,
    create: true,
    read: true,
    a1111: doors?.sdapi ?? false,
    graphs: mayComeIn[doors?.graph ?? 'off'](),
    people: isModerator(),
    pool: isAdmin(),
    money: isAdmin(),
  };
  return allPurposes.filter((purpose) => open[purpose]);
}

export function NewKeyForm({ onMade, onEnded }: NewKeyProps) {
  const [name, setName] = useState('');
  const offered = usePurposes();
  const [purpose, setPurpose] = useState<Purpose>('all');
  const [life, setLife] = useState<Life>('90');
  const [creditsPerDay, setCreditsPerDay] = useState<number>();
  const posting = usePost(async () => {
    const scopes = purposes[purpose];
    const body = {
      name,
      ...(scopes && { scopes: [...scopes] }),
      ...readLife(life),
      ...(creditsPerDay === undefined ? {} : { creditsPerDay }),
    };
    try {
      onMade(await api.createApiKey({ body }));
      setName('');
      setCreditsPerDay(undefined);
    } finally {
      onEnded();
    }
  });
  return (
    <Card title={texts.make}>
      <PostForm posting={posting} onSubmit={() => void posting.post()} submit={texts.make} fields={['name']}>
        <div class="account-pair">
          <Field
            label={keyTexts.name}
            hint={texts.nameHint}
            error={fieldProblems(posting.error).name}
            required
          >
            <TextField value={name} maxLength={64} disabled={posting.isBusy} onChange={setName} />
          </Field>
          <LifeField value={life} onChange={setLife} />
          <DailyLimitField value={creditsPerDay} disabled={posting.isBusy} onChange={setCreditsPerDay} />
        </div>
        <Field label={texts.may} hint={texts[hints[purpose]]}>
          <Segmented
            options={offered.map((value) => ({ value, label: texts[value] }))}
            value={purpose}
            onChange={setPurpose}
          />
        </Field>
      </PostForm>
    </Card>
  );
}
