import type { CreatedWebhookView } from '@star-graph/contract/users/webhooks';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { factTypes, terminalEventTypes } from '@star-graph/workflows/shared/eventTypes';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { eventTexts, texts } from './webhookTexts.ts';

type EventName = (typeof factTypes)[number];

interface Props {
  onMade(webhook: CreatedWebhookView): void;
  /** Also after a failure: a webhook may be there whose answer was lost. */
  onEnded(): void;
}

export function NewWebhook({ onMade, onEnded }: Props) {
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState<readonly EventName[]>(terminalEventTypes);
  const posting = usePost(async () => {
    try {
      onMade(await api.createWebhook({ body: { url, types: [...types] } }));
      setUrl('');
    } finally {
      onEnded();
    }
  });
  const problems = fieldProblems(posting.error);
  return (
    <Card title={texts.add}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.add}
        fields={['url']}
        disabled={url.trim() === '' || types.length === 0}
      >
        <Field label={texts.address} hint={texts.addressHint} error={problems.url} required>
          <TextField
            type="url"
            value={url}
            maxLength={500}
            placeholder="https://example.com/hook"
            autoCapitalize="none"
            spellcheck={false}
            disabled={posting.isBusy}
            onChange={setUrl}
          />
        </Field>
        <fieldset>
          <legend>{texts.events}</legend>
          <div class="webhook-types">
            {factTypes.map((type) => (
              <Checkbox
                key={type}
                label={eventTexts[type]}
                checked={types.includes(type)}
                disabled={posting.isBusy}
                onChange={(isOn) =>
                  setTypes(factTypes.filter((one) => (one === type ? isOn : types.includes(one))))
                }
              />
            ))}
          </div>
        </fieldset>
      </PostForm>
    </Card>
  );
}
