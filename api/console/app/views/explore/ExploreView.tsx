import type { PublicationView } from '@star-graph/contract/assets/explore';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { language } from '@star-graph/ui/texts/language';
import { Compass, Heart, Scale } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { usePages } from '../../data/usePages.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { loadStyles, styles } from '../create/workflows/styles.ts';
import { PairDialog } from './PairDialog.tsx';
import { PublicationDialog } from './PublicationDialog.tsx';
import { MediaTile } from './SeenMedia.tsx';
import { namePerson, texts } from './texts.ts';

const any = 'any';

/** What people show to everybody here. `/explore/<id>` lies above the list. */
export function ExploreView() {
  const { params, query } = useRoute();
  const { route } = useLocation();
  const { style, person, community } = query;
  const order = query.order === 'best' ? 'best' : undefined;
  const [isComparing, setComparing] = useState(false);
  useEffect(() => void loadStyles(), []);
  const pages = usePages<PublicationView>(
    (page, signal) =>
      api.listPublications(
        {
          query: {
            ...page,
            limit: 60,
            ...(style && { style }),
            ...(person && { person }),
            ...(community && { community }),
            ...(order && { order }),
          },
        },
        { signal },
      ),
    [style, person, community, order],
    { empties: true },
  );
  const { items, state, hasMore, loadMore } = pages;
  // A page may be empty before the last.
  useEffect(() => {
    if (state === 'ready' && items.length === 0 && hasMore) loadMore();
  }, [state, items, hasMore, loadMore]);
  const asked = { style, person, community, order };
  const key = writeFilters(asked);
  const known = items.find((item) => item.person.id === person)?.person;
  const close = useClose(params.publication, `/explore${key}`);
  return (
    <div class="explore">
      <PageHead
        title={person ? namePerson(known ?? {}) : texts.title}
        actions={
          <>
            {person && (
              <LinkButton href={`/explore${writeFilters({ style, community, order })}`}>
                {texts.everyone}
              </LinkButton>
            )}
            <Button class="explore-pair" icon={Scale} onClick={() => setComparing(true)}>
              <span>{texts.whichIsBetter}</span>
            </Button>
            <ExploreFilters
              asked={asked}
              onChange={(next) => route(`/explore${writeFilters({ ...asked, ...next })}`)}
            />
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
      {isComparing && <PairDialog community={community} onClose={() => setComparing(false)} />}
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

type Filters = { [Name in 'style' | 'person' | 'community' | 'order']?: string | undefined };

function writeFilters(filters: Filters): string {
  const chosen = Object.entries(filters).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return chosen.length === 0 ? '' : `?${new URLSearchParams(chosen)}`;
}

function ExploreFilters({ asked, onChange }: { asked: Filters; onChange(next: Filters): void }) {
  const { value: communities = [] } = useResource(
    async (signal) => (await api.listCommunities({}, { signal })).communities,
    [],
  );
  const shown = language.value;
  const choose = (name: keyof Filters) => (chosen: string) =>
    onChange({ [name]: chosen === any ? undefined : chosen });
  return (
    <>
      {communities.length > 0 && (
        <div class="explore-style">
          <Select
            label={texts.community}
            options={[
              { value: any, label: texts.anyCommunity },
              ...communities.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={asked.community ?? any}
            onChange={choose('community')}
          />
        </div>
      )}
      <div class="explore-style">
        <Select
          label={texts.order}
          options={[
            { value: any, label: texts.newest },
            { value: 'best', label: texts.best },
          ]}
          value={asked.order ?? any}
          onChange={choose('order')}
        />
      </div>
      <div class="explore-style">
        <Select
          label={texts.style}
          options={[
            { value: any, label: texts.anyStyle },
            ...styles.value.map(({ name, title }) => ({ value: name, label: title[shown] })),
          ]}
          value={asked.style ?? any}
          onChange={choose('style')}
        />
      </div>
    </>
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
