import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import type { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

export type Proposal = Awaited<ReturnType<typeof api.adminProposeFromFile>>;

/** What the server made of a file, and what it left out and why. */
export const ProposalFacts = ({ proposal: { notes, files, leftOut } }: { proposal: Proposal }) => (
  <Card title={texts.notes}>
    <ul class="admin-list">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
    {files.length > 0 && (
      <ul class="admin-list" aria-label={texts.files}>
        {files.map(({ folder, name, found }) => (
          <li key={`${folder}/${name}`} class="admin-row">
            <span class="admin-address">{`${folder}/${name}`}</span>
            {found === null && <Chip tone="bad">{texts.fileMissing}</Chip>}
            {found === name && <Chip tone="good">{texts.fileFound}</Chip>}
            {found !== null && found !== name && <Chip tone="good">{texts.fileFoundAs(found)}</Chip>}
          </li>
        ))}
      </ul>
    )}
    {leftOut.length > 0 && (
      <>
        <p class="admin-quiet">{texts.leftOut}</p>
        <ul class="admin-list admin-quiet" aria-label={texts.leftOut}>
          {leftOut.map(({ node, classType }) => (
            <li key={node}>{texts.node(node, classType)}</li>
          ))}
        </ul>
      </>
    )}
  </Card>
);
