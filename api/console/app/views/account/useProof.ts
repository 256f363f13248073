import { ClientProblem } from '@star-graph/client/clientProblem';
import { useCallback, useState } from 'preact/hooks';
import { usePost } from '../../data/usePost.ts';
import { answerProof } from '../../session/passkey.ts';
import { session } from '../../session/session.ts';
import { type Proof, readProof } from './readProof.ts';

/** Whoever signs in by Discord or another provider alone has no password. */
export const hasPassword = (): boolean =>
  session.value.state === 'signedIn' && session.value.profile.username !== null;

/**
 * A change that needs the password, and the second factor of whoever has one: its code, or a passkey in its place. The
 * server says whether it needs a factor, unless `asksFactor` knows.
 */
export function useProof(work: (proof: Proof) => Promise<void>, asksFactor = false) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [isAsked, setAsked] = useState(asksFactor);
  const send = useCallback(
    async (isByPasskey: boolean) => {
      try {
        const proof: Pick<Proof, 'proof'> = isByPasskey
          ? { proof: { kind: 'passkey', response: await answerProof() } }
          : readProof(code);
        await work({ ...(hasPassword() && { password }), ...proof });
      } catch (error) {
        if (error instanceof ClientProblem && error.code === 'second-factor-needed') setAsked(true);
        throw error;
      }
      setPassword('');
      setCode('');
    },
    [work, password, code],
  );
  const { post, isBusy, error } = usePost(send);
  const asksCode = asksFactor || isAsked;
  return {
    password,
    setPassword,
    code,
    setCode,
    asksCode,
    isBusy,
    /** Without the server's wish for the factor, which the field now says. */
    error: error instanceof ClientProblem && error.code === 'second-factor-needed' ? undefined : error,
    isMissing: (hasPassword() && password === '') || (asksCode && code.trim() === ''),
    send: () => void post(false),
    sendByPasskey: () => void post(true),
  };
}
export type ProofForm = ReturnType<typeof useProof>;
