import type { ApiError } from '../api/client';
import { Button } from './ui/button';
import { Card } from './ui/card';

/** Nothing could be read at all. */
export function ErrorState({ error, retry }: { error: ApiError; retry: () => void }) {
  return (
    <Card className="p-8 text-center">
      <div role="alert">
        <h2 className="text-lg font-semibold">This cannot be shown</h2>
        <p className="mx-auto mt-2 max-w-prose text-silver">{error.message}</p>
        {error.fix && <p className="mx-auto mt-1 max-w-prose text-sm text-silver-dim">{error.fix}</p>}
      </div>
      <Button className="mt-5" onClick={retry}>Try again</Button>
      <p className="mt-3 text-xs text-silver-dim">It is tried again by itself every 10 seconds.</p>
    </Card>
  );
}
