import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../api/client';
import { signIn } from '../api/session';
import { Button } from './ui/button';
import { Card } from './ui/card';

/** Asks who is there. What was open before stays where it was. */
export function SignIn({ again }: { again: boolean }) {
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [sending, setSending] = useState(false);
  useEffect(() => first.current?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setRefused(null);
    try {
      await signIn(name.trim(), password);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      setRefused(e);
      setPassword('');
    } finally {
      setSending(false);
    }
  };
  const field = 'mt-1 w-full rounded-lg border border-steel-bright bg-night px-3 py-2 text-sm text-white';
  return (
    <main className="mx-auto grid min-h-dvh max-w-sm content-center px-4 py-8">
      <Card className="p-6" label="Sign in">
        <h1 className="flex items-center gap-2 text-lg font-semibold">
          <img src="/favicon.svg" alt="" width="24" height="24" />
          Sign in to Holdfast
        </h1>
        {again && <p className="mt-2 text-sm text-silver-dim">Your session has ended. What you were looking at is still there.</p>}
        <form className="mt-5 space-y-4" onSubmit={(event) => void submit(event)}>
          <div>
            <label htmlFor={`${id}-name`} className="text-xs text-silver-dim">Name</label>
            <input ref={first} id={`${id}-name`} className={field} value={name} onChange={(event) => setName(event.target.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} required />
          </div>
          <div>
            <label htmlFor={`${id}-password`} className="text-xs text-silver-dim">Password</label>
            <input id={`${id}-password`} type="password" className={field} value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="current-password" required />
          </div>
          <div role="alert" className="text-sm text-neon">
            {refused && <>{refused.message}{refused.fix && <span className="block text-silver-dim">{refused.fix}</span>}</>}
          </div>
          <Button type="submit" kind="primary" className="w-full" disabled={sending}>Sign in</Button>
        </form>
      </Card>
    </main>
  );
}
