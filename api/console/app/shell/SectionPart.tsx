import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';

/** A part of a section. Its address leads to it. */
export function SectionPart({ name, children }: { name: string; children: ComponentChildren }) {
  const place = useRef<HTMLElement>(null);
  const { path } = useLocation();
  const isAsked = path.endsWith(`/${name}`);
  useEffect(() => {
    if (isAsked) place.current?.scrollIntoView();
  }, [isAsked]);
  return (
    <section class="account-part" ref={place}>
      {children}
    </section>
  );
}
