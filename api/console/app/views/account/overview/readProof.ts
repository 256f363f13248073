/** Apps show six digits, sometimes with a space between them; all else is a recovery code. */
export function readProof(typed: string) {
  const code = typed.trim();
  if (code === '') return {};
  const kind = /^(\s*\d){6}$/.test(code) ? ('totp' as const) : ('recovery' as const);
  return { proof: { kind, code } };
}
