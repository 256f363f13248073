import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * A part that is fetched when it is first shown, so that the page begins without it. Until then, and where it cannot be
 * fetched, another one stands in its place.
 */
export function loadPart<Props extends object>(
  fetchPart: () => Promise<ComponentType<Props>>,
  Meanwhile: ComponentType<Props> = () => null,
): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  return function Part(props: Props) {
    const [, setRound] = useState(0);
    useEffect(() => {
      if (known) return;
      fetchPart().then(
        (part) => {
          known = part;
          setRound(1);
        },
        // The next time that it is shown, it is fetched again.
        (error: unknown) => console.warn('a part of the page did not arrive', error),
      );
    }, []);
    const Shown = known ?? Meanwhile;
    return <Shown {...props} />;
  };
}
