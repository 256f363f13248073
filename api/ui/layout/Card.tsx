import type { ComponentChildren } from 'preact';
import './layout.css';

interface CardProps {
  title?: ComponentChildren;
  /** At the end of the title's line: an action, a figure. */
  aside?: ComponentChildren;
  /** Without inner space, for a table or a picture that reaches the edges. */
  flush?: boolean;
  class?: string | undefined;
  children: ComponentChildren;
}

export const Card = ({ title, aside, flush, class: className, children }: CardProps) => (
  <section class={['sg-card', flush && 'sg-card-flush', className].filter(Boolean).join(' ')}>
    {(title || aside) && (
      <header class="sg-card-head">
        {title && <h2 class="sg-card-title">{title}</h2>}
        {aside && <div class="sg-card-aside">{aside}</div>}
      </header>
    )}
    {children}
  </section>
);

/** The head of a view, or of a part of one: its name, a quiet line beneath, and what one does here at the end. */
export const PageHead = (props: {
  title: ComponentChildren;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  isPart?: boolean | undefined;
}) => (
  <header class={`sg-page-head${props.isPart ? ' sg-part-head' : ''}`}>
    <div class="sg-page-words">
      {props.isPart ? <h2 class="sg-card-title">{props.title}</h2> : <h1>{props.title}</h1>}
      {props.children && <div class="sg-quiet">{props.children}</div>}
    </div>
    {props.actions && <div class="sg-page-actions">{props.actions}</div>}
  </header>
);

/** What is known of one thing, line by line; lines without a value are left out. */
export const Facts = ({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ComponentChildren])[];
}) => (
  <dl class="sg-facts">
    {facts
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
  </dl>
);
