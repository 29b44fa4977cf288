import { count, formatBytes } from '../../shared/format.ts';
import { BY_CHAIN } from '../../shared/stores.ts';
import { Spinner } from '../components/progress.tsx';
import { accessQuestion } from './access-form.tsx';
import type { Baseline } from './baseline.ts';

/** What a push of planned layers would move. */
export interface Forecast {
  readonly layers: number;
  readonly newLayers: number;
  /** Uncompressed. */
  readonly newBytes: number;
  /** What a client that has the image there downloads where it finds layers by chain, uncompressed. */
  readonly newBytesByChain: number;
  /** As blobs; null where nothing tells how well these layers compress. */
  readonly uploadBytes: number | null;
}

/** The same words wherever a push is spoken of. */
export function PushForecast({
  forecast,
  baseline,
}: {
  readonly forecast: Forecast;
  readonly baseline: Baseline;
}) {
  const { kind, layers: there, asking, failure } = baseline;
  if (there === undefined) {
    if (asking) {
      return (
        <>
          <Spinner /> asking…
        </>
      );
    }
    if (failure !== null) return accessQuestion(failure) === null ? failure.message : null;
    return 'Ask what is there now.';
  }
  const { layers, newLayers, newBytes, newBytesByChain, uploadBytes } = forecast;
  return (
    <>
      uploads{' '}
      <strong>
        {newLayers} of {count(layers, 'layer')}
      </strong>
      , {formatBytes(newBytes)}
      {uploadBytes !== null && newBytes > 0 && ` (about ${formatBytes(uploadBytes)} compressed)`}
      {there !== null && newBytesByChain > 0 && ` · ${BY_CHAIN} then pulls ${formatBytes(newBytesByChain)}`}
      {there === null && (kind === 'last' ? ': nothing was packed yet' : ' · nothing is there yet')}
    </>
  );
}
