import { useEffect, useState } from 'preact/hooks';

const query = '(max-width: 719px)';

/** Whether the page is as narrow as a phone: the form is a sheet there. */
export function useIsPhone(): boolean {
  const [isPhone, setPhone] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setPhone(list.matches);
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, []);
  return isPhone;
}
