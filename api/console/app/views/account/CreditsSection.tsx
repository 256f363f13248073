import type { TransferView } from '@star-graph/contract/users/credits';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Graph } from '@star-graph/ui/graphs/Graph.tsx';
import { graphUnits } from '@star-graph/ui/graphs/units';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { CalendarCheck } from 'lucide';
import { useMemo, useRef, useState } from 'preact/hooks';
import { LoadFailure } from '../../data/LoadFailure.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { PostForm } from '../../data/PostForm.tsx';
import { fieldProblems } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { balance, refreshBalance } from '../../shell/balance.ts';
import { type BalanceHistory, reckonBalances } from './balanceHistory.ts';
import { texts } from './creditTexts.ts';
import { GiftForm } from './GiftForm.tsx';
import { Statement } from './Statement.tsx';

/** The person's credits: how many, how they came and went, and the ways to get and to give some. */
export function CreditsSection() {
  const loaded = useResource(async (signal) => {
    balance.value = await api.getBalance({}, { signal });
  }, []);
  const statement = usePages((page, signal) => api.listTransfers({ query: page }, { signal }));
  const { reload } = statement;
  const claim = usePost(async () => {
    const after = await api.claimDaily();
    balance.value = after;
    reload();
    showToast({ tone: 'good', text: texts.claimed(formatCredits(after.available)) });
  });
  return (
    <div class="account-stack">
      <PageHead
        title={texts.title}
        actions={
          <Button look="primary" icon={CalendarCheck} busy={claim.isBusy} onClick={() => void claim.post()}>
            {texts.claim}
          </Button>
        }
      />
      <PostFailure error={claim.error} />
      {loaded.state === 'failed' && balance.value === undefined ? (
        <LoadFailure error={loaded.error} onRetry={loaded.reload} />
      ) : (
        <>
          <BalanceCard />
          <BalanceGraph />
        </>
      )}
      <div class="account-pair">
        <GiftForm onMoved={reload} />
        <VoucherForm onMoved={reload} />
      </div>
      <Statement pages={statement} />
    </div>
  );
}

function BalanceCard() {
  const now = balance.value;
  return (
    <Card>
      <div class="account-balance" aria-busy={now === undefined}>
        {now ? <Stars amount={now.available} /> : '…'}
      </div>
      {now && now.debt > 0 && (
        <p class="account-notice" role="status">
          {texts.debtWords}
        </p>
      )}
      {now && (
        <Facts
          facts={[
            [texts.debt, now.debt > 0 ? <Stars amount={now.debt} /> : undefined],
            [texts.held, now.held > 0 ? <Stars amount={now.held} /> : undefined],
            [texts.giftable, <Stars key="giftable" amount={now.giftable} />],
            [
              texts.next,
              now.nextGiftable && (
                <>
                  <Stars amount={now.nextGiftable.amount} />, <Time at={now.nextGiftable.at} />
                </>
              ),
            ],
          ]}
        />
      )}
    </Card>
  );
}

/** Turns a code into credits. */
function VoucherForm({ onMoved }: { onMoved: () => void }) {
  const [code, setCode] = useState('');
  const posting = usePost(async () => {
    const { credits } = await api.redeemVoucher({ body: { code } });
    setCode('');
    onMoved();
    void refreshBalance();
    showToast({ tone: 'good', text: texts.redeemed(formatCredits(credits)) });
  });
  return (
    <Card title={texts.voucher}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.redeem}
        fields={['code']}
        look="secondary"
        disabled={code.trim() === ''}
      >
        <Field label={texts.code} error={fieldProblems(posting.error).code} required>
          <TextField
            value={code}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            disabled={posting.isBusy}
            onChange={setCode}
          />
        </Field>
      </PostForm>
    </Card>
  );
}

const periodMs = 30 * 86_400_000;
const pageSize = 100;
/** Whoever moves credits more often sees the newest thousand movements. */
const mostPages = 10;

/** How the balance went in the last month; asked again when it is another, with the last one in view until then. */
function BalanceGraph() {
  const available = balance.value?.available;
  const loaded = useResource(
    async (signal) => (available === undefined ? undefined : loadHistory(available, signal)),
    [available],
  );
  const last = useRef<BalanceHistory>(undefined);
  if (loaded.value) last.current = loaded.value;
  const history = last.current;
  const series = useMemo(
    () => [{ name: texts.available, values: history?.balances ?? [], shape: 'steps' as const }],
    [history, texts.available],
  );
  return (
    <Card title={texts.lately}>
      {history === undefined && loaded.state === 'failed' ? (
        <LoadFailure error={loaded.error} onRetry={loaded.reload} />
      ) : (
        <Graph label={texts.lately} times={history?.times} series={series} unit={graphUnits.credits} />
      )}
    </Card>
  );
}

async function loadHistory(available: number, signal: AbortSignal): Promise<BalanceHistory> {
  const from = Date.now() - periodMs;
  const movements: TransferView[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { limit: pageSize, ...(cursor && { cursor }) };
    const { items, nextCursor } = await api.listTransfers({ query }, { signal });
    movements.push(...items);
    cursor = nextCursor ?? undefined;
    const last = items.at(-1);
    if (cursor === undefined || !last || Date.parse(last.createdAt) < from) break;
  }
  return reckonBalances(movements, { available, time: Date.now() }, from);
}
