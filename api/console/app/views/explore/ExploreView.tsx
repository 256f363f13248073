import type { PublicationView } from '@star-graph/contract/assets/explore';
import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { language } from '@star-graph/ui/texts/language';
import { Compass, Heart } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { loadStyles, styles } from '../create/workflows/styles.ts';
import { PublicationDialog } from './PublicationDialog.tsx';
import { MediaTile } from './SeenMedia.tsx';
import { namePerson, texts } from './texts.ts';

const any = 'any';

/** What people show to everybody here, the newest first. `/explore/<id>` lies above the list. */
export function ExploreView() {
  const { params, query } = useRoute();
  const { route } = useLocation();
  const { style, person } = query;
  useEffect(() => void loadStyles(), []);
  const pages = usePages<PublicationView>(
    (page, signal) =>
      api.listPublications(
        { query: { ...page, limit: 60, ...(style && { style }), ...(person && { person }) } },
        { signal },
      ),
    [style, person],
    { empties: true },
  );
  const { items, state, hasMore, loadMore } = pages;
  // A page may be empty before the last.
  useEffect(() => {
    if (state === 'ready' && items.length === 0 && hasMore) loadMore();
  }, [state, items, hasMore, loadMore]);
  const filtered = (next: { style?: string | undefined; person?: string | undefined }) => {
    const search = new URLSearchParams(
      Object.entries(next).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ).toString();
    return search === '' ? '' : `?${search}`;
  };
  const key = filtered({ style, person });
  const shown = language.value;
  const known = items.find((item) => item.person.id === person)?.person;
  const close = useClose(params.publication, `/explore${key}`);
  return (
    <div class="explore">
      <PageHead
        title={person ? namePerson(known ?? {}) : texts.title}
        actions={
          <>
            {person && <LinkButton href={`/explore${filtered({ style })}`}>{texts.everyone}</LinkButton>}
            <div class="explore-style">
              <Select
                label={texts.style}
                options={[
                  { value: any, label: texts.anyStyle },
                  ...styles.value.map(({ name, title }) => ({ value: name, label: title[shown] })),
                ]}
                value={style ?? any}
                onChange={(chosen) =>
                  route(`/explore${filtered({ person, style: chosen === any ? undefined : chosen })}`)
                }
              />
            </div>
          </>
        }
      >
        {texts.intro}
      </PageHead>
      {state === 'failed' && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: loadMore }}>
          {describeProblem(pages.error)}
        </ErrorState>
      )}
      {state === 'ready' && items.length === 0 && !hasMore && (
        <EmptyState
          icon={Compass}
          title={texts.emptyTitle}
          action={<LinkButton href="/gallery">{texts.toGallery}</LinkButton>}
        >
          {texts.empty}
        </EmptyState>
      )}
      <ul class="explore-list" aria-label={texts.list} aria-busy={state === 'loading'}>
        {items.map((item) => (
          <PublicationTile key={item.id} item={item} href={`/explore/${item.id}${key}`} />
        ))}
        {state === 'loading' &&
          items.length === 0 &&
          [1.5, 0.8, 1.2, 1, 1.7, 0.75].map((aspect) => (
            <li key={aspect} style={{ '--aspect': aspect }}>
              <Skeleton height="100%" />
            </li>
          ))}
      </ul>
      <LoadMore auto hasMore={hasMore} busy={state === 'loading'} onLoad={loadMore} />
      {params.publication !== undefined && (
        <PublicationDialog
          key={params.publication}
          id={params.publication}
          onClose={close}
          change={pages.change}
        />
      )}
    </div>
  );
}

function PublicationTile({ item, href }: { item: PublicationView; href: string }) {
  const { asset, person, likes, isLiked } = item;
  return (
    <MediaTile asset={asset} person={person} name={asset.task?.prompt || namePerson(person)} href={href}>
      <span class="explore-likes" data-liked={isLiked || undefined}>
        <Icon icon={Heart} />
        {formatNumber(likes)}
        <span class="sg-hidden">{texts.likes}</span>
      </span>
    </MediaTile>
  );
}

/** Back to where it was opened from; to the list, where its address was opened. */
export function useClose(opened: string | undefined, listAddress: string): () => void {
  const { route } = useLocation();
  const hadList = useRef(opened === undefined);
  useEffect(() => {
    if (opened === undefined) hadList.current = true;
  }, [opened]);
  return () => {
    if (hadList.current) history.back();
    else route(listAddress, true);
  };
}
