import { skipToken, useQuery } from '@tanstack/react-query';
import { formatBytes } from '../../shared/format.ts';
import { questions } from '../state/questions.ts';

/**
 * How much of the files of an image that was packed here a container sees, in words; null until that is known.
 *
 * @param measured whether to read all its layers for it, if nobody has yet
 */
export function useWaste(image: string | null, measured: boolean): string | null {
  const { data } = useQuery({
    ...questions().images.waste.queryOptions({ input: image === null ? skipToken : { image } }),
    ...(measured ? {} : { enabled: false }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) return null;
  const { efficiency, supersededBytes, duplicateBytes } = data;
  const share = efficiency === 1 ? '100' : Math.min(99.9, Math.round(efficiency * 1000) / 10).toFixed(1);
  return `Efficiency ${share} %: ${formatBytes(duplicateBytes)} in copies, ${formatBytes(supersededBytes)} replaced by layers above`;
}
